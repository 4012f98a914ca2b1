/* SPDX-License-Identifier: MIT */
#include "tracer/filter/injection.h"

#include <string.h>
#include <sys/mman.h>

#include "tracer/filter/filter.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/tracee.h"
#include "tracer/ptrace/tracee_memory.h"

struct injection {
	pid_t tid;
	enum call_instruction how;
	struct registers saved; /* with which the thread goes on */
	struct injection_target *target;
	bool is_over; /* the thread stopped for something else, which its next stop says */
	bool is_gone; /* and its registers are not those of the injection */
};

/*
 * Runs on to the exit of the call. False when the thread stops for something else: it has ended,
 * another thread has loaded a program and taken its tid over, or SIGSTOP or a group stop came,
 * which cannot be blocked. That stop is put aside as the thread's next one.
 */
static bool run_to_exit(struct injection *i, int64_t *result)
{
	struct syscall_entry entry;

	for (;;) {
		tracee_resume(i->tid, RESUME_CALL, 0);
		struct stop stop = stop_wait_for(i->target->stops, i->tid);
		if (stop.kind != STOP_CALL) {
			i->is_over = true;
			i->is_gone = stop.kind >= STOP_ENDED || stop.kind == STOP_EXEC;
			stop_put_aside(i->target->stops, &stop);
			return false;
		}
		if (tracee_syscall(i->tid, &entry, result) == SYSCALL_EXIT)
			return true;
	}
}

/* Has the thread make a call. False when the call is not made. */
static bool call(
	struct injection *i, enum injected_call which, const uint64_t arguments[6], int64_t *result)
{
	struct registers registers = i->saved;

	registers_prepare_call(&registers, i->how, which, arguments);
	if (registers_set(i->tid, &registers))
		return run_to_exit(i, result);
	i->is_over = i->is_gone = true; /* killed in its stop: its end is reported next */
	i->target->has_vanished = true;
	return false;
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
	if (!call(i, INJECTED_MMAP,
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

	if (call(i, INJECTED_MUNMAP, (uint64_t[6]){i->target->page, ROOM}, &result))
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
		!call(i, INJECTED_SECCOMP,
			(uint64_t[6]){SECCOMP_SET_MODE_FILTER, flags, i->target->page}, &result))
		return false;
	give_page_back(i);
	return result == 0;
}

/* Leads the thread to the exit of its call, which is not made, and installs the filter there. */
static bool install_from_entry(struct injection *i, const struct sock_fprog *filter)
{
	int64_t result;

	registers_skip_call(i->tid, 0);
	return run_to_exit(i, &result) && install(i, filter);
}

static void restore(struct injection *i, enum injection_point point, uint64_t mask)
{
	if (i->is_gone)
		return;
	if (point == INJECTION_AT_ENTRY)
		registers_prepare_again(&i->saved);
	registers_set(i->tid, &i->saved);
	tracee_set_signal_mask(i->tid, mask);
}

enum injection_answer injection_install(pid_t tid, const struct sock_fprog *filter,
	enum injection_point point, struct injection_target *target)
{
	struct injection i = {.tid = tid, .target = target};
	uint64_t mask;

	if (!registers_get(tid, &i.saved) || !tracee_signal_mask(tid, &mask))
		return INJECTION_NOT_HERE; /* it was killed in its stop */
	i.how = registers_call_kind(tid, &i.saved);
	if (i.how == CALL_UNKNOWN)
		return INJECTION_NOT_HERE;
	tracee_set_signal_mask(tid, UINT64_MAX);
	bool is_good =
		point == INJECTION_AT_ENTRY ? install_from_entry(&i, filter) : install(&i, filter);
	restore(&i, point, mask);
	target->has_next_stop = i.is_over && !target->has_vanished;
	if (is_good)
		return INJECTION_DONE;
	return i.is_over ? INJECTION_NOT_HERE : INJECTION_REFUSED;
}
