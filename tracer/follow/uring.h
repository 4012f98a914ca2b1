/* SPDX-License-Identifier: MIT */
/*
 * Calls on sockets through io_uring(7): at io_uring_enter(2) the entries that the program submits
 * and those that were completed are read from the rings in its memory. Each operation on a socket
 * becomes a call of the trace, which begins when it is submitted and ends when its completion is
 * seen. A warning says what cannot be seen in this way.
 */
#ifndef TRACER_URING_H
#define TRACER_URING_H

#include "tracer/follow/tracer.h"

/* The thread is at the entry, or at the exit, of io_uring_setup(2) or io_uring_enter(2). */
void uring_enter(struct tracer *tracer, struct thread *thread, const struct captured_call *call);
void uring_exit(struct tracer *tracer, struct thread *thread, const struct captured_call *call);

/* The thread's process, or the program in it, has ended: so have its rings. */
void uring_end(struct tracer *tracer, struct thread *thread);

/* The thread has ended, perhaps while it submitted something. */
void uring_forget(struct thread *thread);

#endif
