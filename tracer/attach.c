/* SPDX-License-Identifier: MIT */
#include "tracer/attach.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "format/messages.h"
#include "tracer/follow/bypass.h"
#include "tracer/follow/calls.h"
#include "tracer/follow/follow.h"
#include "tracer/follow/inheritance.h"
#include "tracer/follow/tcp.h"
#include "tracer/follow/uring.h"
#include "tracer/log/records.h"
#include "tracer/proc/executable.h"
#include "tracer/proc/fds.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/clock.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/signals.h"
#include "tracer/ptrace/tracee.h"
#include "tracer/refusal.h"
#include "tracer/table/syscall_table.h"

/* A thread may be in a sleep that nothing ends; the others are not kept waiting for it. */
#define PATIENCE_NS 500000000

static void explain(pid_t pid, int error)
{
	struct refusal refusal = refusal_of(pid, error);
	char why[300];

	refusal_explain(&refusal, why, sizeof(why));
	print_message("socktrace: %d: %s\n", pid, why);
}

/* Seizes the threads of the process that are not ours yet. Returns how many, or a negative errno
 * when the first of them could not be had. */
static int seize_threads(struct tracer *tracer, pid_t pid)
{
	char path[64];
	struct dirent *entry;
	int found = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	DIR *directory = opendir(path);
	int problem = directory || errno == ENOENT ? -ESRCH : -errno;
	while (directory && (entry = readdir(directory))) {
		pid_t tid = atoi(entry->d_name);
		if (tid <= 0 || tracees_find(&tracer->tracees, tid) ||
			status_number(tid, "TracerPid") == getpid())
			continue;
		problem = tracee_seize_running(tid);
		if (problem != 0)
			continue;
		follow_attached(tracer, pid, tid)->restart_row =
			status_is_in_poll(tid) ? syscall_named("poll") : -1;
		found++;
	}
	if (directory)
		closedir(directory);
	return found > 0 ? found : problem;
}

/* Threads that are made meanwhile by one that is not seized yet are found in the next round. */
static bool seize_process(struct tracer *tracer, pid_t pid)
{
	int found = 1;

	if (status_is_traced_by(getpid(), pid))
		found = -EDEADLK;
	else if (!tracees_find(&tracer->tracees, pid))
		found = seize_threads(tracer, pid);
	if (found <= 0) {
		explain(pid, -found);
		return false;
	}
	while (seize_threads(tracer, pid) > 0)
		;
	return true;
}

static void interrupt_all(struct tracer *tracer)
{
	struct thread *thread;
	size_t at = 0;

	while ((thread = tracees_next(&tracer->tracees, &at))) {
		thread->is_interrupted = true;
		tracee_interrupt(thread->tid);
	}
}

/* True when a stop of each known thread was put aside, but of those that wait for a child of
 * vfork(2), where it may take as long as it likes. */
static bool have_all(const struct tracer *tracer)
{
	const struct stop_queue *stops = &tracer->stops;
	const struct thread *thread;
	size_t at = 0, i;

	while ((thread = tracees_next(&tracer->tracees, &at))) {
		for (i = 0; i < stops->aside_count && stops->aside[i].tid != thread->tid; i++)
			;
		if (i == stops->aside_count && !status_is_in_vfork(thread->tid))
			return false;
	}
	return true;
}

/* The row of the call that the thread makes again, or -1. The kernel has poll(2) go on by
 * restart_syscall(2), so that of one which was interrupted before there is no number any more: then
 * it is what the thread slept in. */
static int restart_row(const struct thread *thread)
{
	struct syscall_entry entry;
	int row = thread->is_settling ? abi_row_within(thread->tid, &entry) : -1;
	bool is_restart = row >= 0 && syscall_row((size_t)row)->hook == HOOK_RESTART;

	return is_restart ? thread->restart_row : row;
}

/* A call that was interrupted is to be made again, at once: when socktrace is killed while the
 * thread is stopped the program sees what its registers say. */
static void make_again(struct tracer *tracer, const struct stop *stop)
{
	struct thread *thread = tracees_find(&tracer->tracees, stop->tid);

	if (!thread || stop->kind != STOP_TRAP)
		return;
	registers_restart_call(stop->tid);
	thread->is_settling = registers_is_restarted(stop->tid);
	thread->restart_row = restart_row(thread);
	tracer->tracees.settling += thread->is_settling;
}

static void wait_for_all(struct tracer *tracer)
{
	const int64_t patience_ends = clock_ns() + PATIENCE_NS;
	struct stop_queue *stops = &tracer->stops;
	size_t before = stops->aside_count;

	while (!have_all(tracer) && clock_ns() < patience_ends && stop_collect_ms(stops, 10))
		for (; before < stops->aside_count; before++)
			make_again(tracer, &stops->aside[before]);
}

bool attach_start(struct tracer *tracer, const pid_t *pids, size_t count)
{
	bool has_any = false;

	for (size_t i = 0; i < count; i++) {
		/* Any thread's number will do. */
		long pid = status_number(pids[i], "Tgid");
		if (!seize_process(tracer, pid > 0 ? (pid_t)pid : pids[i]))
			continue;
		if (!has_any)
			tracer->program.pid = (pid_t)pid;
		has_any = true;
	}
	/* From here on nothing fails for want of memory. */
	stop_reserve(&tracer->stops, 2 * tracer->tracees.threads.count);
	interrupt_all(tracer);
	wait_for_all(tracer);
	return has_any;
}

void attach_settle(struct tracer *tracer)
{
	struct thread *thread = tracees_find(&tracer->tracees, tracer->stop.tid);

	/* A thread that makes a call again stops next at its entry. There, too, socktrace must not
	 * be killed: see detach_from. */
	if (thread && thread->is_settling && tracer->stop.kind != STOP_TRAP) {
		thread->is_settling = false;
		tracer->tracees.settling--;
	}
	if (tracer->tracees.settling > 0 || !tracer->settings.left_running)
		return;
	print_message("socktrace: attached; Ctrl-C ends the trace and leaves %s running\n",
		tracer->settings.left_running);
	tracer->settings.left_running = NULL;
}

/* Where the kernel does not tell, threads of one process share their table if they have the same
 * descriptors, and processes do not. `likeness` is the thread's, when it is known. */
static bool shares_table(struct tracer *tracer, const struct thread *other,
	const struct thread *thread, uint64_t *likeness)
{
	enum fds_order order = fds_compare_tables(other->tid, thread->tid);

	if (order != FDS_UNTOLD)
		return order == FDS_SAME;
	if (other->table->likeness == 0)
		other->table->likeness = fds_likeness(other->tid);
	if (*likeness == 0)
		*likeness = fds_likeness(thread->tid);
	if (*likeness != other->table->likeness)
		return false;
	if (other->process != thread->process)
		record_refused(&tracer->log, thread->process, REFUSED_TABLES);
	return other->process == thread->process;
}

/* The table of the thread: that of a thread of its process which shares it, or a new one. */
static void take_table(struct tracer *tracer, struct thread *thread)
{
	const struct thread *other;
	uint64_t likeness = 0;
	size_t at = 0;

	while ((other = tracees_next(&tracer->tracees, &at)))
		if (other->table && shares_table(tracer, other, thread, &likeness)) {
			thread->table = other->table;
			table_share(thread->table);
			return;
		}
	inheritance_take(tracer, thread, NULL, 0, "attach");
	uring_found(tracer, thread);
	bypass_found(tracer, thread);
}

static void begin(struct tracer *tracer, struct thread *thread)
{
	if (!thread->process->has_started) {
		thread->process->has_started = true;
		executable_file(thread->tid, thread->process->file, sizeof(thread->process->file));
		record_program(
			&tracer->log, thread, "start", (pid_t)status_number(thread->tid, "PPid"));
	}
	take_table(tracer, thread);
	tcp_hold(tracer, thread);
}

void attach_begin(struct tracer *tracer)
{
	struct thread *thread;

	tracer->program.has_begun = true;
	record_trace_begin(&tracer->log, NULL, tracer->program.pid, &tracer->settings.payload,
		tracer->settings.recorded);
	/* All are stopped. */
	socket_tables_keep(&tracer->log.tables);
	/* Leaders first: a process has the name of its leader. */
	for (size_t at = 0; (thread = tracees_next(&tracer->tracees, &at));)
		if (thread->tid == thread->process->pid)
			begin(tracer, thread);
	for (size_t at = 0; (thread = tracees_next(&tracer->tracees, &at));)
		if (!thread->table)
			begin(tracer, thread);
	socket_tables_forget(&tracer->log.tables);
}

/*
 * A thread that is detached from at the entry of a call makes the call as if a signal were pending,
 * and epoll_wait fails. The stop at the entry has also taken the place of the interruption that was
 * asked for, so that is asked for again, and the thread detached from there: __ptrace_unlink in
 * kernel/ptrace.c, ptrace_stop in kernel/signal.c.
 */
static void detach_from(struct tracer *tracer, const struct stop *stop)
{
	struct thread *thread = tracees_find(&tracer->tracees, stop->tid);

	if (stop->kind == STOP_CALL) {
		tracee_interrupt(stop->tid);
		tracee_resume(stop->tid, RESUME_RUN, 0);
		return;
	}
	if (thread && thread->process && !tracer->is_passing_through)
		uring_last_look(tracer, thread);
	if (thread && !tracer->is_passing_through)
		tcp_detach(tracer, thread);
	if (thread)
		thread->is_detached = true;
	if (stop->kind == STOP_TRAP ||
		(stop->kind == STOP_SIGNAL && !status_is_stopped_by(stop->tid, stop->signal)))
		registers_restart_call(stop->tid);
	tracee_detach(stop->tid, stop->kind == STOP_SIGNAL ? stop->signal : 0);
}

/* The threads that socktrace has not detached from. */
enum left {
	LEFT_NONE,
	LEFT_IN_VFORK, /* all of them wait for children that share their memory */
	LEFT_ASLEEP,   /* all of them sleep so that nothing wakes them */
	LEFT_SOME,
};

/* A leader that ends before its other threads stays a zombie until they have ended, and the kernel
 * reports no stop of it until then. */
static enum left what_is_left(const struct tracer *tracer)
{
	const struct thread *thread;
	enum left left = LEFT_NONE;
	size_t at = 0;

	while (left != LEFT_SOME && (thread = tracees_next(&tracer->tracees, &at))) {
		if (thread->is_detached || status_has_ended(thread->tid))
			continue;
		enum left state = status_is_in_vfork(thread->tid)          ? LEFT_IN_VFORK
				  : status_is_uninterruptible(thread->tid) ? LEFT_ASLEEP
									   : LEFT_SOME;
		left = state > left ? state : left;
	}
	return left;
}

/* So often, 10 ms apart, threads are seen to sleep before they are taken to sleep on: a thread that
 * reads from a disk sleeps briefly, too. */
#define ASLEEP_LOOKS 20

/* Threads in vfork(2) are not waited for: the kernel detaches from them when socktrace ends. Others
 * are not waited for longer when the user sends another signal (later than at once, as timeout(1)
 * sends two), nor, when the program has ended, if nothing wakes them: the same. The rest only wait
 * for a processor, and a call of theirs would be interrupted. */
static bool is_enough(
	const struct tracer *tracer, enum left left, unsigned int asleep, int64_t patience_ends)
{
	bool is_asked = signals_take() != 0;

	if (left == LEFT_IN_VFORK)
		return true;
	return clock_ns() >= patience_ends &&
	       (is_asked || (tracer->settings.detaches_on_exit && asleep >= ASLEEP_LOOKS));
}

void attach_end(struct tracer *tracer)
{
	const int64_t patience_ends = clock_ns() + PATIENCE_NS;
	enum left left = LEFT_SOME;
	unsigned int asleep = 0; /* looks in a row */
	struct thread *thread;
	struct stop stop;
	size_t at = 0;

	interrupt_all(tracer);
	while ((thread = tracees_next(&tracer->tracees, &at)))
		if (thread->state == THREAD_UNKNOWN)
			tracee_detach(thread->tid, 0);
	do {
		stop = stop_wait_ms(&tracer->stops, 10);
		if (stop.kind < STOP_ENDED)
			detach_from(tracer, &stop);
		left = stop.kind == STOP_NOTHING ? what_is_left(tracer) : LEFT_SOME;
		asleep = left == LEFT_ASLEEP ? asleep + 1 : 0;
	} while (left != LEFT_NONE && stop.kind != STOP_NO_TRACEE &&
		 !is_enough(tracer, left, asleep, patience_ends));
	if (tracer->is_passing_through)
		return;
	at = 0;
	while ((thread = tracees_next(&tracer->tracees, &at)))
		calls_abandon(tracer, thread);
	uring_detach(tracer);
}
