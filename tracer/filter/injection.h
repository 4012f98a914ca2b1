/* SPDX-License-Identifier: MIT */
/*
 * Has a stopped thread make calls: to install one more seccomp filter, or to ask for the addresses
 * of a socket. Its registers and signal mask are afterwards as they were. What the calls point to
 * stands in a page that is mapped for it and unmapped again, so that no memory of the program is
 * touched.
 */
#ifndef TRACER_INJECTION_H
#define TRACER_INJECTION_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracer/proc/socket_info.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/stop.h"

enum injection_answer {
	INJECTION_DONE,
	INJECTION_NOT_HERE, /* not possible now; perhaps at the exit of a later call */
	INJECTION_REFUSED,  /* by the kernel */
};

/* Where the thread has stopped. A call at whose entry it stands is made anew afterwards. */
enum injection_point { INJECTION_AT_ENTRY, INJECTION_AT_EXIT };

/* The input of an injection beside the thread, and its answers. */
struct injection_target {
	struct stop_queue *stops; /* borrowed */
	size_t threads;           /* that are traced */
	uint64_t page;            /* of the thread's memory, left from an attempt; 0: none */
	bool has_next_stop;       /* the thread's next stop is put aside there, or is its end */
};

/* Calls that a thread is made to make, one after the other. */
struct injection {
	pid_t tid;
	enum call_instruction how;
	struct registers saved; /* with which the thread goes on */
	uint64_t mask;          /* the same of signals */
	struct injection_target *target;
	bool is_over; /* the thread stopped for something else, which its next stop says */
	bool is_gone; /* and what has its number now is another program, or nothing */
};

/* The thread is at the exit of a call that is not to be made again. False when it cannot be had for
 * an injection here; otherwise calls follow, and injection_end(). Signals that arrive meanwhile
 * wait. */
bool injection_begin(struct injection *injection, pid_t tid, struct injection_target *target);

/* Follows injection_begin() of a thread at the entry of a call, which is not made now, but anew
 * after injection_end_anew(). False when no call follows. */
bool injection_leave_entry(struct injection *injection);

/* Has the thread make a call. False when it was not made, and no other one will be. */
bool injection_call(struct injection *injection, enum injected_call which,
	const uint64_t arguments[6], int64_t *result);

/* The same with these registers, which lead the thread to some call. */
bool injection_run(struct injection *injection, const struct registers *registers, int64_t *result);

/* The thread has its registers and its signals back. */
void injection_end(struct injection *injection);
void injection_end_anew(struct injection *injection);

/* The filter holds for all threads of the process: SECCOMP_FILTER_FLAG_TSYNC. Signals that arrive
 * meanwhile wait. */
enum injection_answer injection_install(pid_t tid, const struct sock_fprog *filter,
	enum injection_point point, struct injection_target *target);

/* Asks for the addresses of the thread's socket, at the exit of a call that is not to be made
 * again. Each that is answered is put into `info`. */
enum injection_answer injection_ask_addresses(
	pid_t tid, int fd, struct socket_info *info, struct injection_target *target);

#endif
