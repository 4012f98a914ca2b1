/* SPDX-License-Identifier: MIT */
/* A thread's calls from entry to exit: which are recorded, and what becomes of them. */
#ifndef TRACER_CALLS_H
#define TRACER_CALLS_H

#include "tracer/follow/tracer.h"
#include "tracer/ptrace/tracee.h"

/* The filter caught a call. Returns how the thread goes on. */
enum resume calls_enter(struct tracer *tracer, struct thread *thread, struct syscall_entry *entry);

/* The call has returned `result`: -errno on error. */
void calls_exit(struct tracer *tracer, struct thread *thread, int64_t result);

/* The same where the thread stands no longer at the call's exit. */
void calls_end(struct tracer *tracer, struct thread *thread, int64_t result);

/* The signal is about to be delivered to the thread. */
void calls_signal(struct tracer *tracer, struct thread *thread, int signal);

/* The thread died, so that the call it may be in never returns. */
void calls_abandon(struct tracer *tracer, struct thread *thread);

#endif
