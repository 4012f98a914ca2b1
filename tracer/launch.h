/* SPDX-License-Identifier: MIT */
/* Starts the program as a tracee, with the filter installed. */
#ifndef TRACER_LAUNCH_H
#define TRACER_LAUNCH_H

#include <linux/filter.h>
#include <stdbool.h>
#include <sys/types.h>

/* Why a program does not run. */
enum launch_stage { LAUNCH_GOOD, LAUNCH_SEIZE, LAUNCH_FILTER, LAUNCH_EXEC };

struct launch {
	pid_t pid;
	int failure_pipe; /* owned until launch_result */
};

/* The outcome of a launch. */
struct launch_result {
	int stage; /* enum launch_stage */
	int error; /* errno */
};

/*
 * Forks and seizes a process that goes on to load `command`, whose end is NULL, with execvp(3):
 * it stops for its tracer, where the filter says, from its first call on. Without a filter (NULL)
 * it stops when the program is loaded, and outlives its tracer. The environment is ours, and has
 * `key_log` as KEY_LOG_VARIABLE where that is not NULL. False when it could not be made: see errno.
 */
bool launch_start(struct launch *launch, char *const *command, const char *key_log,
	const struct sock_fprog *filter);

/* How it went, asked for when the process has loaded the program or has ended. */
struct launch_result launch_result(struct launch *launch);

#endif
