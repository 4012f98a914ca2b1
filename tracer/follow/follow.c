/* SPDX-License-Identifier: MIT */
#include "tracer/follow/follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/filter/coverage.h"
#include "tracer/follow/calls.h"
#include "tracer/follow/hooks.h"
#include "tracer/follow/hot_calls.h"
#include "tracer/follow/inheritance.h"
#include "tracer/follow/tcp.h"
#include "tracer/follow/uring.h"
#include "tracer/log/records.h"
#include "tracer/proc/executable.h"
#include "tracer/proc/fds.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/tracee.h"

static struct traced_process *child_new(pid_t pid, const struct traced_process *parent)
{
	struct traced_process *process = process_new(pid);

	process->has_started = parent->has_started;
	memcpy(process->file, parent->file, sizeof(process->file));
	process->is_sandboxed = parent->is_sandboxed;
	process->is_supervised = parent->is_supervised;
	process->is_suppressed = parent->is_suppressed;
	return process;
}

static void join_table(struct thread *thread, struct descriptor_table *table)
{
	thread->table = table;
	table_share(table);
}

void follow_launch(struct tracer *tracer, pid_t pid)
{
	struct thread *thread = tracees_add(&tracer->tracees, pid, THREAD_RUNNING);

	process_join(process_new(pid), thread);
	thread->table = table_new();
	thread->process->coverage.covered = tracer->settings.stops_at_all ? BLOCKS_ALL : 0;
	thread->process->coverage.is_stepped = tracer->settings.is_unfiltered;
	thread->process->coverage.installed = !tracer->settings.is_unfiltered;
	tracer->program.pid = pid;
}

struct thread *follow_attached(struct tracer *tracer, pid_t pid, pid_t tid)
{
	struct thread *thread = tracees_add(&tracer->tracees, tid, THREAD_RUNNING), *other;
	size_t at = 0;

	while ((other = tracees_next(&tracer->tracees, &at)))
		if (other->process && other->process->pid == pid) {
			process_join(other->process, thread);
			return thread;
		}
	process_join(process_new(pid), thread);
	thread->process->coverage.is_stepped = true;
	return thread;
}

static void count_unknown(struct tracer *tracer, int more)
{
	tracer->tracees.unknown += (unsigned int)more;
	tracer->tracees.unknown_ticks = 0;
	ticks_want(&tracer->ticks, TICK_UNKNOWN, tracer->tracees.unknown > 0);
}

void follow_unknown(struct tracer *tracer, pid_t tid)
{
	tracees_add(&tracer->tracees, tid, THREAD_UNKNOWN);
	count_unknown(tracer, 1);
}

void follow_resume(const struct thread *thread, enum resume how, int signal)
{
	/* A call whose entry was seen has to be seen at its exit, too, and so has one for a rest,
	 * and one that has a limit to keep. */
	if (how == RESUME_RUN &&
		(thread->has_entered || thread->rest.is_under_way ||
			thread->limit.deadline_ns != 0 || coverage_is_stepped(thread)))
		how = RESUME_CALL;
	hot_calls_resume(thread);
	tracee_resume(thread->tid, how, signal);
}

static void close_one(struct tracer *tracer, struct thread *thread, int fd, const char *reason)
{
	struct socket_identity *identity = table_get(thread->table, fd)->socket;
	struct kernel_report *report = tcp_take_last(identity);
	uint64_t socket;

	struct held_descriptor closed = table_remove(&tracer->sockets, thread->table, fd, &socket);
	record_close(&tracer->log, thread->process, fd, closed.id, socket, reason, report);
	free(report);
}

static void leave_table(struct tracer *tracer, struct thread *thread)
{
	struct descriptor_table *table = thread->table;

	if (table->users == 1)
		for (int fd = table_next(table, 0); fd >= 0; fd = table_next(table, fd + 1))
			close_one(tracer, thread, fd, "exit");
	table->leaving -= thread->is_leaving;
	table_release(table);
	thread->table = NULL;
}

/* Frees the thread and what it holds. Returns true when it was its process's last one. */
static bool thread_leave(struct tracer *tracer, struct thread *thread)
{
	struct traced_process *process = thread->process;
	bool is_last = process && --process->threads == 0;

	if (process)
		uring_leave(tracer, thread);
	hot_thread_end(&tracer->recorder, thread);
	if (is_last)
		hot_space_leave(process);
	if (thread->table)
		leave_table(tracer, thread);
	affinity_leave(&tracer->affinity, thread);
	tracees_remove(&tracer->tracees, thread);
	return is_last;
}

static bool is_thread_of(pid_t tid, pid_t pid)
{
	/* Signal 0 asks whether `tid` is in the thread group `pid`: tgkill(2). */
	return syscall(SYS_tgkill, pid, tid, 0) == 0 || errno == EPERM;
}

/* `maker` is in the call that has made the child; NULL: it is gone. */
static bool shares_table(const struct thread *child, const struct thread *parent,
	const struct thread *maker, bool is_thread)
{
	switch (fds_compare_tables(parent->tid, child->tid)) {
	case FDS_SAME:
		return true;
	case FDS_OTHER:
		return false;
	default:
		return maker ? hook_shares_table(maker->tid) : is_thread;
	}
}

static void place_child(struct tracer *tracer, struct thread *child, const struct thread *parent,
	const struct thread *maker, bool is_thread)
{
	bool is_shared = shares_table(child, parent, maker, is_thread);

	affinity_inherit(child, parent);
	/* The kernel gives it the options of its maker: ptrace_init_task in linux/ptrace.h. */
	child->reports_exit = maker && maker->reports_exit;
	if (is_thread) {
		process_join(parent->process, child);
	} else {
		process_join(child_new(child->tid, parent->process), child);
		coverage_inherit(child, parent);
		hot_calls_forked(tracer, child, parent);
		/* A call of the child changes the parent's descriptors where they share a table: it
		 * is written. */
		child->process->is_suppressed |= tracer->settings.no_follow && !is_shared;
		record_fork(&tracer->log, child->process, parent->process->pid);
	}
	if (is_shared)
		join_table(child, parent->table);
	else
		inheritance_take(tracer, child, parent->table, parent->process->pid, "fork");
}

/* A process of which nothing is written, and that has no filter of ours, runs on without a
 * tracer. */
static bool needs_no_tracer(const struct thread *thread)
{
	return thread->process->is_suppressed && thread->process->coverage.is_stepped;
}

void follow_release(struct tracer *tracer, struct thread *thread)
{
	struct traced_process *process = thread->process;

	thread->state = THREAD_RUNNING;
	hot_calls_born(tracer, thread);
	if (!needs_no_tracer(thread)) {
		follow_resume(thread, RESUME_RUN, 0);
		return;
	}
	tracee_detach(thread->tid, 0);
	if (thread_leave(tracer, thread))
		free(process);
}

static void release_unknown(struct tracer *tracer, struct thread *thread)
{
	count_unknown(tracer, -1);
	follow_release(tracer, thread);
}

void follow_child(struct tracer *tracer, const struct thread *parent, bool shares_memory)
{
	pid_t tid = tracee_event_tid(parent->tid);
	struct thread *child = tid ? tracees_find(&tracer->tracees, tid) : NULL;

	if (tid == 0 || (child && child->state != THREAD_UNKNOWN))
		return;
	/* The child's end was reported before its parent's call: it was killed, or adopted. */
	if (!child && !stop_is_to_come(tid))
		return;
	bool was_stopped = child != NULL;
	if (!child) {
		child = tracees_add(&tracer->tracees, tid, THREAD_EXPECTED);
		stop_expect(&tracer->stops, tid);
	}
	place_child(tracer, child, parent, parent, is_thread_of(tid, parent->process->pid));
	if (child->process != parent->process)
		child->process->shares_memory = shares_memory;
	if (was_stopped)
		release_unknown(tracer, child);
}

/* The thread that made this one died before its call was reported: the kernel still knows its
 * process. */
static void adopt(struct tracer *tracer, struct thread *child)
{
	affinity_adopt(&tracer->affinity, child);
	long leader_tid = status_number(child->tid, "Tgid");
	struct thread *leader =
		leader_tid > 0 ? tracees_find(&tracer->tracees, (pid_t)leader_tid) : NULL;

	if (leader && leader != child && leader->process) {
		place_child(tracer, child, leader, NULL, true);
	} else {
		process_join(process_new(child->tid), child);
		executable_file(child->tid, child->process->file, sizeof(child->process->file));
		child->process->has_started = true;
		child->process->coverage.is_stepped = tracer->settings.is_unfiltered;
		child->process->is_suppressed = tracer->settings.no_follow;
		record_fork(&tracer->log, child->process, (pid_t)status_number(child->tid, "PPid"));
		inheritance_take(tracer, child, NULL, 0, "fork");
	}
	release_unknown(tracer, child);
}

static void adopt_all(struct tracer *tracer)
{
	struct thread *thread;
	size_t at = 0;

	while (tracer->tracees.unknown > 0 && (thread = tracees_next(&tracer->tracees, &at)))
		if (thread->state == THREAD_UNKNOWN)
			adopt(tracer, thread);
}

/* A thread's end may be reported before the first stop of a thread that it has made. */
#define PATIENT_TICKS 5

void follow_tick(struct tracer *tracer)
{
	if (tracer->tracees.unknown > 0 && ++tracer->tracees.unknown_ticks >= PATIENT_TICKS)
		adopt_all(tracer);
}

/* exec(2) by a thread that is not the leader: it takes the leader's tid over, and of the old
 * leader nothing more is heard: ptrace(2), "execve(2) under ptrace". */
static struct thread *take_over(struct tracer *tracer, pid_t tid, pid_t former_tid)
{
	struct thread *leader = tracees_find(&tracer->tracees, tid);
	struct thread *thread = tracees_find(&tracer->tracees, former_tid);

	if (!thread || thread == leader)
		return leader;
	hot_calls_end(tracer, thread);
	if (leader) {
		hot_calls_end(tracer, leader);
		calls_abandon(tracer, leader);
		thread_leave(tracer, leader);
	}
	tracees_renumber(&tracer->tracees, thread, tid);
	return thread;
}

/* exec makes the table the process's own and drops what is close-on-exec: execve(2). */
static void exec_table(struct tracer *tracer, struct thread *thread)
{
	struct descriptor_table *shared = thread->table;

	if (shared->users > thread->process->threads) {
		inheritance_unshare(tracer, thread, "exec");
		return;
	}
	/* exec may have closed some of its epoll instances: of those that are left the kernel is
	 * asked. */
	for (int fd; (fd = interests_find(&shared->interests, 0, INT32_MAX)) >= 0;) {
		interests_end(&shared->interests, fd);
		table_watch(shared, fd, false);
	}
	for (int fd = table_next(shared, 0); fd >= 0; fd = table_next(shared, fd + 1))
		if (fds_socket_inode(thread->tid, fd) != table_get(shared, fd)->socket->inode)
			close_one(tracer, thread, fd, "exec");
}

static void begin(struct tracer *tracer, struct thread *thread)
{
	thread->process->has_started = true;
	tracer->program.has_begun = true;
	record_trace_begin(&tracer->log, tracer->settings.command, 0, &tracer->settings.payload,
		tracer->settings.recorded);
	record_program(&tracer->log, thread, "start", (pid_t)status_number(thread->tid, "PPid"));
	table_release(thread->table);
	inheritance_take(tracer, thread, NULL, 0, "start");
}

struct thread *follow_exec(struct tracer *tracer, pid_t tid)
{
	struct thread *thread = take_over(tracer, tid, tracee_event_tid(tid));

	if (!thread || !thread->process)
		return thread;
	hot_calls_end(tracer, thread);
	hot_space_leave(thread->process);
	tcp_stay(thread);
	thread->state = THREAD_RUNNING;
	thread->process->shares_memory = false;
	thread->process->coverage.injection_page = 0;
	executable_name(tid, thread->process->file, sizeof(thread->process->file));
	if (!thread->process->has_started) {
		begin(tracer, thread);
	} else {
		uring_exec(tracer, thread);
		record_program(&tracer->log, thread, "exec", 0);
		exec_table(tracer, thread);
		thread->table->was_shared = false;
	}
	if (executable_is_foreign(tid))
		record_warning(&tracer->log, thread->process, "foreign-abi",
			"a program of an ABI that is not known is run, such as x32: its calls are "
			"not in the trace");
	if (executable_is_hidden(tid))
		record_hidden(&tracer->log, thread->process);
	if (geteuid() != 0 && executable_is_set_id(tid))
		record_warning(&tracer->log, thread->process, "set-id",
			"a set-user-ID or set-group-ID program runs without its privilege, as all "
			"that is traced without root");
	return thread;
}

/*
 * The leader's end is reported when all others are gone: delay_group_leader in kernel/exit.c. One
 * that was killed while it loaded a program had the leader's number by then, and of its own nothing
 * more is heard.
 */
static void end_others(struct tracer *tracer, const struct thread *leader)
{
	struct thread *other;
	size_t at = 0;

	while (leader->process->threads > 1 && (other = tracees_next(&tracer->tracees, &at))) {
		if (other->process != leader->process || other == leader)
			continue;
		hot_calls_end(tracer, other);
		calls_abandon(tracer, other);
		thread_leave(tracer, other);
		at = 0;
	}
}

void follow_end(struct tracer *tracer, struct thread *thread, const struct stop *stop)
{
	struct traced_process *process = thread->process;

	if (process && process->pid == thread->tid)
		end_others(tracer, thread);
	hot_calls_end(tracer, thread);
	if (process)
		calls_abandon(tracer, thread);
	else
		count_unknown(tracer, -1);
	if (thread_leave(tracer, thread) && process) {
		if (process->has_started)
			record_exit(&tracer->log, process, stop);
		if (process->pid == tracer->program.pid && !tracer->settings.is_attached) {
			tracer->program.has_ended = true;
			tracer->program.end = *stop;
		}
		free(process);
	}
	adopt_all(tracer);
}

void follow_free(struct tracer *tracer)
{
	struct thread *thread;

	for (size_t at = 0; (thread = tracees_next(&tracer->tracees, &at)); at = 0) {
		struct traced_process *process = thread->process;
		if (thread_leave(tracer, thread))
			free(process);
	}
	tracees_free(&tracer->tracees);
}
