/* SPDX-License-Identifier: MIT */
#include "tracer/filter/injection.h"

#include <string.h>
#include <sys/mman.h>

#include "tracer/filter/filter.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/tracee.h"
#include "tracer/ptrace/tracee_memory.h"

/*
 * Runs on to the exit of the call. False when the thread stops for something else: it has ended,
 * another thread has loaded a program and taken its tid over, or SIGSTOP or a group stop came,
 * which cannot be blocked. That stop is put aside as the thread's next one. Or it was killed, and
 * that is still to be told.
 */
static bool run_to_exit(struct injection *i, int64_t *result)
{
	struct syscall_entry entry;

	for (;;) {
		tracee_resume(i->tid, RESUME_CALL, 0);
		struct stop stop;
		do
			stop = stop_wait_for(i->target->stops, i->tid);
		while (stop.kind == STOP_NOTHING && !status_has_ended(i->tid));
		if (stop.kind != STOP_CALL) {
			i->is_over = true;
			i->is_gone = stop.kind >= STOP_EXEC;
			if (stop.kind != STOP_NOTHING)
				stop_put_aside(i->target->stops, &stop);
			return false;
		}
		if (tracee_syscall(i->tid, &entry, result) == SYSCALL_EXIT)
			return true;
	}
}

bool injection_run(struct injection *i, const struct registers *registers, int64_t *result)
{
	/* Its stop waits to be handled as it is. */
	if (i->is_over)
		return false;
	if (registers_set(i->tid, registers))
		return run_to_exit(i, result);
	i->is_over = i->is_gone = true; /* killed in its stop: its end is reported next */
	return false;
}

bool injection_call(
	struct injection *i, enum injected_call which, const uint64_t arguments[6], int64_t *result)
{
	struct registers registers = i->saved;

	registers_prepare_call(&registers, i->how, which, arguments);
	return injection_run(i, &registers, result);
}

#define ROOM                                                                                    \
	65536 /* a filter has at most BPF_MAXINSNS (4096) instructions of 8 bytes; none of ours \
		 has half as many */

/* The filter, as seccomp(2) wants it, at `address` of the thread's memory. */
static bool write_filter(
	const struct injection *i, const struct sock_fprog *filter, uint64_t address)
{
	uint64_t program = address + 16;
	size_t length = filter->len * sizeof(*filter->filter);
	struct {
		uint16_t length, padding;
		uint32_t program;
	} compat = {filter->len, 0, (uint32_t)program};
	struct sock_fprog native = {filter->len, (void *)(uintptr_t)program};
	const void *head = i->how == CALL_COMPAT ? (void *)&compat : (void *)&native;
	size_t head_length = i->how == CALL_COMPAT ? sizeof(compat) : sizeof(native);

	return 16 + length <= ROOM &&
	       memory_write(i->tid, address, head, head_length) == head_length &&
	       memory_write(i->tid, program, filter->filter, length) == length;
}

/* A page that is left from an attempt before is used again. */
static bool get_page(struct injection *i)
{
	int64_t page;

	if (i->target->page != 0)
		return true;
	/* The kernel's MAX_ERRNO. A result of a 32-bit call is given with its sign. */
	if (!injection_call(i, INJECTED_MMAP,
		    (uint64_t[6]){0, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    i->how == CALL_COMPAT ? UINT32_MAX : UINT64_MAX},
		    &page) ||
		(page >= -4095 && page < 0))
		return false;
	i->target->page = i->how == CALL_COMPAT ? (uint32_t)page : (uint64_t)page;
	return true;
}

static void give_page_back(struct injection *i)
{
	int64_t result;

	if (injection_call(i, INJECTED_MUNMAP, (uint64_t[6]){i->target->page, ROOM}, &result))
		i->target->page = 0;
}

/* True when the filter is installed, also when the thread stops for something else after that. */
static bool install(struct injection *i, const struct sock_fprog *filter)
{
	uint64_t flags = FILTER_FLAGS | SECCOMP_FILTER_FLAG_TSYNC;
	int64_t result = -1;

	if (!get_page(i))
		return false;
	if (write_filter(i, filter, i->target->page) &&
		!injection_call(i, INJECTED_SECCOMP,
			(uint64_t[6]){SECCOMP_SET_MODE_FILTER, flags, i->target->page}, &result))
		return false;
	give_page_back(i);
	return result == 0;
}

bool injection_leave_entry(struct injection *i)
{
	int64_t result;

	registers_skip_call(i->tid, 0);
	return run_to_exit(i, &result);
}

bool injection_begin(struct injection *i, pid_t tid, struct injection_target *target)
{
	*i = (struct injection){.tid = tid, .target = target};
	/* The injection must not run out of memory. For each thread it may put aside two stops
	 * (one, and its end), and two of a thread that it makes. */
	stop_reserve(i->target->stops, 4 * i->target->threads + 16);
	if (!registers_get(i->tid, &i->saved) || !tracee_signal_mask(i->tid, &i->mask))
		return false; /* it was killed in its stop */
	i->how = registers_call_kind(i->tid, &i->saved);
	if (i->how == CALL_UNKNOWN)
		return false;
	tracee_set_signal_mask(i->tid, UINT64_MAX);
	return true;
}

void injection_end(struct injection *i)
{
	i->target->has_next_stop = i->is_over;
	if (i->is_gone)
		return;
	registers_set(i->tid, &i->saved);
	tracee_set_signal_mask(i->tid, i->mask);
}

void injection_end_anew(struct injection *i)
{
	registers_prepare_again(&i->saved);
	injection_end(i);
}

static enum injection_answer answer(const struct injection *i, bool is_good)
{
	if (is_good)
		return INJECTION_DONE;
	return i->is_over ? INJECTION_NOT_HERE : INJECTION_REFUSED;
}

enum injection_answer injection_install(pid_t tid, const struct sock_fprog *filter,
	enum injection_point point, struct injection_target *target)
{
	struct injection i;

	if (!injection_begin(&i, tid, target))
		return INJECTION_NOT_HERE;
	bool is_good =
		(point == INJECTION_AT_EXIT || injection_leave_entry(&i)) && install(&i, filter);
	if (point == INJECTION_AT_ENTRY)
		injection_end_anew(&i);
	else
		injection_end(&i);
	return answer(&i, is_good);
}

/* getsockname(2) and getpeername(2), with the length at the beginning of the page. The length of
 * the answer; 0 when there is none. False when the call was not made. */
static bool ask(struct injection *i, enum injected_call which, int fd,
	struct sockaddr_storage *address, socklen_t *length)
{
	const uint64_t page = i->target->page;
	socklen_t room = sizeof(*address);
	int64_t result;

	if (memory_write(i->tid, page, &room, sizeof(room)) != sizeof(room) ||
		!injection_call(i, which, (uint64_t[6]){(uint64_t)fd, page + 16, page}, &result))
		return false;
	*length = 0;
	if (result != 0 || memory_read(i->tid, page, &room, sizeof(room)) != sizeof(room))
		return true;
	*length = room > sizeof(*address) ? sizeof(*address) : room;
	if (memory_read(i->tid, page + 16, address, *length) != *length)
		*length = 0;
	return true;
}

enum injection_answer injection_ask_addresses(
	pid_t tid, int fd, struct socket_info *info, struct injection_target *target)
{
	struct injection i;

	if (!injection_begin(&i, tid, target))
		return INJECTION_NOT_HERE;
	bool is_good = get_page(&i) &&
		       ask(&i, INJECTED_GETSOCKNAME, fd, &info->local, &info->local_length) &&
		       ask(&i, INJECTED_GETPEERNAME, fd, &info->peer, &info->peer_length);
	if (target->page != 0 && !i.is_over)
		give_page_back(&i);
	injection_end(&i);
	return answer(&i, is_good);
}
