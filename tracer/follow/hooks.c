/* SPDX-License-Identifier: MIT */
#include "tracer/follow/hooks.h"

#include <linux/aio_abi.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tracer/filter/coverage.h"
#include "tracer/follow/bypass.h"
#include "tracer/follow/hot_calls.h"
#include "tracer/follow/sandbox.h"
#include "tracer/log/records.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/tracee_memory.h"

/* The child is a process that shares the descriptor table. (A thread shares the filters, too.) */
static bool shares_table(uint64_t flags)
{
	return (flags & CLONE_FILES) && !(flags & CLONE_THREAD);
}

/*
 * A child made with CLONE_UNTRACED would run without its tracer but with the filter, and each of
 * its socket calls would fail with ENOSYS: seccomp(2). clone has its flags in a register.
 */
static uint64_t at_clone(
	pid_t tid, const struct syscall_row *row, const struct syscall_entry *entry)
{
	uint64_t flags = abi_argument(entry, row, ARGUMENT_CLONE_FLAGS);

	if (flags & CLONE_UNTRACED)
		registers_set_argument(tid, abi_is_compat(entry->arch),
			syscall_argument(row, ARGUMENT_CLONE_FLAGS),
			flags & ~(uint64_t)CLONE_UNTRACED);
	return flags;
}

/* clone3 has them in memory, as the first member of struct clone_args. */
static uint64_t at_clone3(
	pid_t tid, const struct syscall_row *row, const struct syscall_entry *entry)
{
	uint64_t address = abi_argument(entry, row, ARGUMENT_CLONE_ARGUMENTS), flags;

	if (memory_read(tid, address, &flags, sizeof(flags)) < sizeof(flags))
		return 0;
	if (flags & CLONE_UNTRACED) {
		flags &= ~(uint64_t)CLONE_UNTRACED;
		memory_write(tid, address, &flags, sizeof(flags));
	}
	return flags;
}

uint64_t hook_clone(pid_t tid, const struct syscall_row *row, const struct syscall_entry *entry)
{
	return row->hook == HOOK_CLONE    ? at_clone(tid, row, entry)
	       : row->hook == HOOK_CLONE3 ? at_clone3(tid, row, entry)
					  : 0;
}

bool hook_shares_table(pid_t tid)
{
	struct syscall_entry entry;
	int index = abi_row_within(tid, &entry);

	return index >= 0 && hook_clone(tid, syscall_row((size_t)index), &entry) & CLONE_FILES;
}

static void at_prctl(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	const uint32_t operation = (uint32_t)abi_argument(entry, row, ARGUMENT_OPERATION);

	if (operation == PR_SET_SYSCALL_USER_DISPATCH)
		hot_calls_withdraw(tracer, thread);
	else if (operation != PR_SET_DUMPABLE)
		sandbox_prctl(tracer, thread, row, entry);
	else if (abi_argument(entry, row, ARGUMENT_OPERATION_FLAGS) == 0 && geteuid() != 0)
		record_hidden(&tracer->log, thread->process);
}

/* Whose limit that is does not matter: seldom another one's. */
static bool sets_address_space(const struct syscall_entry *entry)
{
	return (uint32_t)entry->arguments[1] == RLIMIT_AS && entry->arguments[2] != 0;
}

/* 0 stands for the calling thread. */
static void at_affinity(struct tracer *tracer, struct thread *caller, int32_t tid)
{
	struct thread *thread = tid == 0 ? caller : tracees_find(&tracer->tracees, tid);

	if (thread)
		affinity_reveal(&tracer->affinity, thread);
}

/* The kernel takes no more at a time than a context may have: fs.aio-max-nr, which databases ask to
 * be raised to this. */
#define BLOCKS_LIMIT 1048576

/* io_submit(2): only said, for who uses it on sockets is hard to find. */
static void at_submit(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	int at = syscall_argument(row, ARGUMENT_AIO);
	uint64_t count = entry->arguments[at - 1], address = 0;
	size_t step = abi_is_compat(entry->arch) ? sizeof(uint32_t) : sizeof(uint64_t);
	struct iocb block;

	if (bypass_is_said(thread, BYPASS_AIO))
		return;
	/* None is taken behind a pointer that is wrong. */
	for (uint64_t i = 0; i < count && i < BLOCKS_LIMIT; i++) {
		if (memory_read(thread->tid, entry->arguments[at] + i * step, &address, step) <
				step ||
			memory_read(thread->tid, address, &block, sizeof(block)) < sizeof(block))
			return;
		if (table_get(thread->table, (int)block.aio_fildes)) {
			bypass_warn(tracer, thread, BYPASS_AIO);
			return;
		}
	}
}

void hook_run(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	if (shares_table(hook_clone(thread->tid, row, entry)))
		coverage_prepare_sharing(&tracer->coverage, thread);
	else if (row->hook == HOOK_AFFINITY)
		at_affinity(tracer, thread, (int32_t)abi_argument(entry, row, ARGUMENT_TID));
	else if (row->hook == HOOK_SEGMENT)
		hot_calls_reveal(tracer, thread);
	else if (row->hook == HOOK_MEMORY ||
		 (row->hook == HOOK_PRLIMIT && sets_address_space(entry)))
		hot_calls_unmap(tracer, thread);
	else if (row->hook == HOOK_AIO)
		at_submit(tracer, thread, row, entry);
	else if (row->hook == HOOK_SECCOMP)
		sandbox_seccomp(tracer, thread, row, entry);
	else if (row->hook == HOOK_PRCTL)
		at_prctl(tracer, thread, row, entry);
}
