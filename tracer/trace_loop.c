/* SPDX-License-Identifier: MIT */
#include "tracer/trace_loop.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "tracer/attach.h"
#include "tracer/follow/calls.h"
#include "tracer/follow/deadlines.h"
#include "tracer/follow/drain.h"
#include "tracer/follow/follow.h"
#include "tracer/follow/hot_calls.h"
#include "tracer/follow/long_calls.h"
#include "tracer/follow/rest.h"
#include "tracer/follow/sandbox.h"
#include "tracer/follow/tcp.h"
#include "tracer/follow/uring.h"
#include "tracer/log/records.h"
#include "tracer/passthrough.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/signals.h"
#include "tracer/ptrace/stop.h"
#include "tracer/ptrace/tracee.h"

/* How long the program's group gets to stop after its terminal said so, or to go on again. */
#define SETTLE_MS 30

static enum resume at_filtered(
	struct tracer *tracer, struct thread *thread, struct syscall_entry *entry)
{
	/* The program's own filter asks for a tracer. Without one the call fails with ENOSYS:
	 * seccomp(2), SECCOMP_RET_TRACE. */
	if (entry->filter_data != FILTER_MARK) {
		registers_skip_call(thread->tid, -ENOSYS);
		return RESUME_CALL;
	}
	/* A stepped thread's call is entered already. */
	return thread->has_entered ? RESUME_CALL : calls_enter(tracer, thread, entry);
}

/* So many in a row come from no signal: a file system or a filter may return EINTR, too. */
#define MAX_RESTARTS 100

/*
 * A call has failed with EINTR. The signal may be delivered to this thread next, or another thread
 * may have taken it. Asks the kernel to make the call again if no handler runs; the kernel decides
 * that when it looks for signals, which it is sure to do when the thread is interrupted.
 */
static void restart_call(struct tracer *tracer, struct thread *thread)
{
	struct status_signals signals;

	if (status_signals(thread->tid, &signals) && signals.pending & ~signals.blocked)
		thread->restarts = 0;
	if (thread->process->is_sandboxed || thread->restarts >= MAX_RESTARTS ||
		!registers_restart_call(thread->tid)) {
		deadline_end(tracer, thread);
		return;
	}
	thread->restarts++;
	deadline_begin(tracer, thread);
	thread->is_restarted = thread->is_interrupted = true;
	tracee_interrupt(thread->tid);
}

static void at_exit(struct tracer *tracer, struct thread *thread, int64_t result)
{
	thread->has_entered = false;
	bool goes_on = thread->rest.is_under_way
			       ? !rest_exit(tracer, thread, &result)
			       : result > 0 && rest_begin(tracer, thread, 0, result);
	/* Any stop takes the place of the one that was asked for: ptrace_stop in kernel/signal.c.
	 */
	thread->is_interrupted = false;
	if (goes_on)
		return;
	if (!deadline_expire(tracer, thread, &result) && result == -EINTR) {
		restart_call(tracer, thread);
	} else {
		thread->restarts = 0;
		deadline_end(tracer, thread);
	}
	calls_exit(tracer, thread, result);
}

static void at_call(struct tracer *tracer, struct thread *thread)
{
	struct syscall_entry entry;
	int64_t result;
	enum resume how = RESUME_RUN;

	thread->is_restarted = false;
	affinity_stopped(&tracer->affinity, thread);
	switch (tracee_syscall(thread->tid, &entry, &result)) {
	case SYSCALL_ENTRY:
		thread->has_entered = true;
		sandbox_check(thread, &entry);
		if (thread->rest.is_under_way || hot_calls_is_own(thread, &entry))
			break;
		hot_calls_place(thread, &entry);
		how = calls_enter(tracer, thread, &entry);
		break;
	case SYSCALL_FILTERED:
		hot_calls_place(thread, &entry);
		if (!thread->rest.is_under_way)
			how = at_filtered(tracer, thread, &entry);
		break;
	case SYSCALL_EXIT:
		at_exit(tracer, thread, result);
		break;
	case SYSCALL_NONE:
		break;
	}
	hot_calls_follow(tracer, thread);
	if (!tracer->coverage.has_next_stop)
		follow_resume(thread, how, 0);
	tracer->coverage.has_next_stop = false;
}

/* Stopping and continuing a process interrupts its calls, with or without a tracer. */
static void interrupt_call(struct thread *thread)
{
	if (thread->is_restarted)
		registers_interrupt_call(thread->tid);
	thread->is_restarted = false;
}

static void leave_rest(struct tracer *tracer, struct thread *thread)
{
	int64_t moved;

	if (rest_leave(thread, &moved))
		calls_end(tracer, thread, moved);
}

/* The call fails with EINTR only if a handler runs. A signal that is ignored does not interrupt a
 * call. */
static void at_signal(struct tracer *tracer, struct thread *thread, int signal)
{
	if (!thread->rest.is_under_way)
		rest_begin(tracer, thread, signal, 0);
	else if (!status_ignores(thread->tid, signal))
		leave_rest(tracer, thread);
	if (status_is_stopped_by(thread->tid, signal))
		interrupt_call(thread);
	else if (registers_restart_call(thread->tid))
		deadline_begin(tracer, thread);
	if ((thread->is_restarted || thread->limit.deadline_ns != 0) &&
		!status_ignores(thread->tid, signal)) {
		thread->is_restarted = false;
		deadline_end(tracer, thread);
	}
}

/* The thread has begun a call in its recorder: whether or not that has returned, it is at its exit.
 */
static void end_met_call(struct tracer *tracer, struct thread *thread, const struct stop *stop)
{
	int signal = stop->kind == STOP_SIGNAL ? stop->signal : 0;
	int64_t result;

	if (!hot_calls_meet(tracer, thread, signal, &result) ||
		(stop->kind != STOP_GROUP && result > 0 &&
			rest_begin(tracer, thread, signal, result)))
		return;
	if (!thread->process->is_sandboxed && registers_restart_call(thread->tid)) {
		deadline_begin(tracer, thread);
		thread->is_restarted = true;
	}
	calls_end(tracer, thread, result);
}

static void stop_group(struct tracer *tracer, struct thread *thread, int signal)
{
	leave_rest(tracer, thread);
	interrupt_call(thread);
	deadline_end(tracer, thread);
	registers_end_call(thread->tid);
	thread->is_in_group_stop = true;
	thread->is_interrupted = false;
	/* No terminal sends SIGSTOP: the process that sends it will continue the program, and
	 * socktrace has to run for that. */
	if (signal != SIGSTOP && !tracer->settings.is_attached)
		tracer->program.stopped_by = signal;
	follow_resume(thread, RESUME_LISTEN, 0);
}

static void handle_known(struct tracer *tracer, struct thread *thread, const struct stop *stop)
{
	if (stop->kind != STOP_GROUP)
		thread->is_in_group_stop = false;
	if (stop->kind == STOP_SIGNAL || stop->kind == STOP_GROUP || stop->kind == STOP_TRAP)
		end_met_call(tracer, thread, stop);
	switch (stop->kind) {
	case STOP_CALL:
		at_call(tracer, thread);
		break;
	case STOP_SIGNAL:
		if (hot_calls_is_fault(tracer, thread, stop->signal)) {
			follow_resume(thread, RESUME_RUN, 0);
			break;
		}
		at_signal(tracer, thread, stop->signal);
		calls_signal(tracer, thread, stop->signal);
		hot_calls_leave(thread, stop->signal);
		follow_resume(thread, RESUME_RUN, stop->signal);
		break;
	case STOP_GROUP:
		stop_group(tracer, thread, stop->signal);
		break;
	case STOP_CHILD:
	case STOP_VFORK:
		follow_child(tracer, thread, stop->kind == STOP_VFORK);
		follow_resume(thread, RESUME_RUN, 0);
		break;
	case STOP_EXIT:
		uring_last_look(tracer, thread);
		/* What it waits for may stand in its memory. */
		hot_calls_end(tracer, thread);
		tcp_leave(tracer, thread);
		if (tracer->keys)
			key_log_see_exit(tracer->keys, &tracer->log, thread);
		follow_resume(thread, RESUME_RUN, 0);
		break;
	case STOP_ENDED:
		follow_end(tracer, thread, stop);
		break;
	case STOP_TRAP:
		/* SIGCONT also has threads stop that run: ptrace_trap_notify in kernel/signal.c. */
		if (registers_restart_call(thread->tid))
			deadline_begin(tracer, thread);
		if (!thread->rest.is_under_way)
			rest_begin(tracer, thread, 0, 0);
		thread->is_interrupted = false;
		follow_resume(thread, RESUME_RUN, 0);
		break;
	default:
		follow_resume(thread, RESUME_RUN, 0);
	}
}

static void handle(struct tracer *tracer, const struct stop *stop)
{
	struct thread *thread = tracees_find(&tracer->tracees, stop->tid);

	drain_before_stop(tracer, thread);
	hot_calls_check(tracer);
	if (stop->kind == STOP_EXEC) {
		thread = follow_exec(tracer, stop->tid);
		if (thread)
			follow_resume(thread, RESUME_RUN, 0);
		else
			tracee_resume(stop->tid, RESUME_RUN, 0);
	} else if (stop->kind == STOP_EXIT && (!thread || thread->state == THREAD_UNKNOWN)) {
		tracee_resume(stop->tid, RESUME_RUN, 0);
	} else if (!thread && stop->kind != STOP_ENDED) {
		follow_unknown(tracer, stop->tid);
	} else if (thread && thread->state == THREAD_UNKNOWN && stop->kind != STOP_ENDED) {
		/* The thread stays stopped until the call that made it is reported. */
	} else if (thread && thread->state == THREAD_EXPECTED && stop->kind == STOP_TRAP) {
		follow_release(tracer, thread);
	} else if (thread) {
		handle_known(tracer, thread, stop);
	}
	drain_after_stop(tracer);
}

/* True when all threads of the terminal's job are stopped. A thread that is not may be about to
 * continue the program, and could not if socktrace stopped. */
static bool is_job_stopped(const struct tracer *tracer)
{
	pid_t group = getpgid(tracer->program.pid);
	const struct thread *thread;
	size_t at = 0;

	while ((thread = tracees_next(&tracer->tracees, &at)))
		if (!thread->is_in_group_stop && thread->process &&
			getpgid(thread->process->pid) == group)
			return false;
	return true;
}

/*
 * When the user types Ctrl-Z the shell waits until socktrace stops. The program may first do
 * something about the signal, or not stop at all; so socktrace stops when the program has.
 */
static struct stop stop_with_program(struct tracer *tracer)
{
	struct stop stop = stop_wait_ms(&tracer->stops, SETTLE_MS);

	if (stop.kind != STOP_NOTHING)
		return stop;
	int signal = tracer->program.stopped_by;
	tracer->program.stopped_by = 0;
	if (!is_job_stopped(tracer))
		return stop;
	signals_stop_by(signal);
	/* Continued: SIGCONT was sent to the whole job, or to socktrace alone. */
	stop = stop_wait_ms(&tracer->stops, SETTLE_MS);
	if (stop.kind == STOP_NOTHING)
		kill(tracer->program.pid, SIGCONT);
	return stop;
}

/*
 * When the program has ended, socktrace waits for the processes that it has left running. They have
 * a filter that needs a tracer, so socktrace cannot detach from them; with --detach-on-exit they
 * have none. A signal then means that the user wants an end, as it does at any time where socktrace
 * has attached.
 */
static bool wants_end(struct tracer *tracer)
{
	const struct thread *thread;
	size_t at = 0;
	int signal = signals_take();

	if ((signal != 0 && tracer->settings.is_attached) ||
		(tracer->program.has_ended && tracer->settings.detaches_on_exit)) {
		attach_end(tracer);
		return true;
	}
	if (signal == 0 || !tracer->program.has_ended)
		return false;
	if (signals_count() > 1)
		return true;
	while ((thread = tracees_next(&tracer->tracees, &at)))
		if (thread->process && thread->process->pid == thread->tid)
			kill(thread->tid, signal);
	return false;
}

static struct stop next_stop(struct tracer *tracer)
{
	return tracer->program.stopped_by
		       ? stop_with_program(tracer)
		       : stop_wait(&tracer->stops, tracer->tracees.threads.count);
}

void trace_loop(struct tracer *tracer)
{
	const struct stop *stop = &tracer->stop;
	bool is_over = false;

	if (tracer->settings.is_attached) {
		attach_begin(tracer);
		attach_settle(tracer);
	}
	long_calls_begin(tracer);
	/* Where there is always a next stop, no signal interrupts a wait: so it is asked for after
	 * each stop. */
	while (!is_over) {
		tracer->stop = next_stop(tracer);
		enum tick tick = ticks_take(&tracer->ticks);
		/* They stand before the calls that were made with them. */
		if (tracer->keys && tracer->program.has_begun && !tracer->is_passing_through)
			key_log_read(tracer->keys, &tracer->log);
		if (tick == TICK_WHOLE && !tracer->is_passing_through) {
			affinity_tick(&tracer->affinity);
			follow_tick(tracer);
			deadline_tick(tracer);
		}
		if (tick != TICK_NONE && !tracer->is_passing_through)
			drain_tick(tracer, tick);
		if (tick == TICK_WHOLE && !tracer->is_passing_through)
			long_calls_tick(tracer);
		if (tracer->is_passing_through)
			passthrough_answer(tracer, stop);
		else if (stop->kind != STOP_NOTHING && stop->kind != STOP_NO_TRACEE)
			handle(tracer, stop);
		if (tracer->settings.left_running)
			attach_settle(tracer);
		if (tracer->program.has_ended)
			signals_program_ended();
		is_over = stop->kind == STOP_NO_TRACEE || wants_end(tracer);
	}
	if (tracer->is_passing_through)
		return;
	if (tracer->keys && tracer->program.has_begun)
		key_log_finish(tracer->keys, &tracer->log);
	drain_all(tracer);
	if (tracer->program.has_begun)
		record_trace_end(&tracer->log,
			tracer->program.has_ended ? &tracer->program.end : NULL,
			tracer->settings.is_unfiltered ? &tracer->tracees : NULL);
	log_close(&tracer->log);
	follow_free(tracer);
}
