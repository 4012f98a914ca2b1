/* SPDX-License-Identifier: MIT */
#include "tracer/follow/deadlines.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tracer/call/layout.h"
#include "tracer/proc/fds.h"
#include "tracer/proc/socket_info.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/tracee_memory.h"

#define SECOND_NS INT64_C(1000000000)

/* 0 where there is none, where it is past already, and where the kernel refuses it. */
static int64_t from_times(const int64_t times[2])
{
	if (times[0] < 0 || times[0] > INT64_MAX / SECOND_NS / 2 || times[1] < 0 ||
		times[1] >= SECOND_NS)
		return 0;
	return times[0] * SECOND_NS + times[1];
}

static int64_t read_times64(pid_t tid, uint64_t address)
{
	int64_t times[2] = {0, 0};

	if (address != 0)
		memory_read(tid, address, times, sizeof(times));
	return from_times(times);
}

/* What stands in the thread's memory. */
static int64_t limit_of_argument(
	pid_t tid, const struct syscall_row *row, const struct syscall_entry *entry)
{
	const struct captured_call memory = {
		.memory_tid = tid, .is_compat = abi_is_compat(entry->arch)};
	uint64_t address = abi_argument(entry, row, ARGUMENT_TIMESPEC);
	int32_t milliseconds = (int32_t)abi_argument(entry, row, ARGUMENT_MILLISECONDS);
	int64_t times[2];

	if (milliseconds > 0)
		return milliseconds * INT64_C(1000000);
	if (address == 0)
		return read_times64(tid, abi_argument(entry, row, ARGUMENT_TIMESPEC64));
	return layout_times(&memory, address, times) ? from_times(times) : 0;
}

#ifndef IORING_ENTER_ABS_TIMER
#define IORING_ENTER_ABS_TIMER (1U << 5)
#endif

/* io_uring_enter(2): the fifth argument is a struct io_uring_getevents_arg. */
static int64_t limit_of_ring(
	pid_t tid, const struct syscall_row *row, const struct syscall_entry *entry)
{
	uint64_t flags = abi_argument(entry, row, ARGUMENT_RING_FLAGS);
	struct io_uring_getevents_arg argument = {0};

	if (!(flags & IORING_ENTER_EXT_ARG) || flags & IORING_ENTER_ABS_TIMER ||
		memory_read(tid, abi_argument(entry, row, ARGUMENT_RING_WAIT), &argument,
			sizeof(argument)) < sizeof(argument))
		return 0;
	return read_times64(tid, argument.ts);
}

/* SO_RCVTIMEO or SO_SNDTIMEO. The handshake of a connect(2) goes on when it has returned, that of a
 * UNIX socket was never begun: unix_stream_connect in net/unix/af_unix.c. */
static struct call_limit limit_of_socket(const struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	bool is_connect = row->effect == EFFECT_CONNECT;
	bool is_send = is_connect || row->effect == EFFECT_SEND;
	int copy = fds_copy(
		thread->process->pid, thread->tid, (int32_t)abi_argument(entry, row, ARGUMENT_FD));
	struct timeval time = {0};
	socklen_t length = sizeof(time);

	if (copy < 0)
		return (struct call_limit){0};
	getsockopt(copy, SOL_SOCKET, is_send ? SO_SNDTIMEO : SO_RCVTIMEO, &time, &length);
	int family = socket_info_option(copy, SOL_SOCKET, SO_DOMAIN);
	close(copy);
	return (struct call_limit){
		from_times((int64_t[2]){time.tv_sec, time.tv_usec * INT64_C(1000)}),
		is_connect && family != AF_UNIX ? -EINPROGRESS : -EAGAIN};
}

/* The call's limit, and what it returns there. */
static struct call_limit limit_of(const struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	switch (row->hook) {
	case HOOK_IO_URING_ENTER:
		return (struct call_limit){limit_of_ring(thread->tid, row, entry), -ETIME};
	case HOOK_LIMIT_FAILS:
		return (struct call_limit){limit_of_argument(thread->tid, row, entry), -EAGAIN};
	case HOOK_LIMIT:
		return (struct call_limit){limit_of_argument(thread->tid, row, entry), 0};
	default:
		break;
	}
	switch (row->effect) {
	case EFFECT_WAIT:
		return (struct call_limit){limit_of_argument(thread->tid, row, entry), 0};
	case EFFECT_SEND:
	case EFFECT_RECEIVE:
	case EFFECT_ACCEPT:
	case EFFECT_CONNECT:
		return limit_of_socket(thread, row, entry);
	default:
		return (struct call_limit){0};
	}
}

void deadline_begin(struct tracer *tracer, struct thread *thread)
{
	bool is_recorded = thread->state == THREAD_IN_CALL || thread->state == THREAD_INTERRUPTED;
	struct syscall_entry entry;

	if (thread->limit.deadline_ns != 0)
		return;
	int index = abi_row_within(thread->tid, &entry);
	const struct syscall_row *row = index >= 0 ? syscall_row((size_t)index) : NULL;
	if (!row || !syscall_is_of_interest(row, entry.arguments[0]))
		return;
	struct call_limit limit = limit_of(thread, row, &entry);
	if (limit.deadline_ns == 0)
		return;
	limit.deadline_ns += is_recorded ? thread->call->time_ns : log_now(&tracer->log);
	thread->limit = limit;
	tracer->tracees.limited++;
	ticks_want(&tracer->ticks, TICK_LIMIT, true);
}

void deadline_end(struct tracer *tracer, struct thread *thread)
{
	tracer->tracees.limited -= thread->limit.deadline_ns != 0;
	thread->limit.deadline_ns = 0;
}

static bool is_past(const struct tracer *tracer, const struct thread *thread)
{
	return thread->limit.deadline_ns != 0 && thread->limit.deadline_ns <= log_now(&tracer->log);
}

bool deadline_expire(struct tracer *tracer, struct thread *thread, int64_t *result)
{
	/* The latter is what a connect(2) that was made again returns when its own limit is past,
	 * just after ours: __inet_stream_connect in net/ipv4/af_inet.c. */
	if (!is_past(tracer, thread) || (*result != -EINTR && *result != -EALREADY))
		return false;
	*result = thread->limit.result;
	registers_give_result(thread->tid, *result);
	deadline_end(tracer, thread);
	return true;
}

void deadline_tick(struct tracer *tracer)
{
	struct thread *thread;
	size_t at = 0;

	ticks_want(&tracer->ticks, TICK_LIMIT, tracer->tracees.limited > 0);
	while (tracer->tracees.limited > 0 && (thread = tracees_next(&tracer->tracees, &at)))
		if (is_past(tracer, thread) && !thread->is_in_group_stop &&
			!thread->is_interrupted) {
			thread->is_interrupted = true;
			tracee_interrupt(thread->tid);
		}
}
