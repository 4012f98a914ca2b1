/* SPDX-License-Identifier: MIT */
#include "tracer/ptrace/stop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#include "format/memory.h"

/* PTRACE_EVENT_STOP is in linux/ptrace.h, which does not go together with sys/ptrace.h everywhere.
 */
#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

bool stop_is_by(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static enum stop_kind event_kind(int event, int signal)
{
	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		return STOP_CALL;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_CLONE:
		return STOP_CHILD;
	case PTRACE_EVENT_VFORK:
		return STOP_VFORK;
	case PTRACE_EVENT_EXEC:
		return STOP_EXEC;
	case PTRACE_EVENT_EXIT:
		return STOP_EXIT;
	case PTRACE_EVENT_STOP:
		return stop_is_by(signal) ? STOP_GROUP : STOP_TRAP;
	}
	return STOP_TRAP;
}

static struct stop from_status(pid_t tid, int status)
{
	struct stop stop = {.kind = STOP_SIGNAL, .tid = tid};

	if (WIFEXITED(status)) {
		stop.kind = STOP_ENDED;
		stop.exit_code = WEXITSTATUS(status);
		return stop;
	}
	if (WIFSIGNALED(status)) {
		stop.kind = STOP_ENDED;
		stop.signal = WTERMSIG(status);
		return stop;
	}
	stop.signal = WSTOPSIG(status);
	if (status >> 16)
		stop.kind = event_kind(status >> 16, stop.signal);
	else if (stop.signal == (SIGTRAP | 0x80)) /* PTRACE_O_TRACESYSGOOD */
		stop.kind = STOP_CALL;
	return stop;
}

static struct stop next(pid_t which, int options)
{
	int status;
	pid_t tid = waitpid(which, &status, __WALL | options);

	if (tid > 0)
		return from_status(tid, status);
	if (tid == 0 || errno == EINTR)
		return (struct stop){.kind = STOP_NOTHING};
	return (struct stop){.kind = STOP_NO_TRACEE};
}

/* The first process of a PID namespace has children that are no tracees: those that it has adopted.
 * __WCLONE leaves them out; it waits for tracees and for children of clone(2), of which there are
 * none: wait(2). */
static bool has_tracee(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WCLONE) == 0;
}

/* The thread's stop; STOP_NOTHING when it has not stopped, or is gone. */
static struct stop ask(pid_t tid)
{
	struct stop stop = next(tid, WNOHANG);

	if (stop.kind == STOP_NO_TRACEE)
		stop.kind = STOP_NOTHING;
	return stop;
}

/* With more tracees than these, waiting for signals is cheaper (docs/performance.md). */
#define MANY 256

/* waitpid asks for all tracees after so many stops, or one for so many of them, as it takes longer
 * the more there are; or when no signal has come for so long. */
#define SCAN_STOPS 64
#define SCAN_SHARE 16
#define SCAN_NS    5000000

static void sigchld(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
}

static void take_signals(struct stop_queue *queue, bool has_signals)
{
	sigset_t set;

	/* The kernel sends no SIGCHLD to a process that ignores it: do_notify_parent_cldstop in
	 * kernel/signal.c. */
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
	sigchld(&set);
	sigprocmask(has_signals ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
	queue->has_signals = has_signals;
	queue->is_scan_due = queue->is_doubtful = true;
}

/*
 * Asks for all tracees until none has stopped, or a good many are put aside. None goes on in
 * between: on another processor it would stop again while all are asked, and be found each time,
 * and every stop would cost as much as asking all. A tracee that stops after none was found sends a
 * signal, which is taken.
 */
static struct stop scan(struct stop_queue *queue)
{
	struct stop first = next(-1, WNOHANG), stop = first;

	for (size_t i = 0; i < SCAN_STOPS && stop.kind < STOP_NOTHING; i++) {
		stop = next(-1, WNOHANG);
		if (stop.kind < STOP_NOTHING)
			stop_put_aside(queue, &stop);
	}
	queue->is_doubtful = stop.kind != STOP_NOTHING;
	queue->is_scan_due = queue->is_doubtful;
	queue->since_scan = 0;
	return first;
}

/* Threads that work together stop together: those that stopped last are the likely ones. */
static struct stop ask_recent(const struct stop_queue *queue)
{
	struct stop stop = {.kind = STOP_NOTHING};

	for (size_t i = 0; i < STOP_RECENT && stop.kind == STOP_NOTHING; i++)
		if (queue->recent[i] != 0)
			stop = ask(queue->recent[i]);
	return stop;
}

void stop_expect(struct stop_queue *queue, pid_t tid)
{
	for (size_t i = 0; i < STOP_RECENT; i++)
		if (queue->recent[i] == tid)
			return;
	queue->recent[queue->oldest++ % STOP_RECENT] = tid;
}

/* A tracee that has ended is one until that was reported, and may then be a zombie for a while. */
bool stop_is_to_come(pid_t tid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)tid, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) ==
	       0;
}

static struct stop wait_signal(struct stop_queue *queue)
{
	const struct timespec patience = {0, SCAN_NS};
	siginfo_t info;
	sigset_t set;

	sigchld(&set);
	int signal = queue->is_doubtful ? sigtimedwait(&set, &info, &patience)
					: sigwaitinfo(&set, &info);
	if (signal < 0)
		return errno == EAGAIN ? scan(queue) : (struct stop){.kind = STOP_NOTHING};
	queue->is_doubtful = true;
	return ask(info.si_pid);
}

/* STOP_NOTHING when the wait was interrupted, or the signal's stop has been seen before. */
static struct stop next_signalled(struct stop_queue *queue, size_t tracees)
{
	struct stop stop = {.kind = STOP_NOTHING};

	if (queue->is_doubtful)
		stop = queue->is_scan_due ? scan(queue) : ask_recent(queue);
	if (stop.kind == STOP_NOTHING)
		stop = wait_signal(queue);
	if (stop.kind < STOP_NOTHING)
		stop_expect(queue, stop.tid);
	if (++queue->since_scan >= SCAN_STOPS && queue->since_scan >= tracees / SCAN_SHARE)
		queue->is_scan_due = true;
	return stop;
}

/* STOP_NOTHING when none was put aside. */
static struct stop take_aside(struct stop_queue *queue)
{
	if (queue->aside_given < queue->aside_count)
		return queue->aside[queue->aside_given++];
	queue->aside_count = queue->aside_given = 0;
	return (struct stop){.kind = STOP_NOTHING};
}

void stop_put_aside(struct stop_queue *queue, const struct stop *stop)
{
	queue->aside = array_grow(
		queue->aside, queue->aside_count, &queue->aside_capacity, sizeof(*queue->aside));
	queue->aside[queue->aside_count++] = *stop;
}

void stop_reserve(struct stop_queue *queue, size_t count)
{
	if (queue->aside_capacity >= queue->aside_count + count)
		return;
	size_t capacity = (queue->aside_count + count) * 2;
	queue->aside = xrealloc(queue->aside, capacity * sizeof(*queue->aside));
	queue->aside_capacity = capacity;
}

struct stop stop_wait(struct stop_queue *queue, size_t tracees)
{
	struct stop aside = take_aside(queue);

	if (aside.kind != STOP_NOTHING)
		return aside;
	if (tracees == 0 && !has_tracee())
		return (struct stop){.kind = STOP_NO_TRACEE};
	/* The two limits differ, so that a number near them does not switch back and forth. */
	if (queue->has_signals ? tracees < MANY / 2 : tracees > MANY)
		take_signals(queue, !queue->has_signals);
	return queue->has_signals ? next_signalled(queue, tracees) : next(-1, 0);
}

static struct stop next_ms(int milliseconds)
{
	struct stop stop = next(-1, WNOHANG);

	for (; stop.kind == STOP_NOTHING && milliseconds > 0; milliseconds--) {
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		stop = next(-1, WNOHANG);
	}
	return stop;
}

/* True when a thread that ends waits for the answer to a stop that was put aside. */
static bool is_exit_aside(const struct stop_queue *queue)
{
	for (size_t i = queue->aside_given; i < queue->aside_count; i++)
		if (queue->aside[i].kind == STOP_EXIT)
			return true;
	return false;
}

struct stop stop_wait_for(struct stop_queue *queue, pid_t tid)
{
	struct stop stop = ask(tid);
	bool is_patient = !is_exit_aside(queue);

	while (stop.tid != tid && stop.kind != STOP_NO_TRACEE) {
		if (stop.kind != STOP_NOTHING)
			stop_put_aside(queue, &stop);
		else if (!is_patient)
			break;
		is_patient = is_patient && stop.kind != STOP_EXIT;
		stop = is_patient ? next(-1, 0) : next_ms(1);
	}
	return stop;
}

struct stop stop_wait_ms(struct stop_queue *queue, int milliseconds)
{
	struct stop stop = take_aside(queue);

	return stop.kind == STOP_NOTHING ? next_ms(milliseconds) : stop;
}

bool stop_collect_ms(struct stop_queue *queue, int milliseconds)
{
	struct stop stop = next_ms(milliseconds);

	if (stop.kind < STOP_NOTHING)
		stop_put_aside(queue, &stop);
	return stop.kind != STOP_NO_TRACEE;
}

void stop_queue_free(struct stop_queue *queue)
{
	free(queue->aside);
}
