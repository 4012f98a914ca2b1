/* SPDX-License-Identifier: MIT */
/*
 * Calls on sockets through io_uring(7): at io_uring_enter(2) the entries that the program submits
 * and those that were completed are read from the rings in its memory. Each operation on a socket
 * becomes a call of the trace, which begins when it is submitted and ends when its completion is
 * seen: at an io_uring_enter, or when the ring is closed or its process ends. A warning says what
 * cannot be seen in this way.
 */
#ifndef TRACER_URING_H
#define TRACER_URING_H

#include "tracer/follow/tracer.h"

/* The thread is at the entry, or at the exit, of io_uring_setup(2), _enter(2) or _register(2). */
void uring_enter(struct tracer *tracer, struct thread *thread, const struct captured_call *call);
void uring_exit(struct tracer *tracer, struct thread *thread, const struct captured_call *call);

/* The thread's process comes from outside of the trace: warns of the rings that it has. */
void uring_found(struct tracer *tracer, struct thread *thread);

/* The thread is at the entry of a call on descriptors: reads the rings that the call may close, and
 * those that may have made the descriptor that it is made on. */
void uring_before(struct tracer *tracer, struct thread *thread, const struct captured_call *call);

/* The thread is about to end, or to be detached from: reads its rings once more. */
void uring_last_look(struct tracer *tracer, struct thread *thread);

/* Forgets the rings that have ended: their operations never return. */
void uring_forget_ended(struct tracer *tracer, struct thread *thread);

/* The thread has loaded a program, or is gone: so are its rings, but for those that others have. */
void uring_exec(struct tracer *tracer, struct thread *thread);
void uring_leave(struct tracer *tracer, struct thread *thread);

/* The trace ends, and not the program: what is under way in its rings will not be seen. */
void uring_detach(struct tracer *tracer);

#endif
