/* SPDX-License-Identifier: MIT */
#include "tracer/follow/hooks.h"

#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tracer/filter/coverage.h"
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

static void at_prctl(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	if ((uint32_t)abi_argument(entry, row, ARGUMENT_OPERATION) != PR_SET_DUMPABLE)
		sandbox_prctl(tracer, thread, row, entry);
	else if (abi_argument(entry, row, ARGUMENT_OPERATION_FLAGS) == 0 && geteuid() != 0)
		record_hidden(&tracer->log, thread->process);
}

/* 0 stands for the calling thread. */
static void at_affinity(struct tracer *tracer, struct thread *caller, int32_t tid)
{
	struct thread *thread = tid == 0 ? caller : tracees_find(&tracer->tracees, tid);

	if (thread)
		affinity_reveal(&tracer->affinity, thread);
}

void hook_run(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	if (shares_table(hook_clone(thread->tid, row, entry)))
		coverage_prepare_sharing(&tracer->coverage, thread);
	else if (row->hook == HOOK_AFFINITY)
		at_affinity(tracer, thread, (int32_t)abi_argument(entry, row, ARGUMENT_TID));
	else if (row->hook == HOOK_SECCOMP)
		sandbox_seccomp(tracer, thread, row, entry);
	else if (row->hook == HOOK_PRCTL)
		at_prctl(tracer, thread, row, entry);
}
