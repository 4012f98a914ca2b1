/* SPDX-License-Identifier: MIT */
/*
 * A signal that the program ignores wakes a traced thread all the same: sig_ignored in
 * kernel/signal.c. A call that blocks and has moved nothing is then made again by the kernel; one
 * that has moved a part returns it, and that is less than the program would get alone. So the
 * thread is made to call for the rest, piece by piece, and the program gets the sum.
 *
 *	returns a part ──rest_begin──> under way ──rest_exit: over──> the program, with the sum
 *	                                  │  ▲ └──rest_exit: another piece, or cut again──┐
 *	                                  │  └────────────────────────────────────────────┘
 *	                                  └─rest_leave (a handler, a stop)──> with what was moved
 *
 * Nothing in the program's memory is changed for it. It is done only where it cannot go wrong:
 * - socktrace ends the program when it is killed itself, so nobody else is left to add up;
 * - no other thread, also none that has ended, could give the descriptor's number to another file;
 * - no seccomp filter but ours could mind the calls for the rest;
 * - the descriptor is a blocking pipe, UNIX or TCP stream without limit of time, and nothing but
 *   bytes is asked for or sent.
 * Everywhere else the part stands, as the kernel has returned it.
 */
#ifndef TRACER_REST_H
#define TRACER_REST_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/follow/tracer.h"

/*
 * The thread is at the exit of a call, or stops after it, for `signal` or, with 0, for something
 * else; `result` is the call's, or 0 when that is not known. True when the call was cut short only
 * by signals that are ignored, or by us, and the thread goes on with the rest as soon as it is
 * resumed. Otherwise what the call has returned stands.
 */
bool rest_begin(struct tracer *tracer, struct thread *thread, int signal, int64_t result);

/* The thread, with a rest under way, is at the exit of a call. True when all is over: the sum is in
 * `result`, and in the thread's registers. */
bool rest_exit(struct tracer *tracer, struct thread *thread, int64_t *result);

/* The thread goes on with something else. True when a rest was under way; the same then. */
bool rest_leave(struct thread *thread, int64_t *result);

#endif
