/* SPDX-License-Identifier: MIT */
/*
 * Calls that are made often: which of them the program is to record itself, and what becomes of a
 * thread that stops while it does.
 *
 * A thread that a stop meets in its call, right behind the one instruction that filters let pass,
 * is taken to the exit of that call, as if it had stopped there: hot_calls_meet. Wherever else in
 * the recorder it is, it goes on there, but before a handler may run it is led out:
 * hot_calls_leave.
 */
#ifndef TRACER_HOT_CALLS_H
#define TRACER_HOT_CALLS_H

#include "tracer/follow/tracer.h"
#include "tracer/ptrace/tracee.h"

/* Prepares what follows, before the first filter is made. */
void hot_calls_begin(struct tracer *tracer);

/* The call that the thread is about to make is that of its recorder, which is nobody's business: it
 * stops at all of its calls for some other reason. */
bool hot_calls_is_own(const struct thread *thread, const struct syscall_entry *entry);

/* The program is to have made the call itself: puts the site's address into `entry`. */
void hot_calls_place(const struct thread *thread, struct syscall_entry *entry);

/* The process is about to have the kernel, or a filter, look at where calls are made: from now on
 * they are made where the program has them made. */
void hot_calls_withdraw(struct tracer *tracer, const struct thread *thread);

/* The thread is at the entry of a call that looks at how much memory its process has mapped: the
 * same, and the recorder's is mapped no more. The call may be made anew after that. */
void hot_calls_unmap(struct tracer *tracer, struct thread *thread);

/* The thread is about to ask for its gs, or to set it. */
void hot_calls_reveal(struct tracer *tracer, struct thread *thread);

/* The thread is at the exit of a call that it has stopped for. Has it record the next ones itself
 * if there are many; coverage.has_next_stop as in coverage_settle(). */
void hot_calls_settle(struct tracer *tracer, struct thread *thread);

/* The thread has stopped, for `signal` or, with 0, for something else. True when it is in a call
 * that it has begun in its recorder: it is THREAD_IN_CALL then, and `result` what the call has
 * returned. */
bool hot_calls_meet(struct tracer *tracer, struct thread *thread, int signal, int64_t *result);

/* The signal is none of the program's: the recorder has read memory that is not there, and the
 * thread goes on without it. */
bool hot_calls_is_copying(pid_t tid, int signal);

/* The same of whatever a thread may meet in the recorder or on its way there. */
bool hot_calls_is_fault(struct tracer *tracer, struct thread *thread, int signal);

/* The signal is about to be delivered to the thread: its registers become those of the program. */
void hot_calls_leave(struct thread *thread, int signal);

/* The thread stands at a call: whether all of its process are to stop at theirs now. */
void hot_calls_follow(struct tracer *tracer, const struct thread *thread);

/* The thread is about to run on: whether its next call is to stop. */
void hot_calls_resume(const struct thread *thread);

/* After a drain: where a program has overwritten what its recorder has written, that ends. */
void hot_calls_check(struct tracer *tracer);

/* The new thread has stopped for the first time. */
void hot_calls_born(struct tracer *tracer, struct thread *thread);

/* The process of the new thread is not its maker's. */
void hot_calls_forked(
	struct tracer *tracer, const struct thread *child, const struct thread *maker);

/* The thread ends, or its memory has: it has loaded a program. */
void hot_calls_end(struct tracer *tracer, struct thread *thread);

#endif
