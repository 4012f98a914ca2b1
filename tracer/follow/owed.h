/* SPDX-License-Identifier: MIT */
/* A TCP socket tells the error that has ended it to one call only: sock_error in
 * include/net/sock.h. The program's call that has moved a part does not get it, its next one does;
 * so where a call of rest.c was told, the program's next call on the socket is given it. */
#ifndef TRACER_OWED_H
#define TRACER_OWED_H

#include <stdint.h>

#include "tracer/follow/tracer.h"

/* A call of the thread's for the rest was told. */
void owed_take(struct tracer *tracer, const struct thread *thread, int error);

/* The thread is at the entry of its recorded call. */
void owed_enter(struct tracer *tracer, const struct thread *thread);

/* At its exit: changes the result, also in the thread's registers or memory. */
void owed_exit(struct tracer *tracer, const struct thread *thread, int64_t *result);

#endif
