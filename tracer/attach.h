/* SPDX-License-Identifier: MIT */
/* Attaches to processes that run already, and detaches from them, which are as they were then. */
#ifndef TRACER_ATTACH_H
#define TRACER_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tracer/follow/tracer.h"
#include "tracer/ptrace/stop.h"

/*
 * Seizes all threads of each process and waits until they have stopped, which the next waits
 * answer. A call that was interrupted for it is made again, also when socktrace is killed from now
 * on. Says on stderr which process could not be had, and why; returns false when none could.
 */
bool attach_start(struct tracer *tracer, const pid_t *pids, size_t count);

/* Begins the trace with what the processes hold. */
void attach_begin(struct tracer *tracer);

/* A stop was answered: says that it has attached when that can be said. */
void attach_settle(struct tracer *tracer);

/* Detaches from all threads. Needs no memory while stops are passed through. */
void attach_end(struct tracer *tracer);

#endif
