/* SPDX-License-Identifier: MIT */
/*
 * Limits of time of calls that the kernel does not make again by itself when a signal comes:
 * signal(7), "Interruption of system calls and library functions by signal handlers". A tracer has
 * them made again where only a tracer interrupts them, and then they would wait as long as if they
 * had just begun. So from the first interruption on, the thread stops at the call's exit, and is
 * interrupted when the limit is past: the call returns as it does at its limit.
 *
 * When a call that is not recorded has begun nobody has seen: its limit counts from the first
 * interruption.
 */
#ifndef TRACER_DEADLINES_H
#define TRACER_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/follow/tracer.h"

/* The thread's call was interrupted, and is to be made again. */
void deadline_begin(struct tracer *tracer, struct thread *thread);

/* The thread is at the exit of its call, with `result`. True when it has ended for its limit: then
 * `result`, and that of its registers, is what it returns there. */
bool deadline_expire(struct tracer *tracer, struct thread *thread, int64_t *result);

/* The call has ended. */
void deadline_end(struct tracer *tracer, struct thread *thread);

/* Interrupts whose limit is past. */
void deadline_tick(struct tracer *tracer);

#endif
