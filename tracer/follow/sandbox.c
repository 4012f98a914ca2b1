/* SPDX-License-Identifier: MIT */
#include "tracer/follow/sandbox.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tracer/filter/coverage.h"
#include "tracer/follow/hot_calls.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/registers.h"

/*
 * The kernel refuses strict mode to a thread that has a filter, and traced programs have one of
 * ours: seccomp.c, seccomp_may_assign_mode. So the tracer has the call succeed, and then enforces
 * the mode itself.
 */
static void be_strict(struct tracer *tracer, struct thread *thread)
{
	if (tracer->settings.is_unfiltered)
		return;
	coverage_give_up(&tracer->coverage, thread,
		"the program enters seccomp's strict mode: from now on each of its system calls is "
		"stopped for");
	thread->is_strict = true;
	registers_skip_call(thread->tid, 0);
}

/* Many programs pass no filter, only to learn what the kernel can do: seccomp(2), EFAULT. */
static void filter(struct tracer *tracer, struct thread *thread, uint64_t address)
{
	if (address == 0 || tracer->settings.is_unfiltered)
		return;
	thread->process->is_sandboxed = true;
	hot_calls_withdraw(tracer, thread);
	coverage_give_up(&tracer->coverage, thread,
		"the program installs a seccomp filter of its own: from now on each of its system "
		"calls is stopped for");
}

void sandbox_seccomp(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	uint64_t flags = abi_argument(entry, row, ARGUMENT_OPERATION_FLAGS);
	uint64_t address = abi_argument(entry, row, ARGUMENT_SECCOMP_FILTER);

	switch ((uint32_t)abi_argument(entry, row, ARGUMENT_OPERATION)) {
	case SECCOMP_SET_MODE_STRICT:
		/* Anything else is an error: seccomp(2). */
		if ((uint32_t)flags == 0 && address == 0)
			be_strict(tracer, thread);
		break;
	case SECCOMP_SET_MODE_FILTER:
		thread->process->is_supervised |= (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;
		filter(tracer, thread, address);
		break;
	}
}

void sandbox_prctl(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry)
{
	uint64_t mode = abi_argument(entry, row, ARGUMENT_OPERATION_FLAGS);

	if ((uint32_t)abi_argument(entry, row, ARGUMENT_OPERATION) == PR_GET_SECCOMP) {
		/* The program must not notice our filter. */
		if (!thread->process->is_sandboxed && !tracer->settings.is_unfiltered)
			registers_skip_call(thread->tid, SECCOMP_MODE_DISABLED);
	} else if (mode == SECCOMP_MODE_STRICT) {
		be_strict(tracer, thread);
	} else if (mode == SECCOMP_MODE_FILTER) {
		filter(tracer, thread, abi_argument(entry, row, ARGUMENT_SECCOMP_FILTER));
	}
}

void sandbox_check(const struct thread *thread, const struct syscall_entry *entry)
{
	if (thread->is_strict && !abi_is_strict(entry))
		kill(thread->process->pid, SIGKILL);
}
