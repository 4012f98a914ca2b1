/* SPDX-License-Identifier: MIT */
#include "tracer/passthrough.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "format/messages.h"
#include "tracer/attach.h"
#include "tracer/follow/calls.h"
#include "tracer/follow/hooks.h"
#include "tracer/follow/hot_calls.h"
#include "tracer/follow/rest.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/signals.h"
#include "tracer/ptrace/tracee.h"
#include "tracer/table/syscall_table.h"

static void at_entry(pid_t tid, struct syscall_entry *entry)
{
	if (entry->filter_data != FILTER_MARK) {
		registers_skip_call(tid, -ENOSYS);
		return;
	}
	int index = abi_row(tid, entry);
	if (index >= 0)
		hook_clone(tid, syscall_row((size_t)index), entry);
}

static void at_call(pid_t tid, struct thread *thread)
{
	struct syscall_entry entry;
	int64_t result;
	enum syscall_stop stop = tracee_syscall(tid, &entry, &result);

	if (stop == SYSCALL_FILTERED)
		at_entry(tid, &entry);
	if (stop != SYSCALL_EXIT)
		return;
	/* The signal may be delivered to another thread: restart_call in trace_loop.c. */
	if (result == -EINTR && registers_restart_call(tid)) {
		tracee_interrupt(tid);
		if (thread)
			thread->is_interrupted = true;
	}
}

static void at_end(struct tracer *tracer, const struct stop *stop)
{
	/* The kernel may give the number to another thread. The memory is not freed: it may be in
	 * any state. */
	tracees_forget(&tracer->tracees, stop->tid);
	if (stop->tid != tracer->program.pid)
		return;
	tracer->program.has_ended = true;
	tracer->program.end = *stop;
}

static void at_group_stop(struct tracer *tracer, struct thread *thread, const struct stop *stop)
{
	registers_end_call(stop->tid);
	if (thread)
		thread->is_in_group_stop = true;
	if (stop->signal != SIGSTOP)
		tracer->program.stopped_by = stop->signal;
}

/* The rest of a call that was begun before: true when the thread goes on with it. */
static bool goes_on(struct tracer *tracer, struct thread *thread, const struct stop *stop)
{
	struct syscall_entry entry;
	int64_t result;

	if (stop->kind == STOP_CALL && tracee_syscall(stop->tid, &entry, &result) == SYSCALL_EXIT)
		rest_exit(tracer, thread, &result);
	else if (stop->kind == STOP_GROUP ||
		 (stop->kind == STOP_SIGNAL && !status_ignores(stop->tid, stop->signal)))
		rest_leave(thread, &result);
	return thread->rest.is_under_way;
}

void passthrough_answer(struct tracer *tracer, const struct stop *stop)
{
	struct thread *thread = tracees_find(&tracer->tracees, stop->tid);

	if (thread && stop->kind != STOP_GROUP)
		thread->is_in_group_stop = false;
	if (thread && stop->kind <= STOP_TRAP && thread->rest.is_under_way &&
		goes_on(tracer, thread, stop)) {
		tracee_resume(stop->tid, RESUME_CALL, stop->kind == STOP_SIGNAL ? stop->signal : 0);
		return;
	}
	switch (stop->kind) {
	case STOP_CALL:
		at_call(stop->tid, thread);
		break;
	case STOP_SIGNAL:
		if (hot_calls_is_copying(stop->tid, stop->signal)) {
			tracee_resume(stop->tid, RESUME_RUN, 0);
			return;
		}
		if (!status_is_stopped_by(stop->tid, stop->signal))
			registers_restart_call(stop->tid);
		if (thread && thread->process)
			hot_calls_leave(thread, stop->signal);
		tracee_resume(stop->tid, RESUME_RUN, stop->signal);
		return;
	case STOP_GROUP:
		at_group_stop(tracer, thread, stop);
		tracee_resume(stop->tid, RESUME_LISTEN, 0);
		return;
	case STOP_TRAP:
		if (!thread || !thread->hot)
			hot_thread_born(stop->tid);
		registers_restart_call(stop->tid);
		break;
	case STOP_ENDED:
		at_end(tracer, stop);
		return;
	case STOP_NOTHING:
	case STOP_NO_TRACEE:
		return;
	default:
		break;
	}
	if (thread)
		thread->is_interrupted = false;
	tracee_resume(stop->tid, RESUME_RUN, 0);
}

void passthrough_begin(struct tracer *tracer)
{
	const struct thread *thread;
	size_t at = 0;

	print_message("socktrace: out of memory; the program goes on unrecorded\n");
	tracer->is_passing_through = true;
	affinity_release(&tracer->affinity);
	if (!tracer->coverage.has_next_stop)
		passthrough_answer(tracer, &tracer->stop);
	/* New threads are stopped until the call that made them is reported, which is not waited
	 * for any more. */
	while ((thread = tracees_next(&tracer->tracees, &at)))
		if (thread->state == THREAD_UNKNOWN && thread->tid != tracer->stop.tid) {
			hot_thread_born(thread->tid);
			tracee_resume(thread->tid, RESUME_RUN, 0);
		}
	if (tracer->settings.is_attached)
		attach_end(tracer);
}
