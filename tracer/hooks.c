#include "tracer/hooks.h"

#include <sched.h>
#include <stdint.h>

#include "tracer/abi.h"
#include "tracer/registers.h"
#include "tracer/tracee_memory.h"

/*
 * A child made with CLONE_UNTRACED would run without its tracer but with the filter, and each of
 * its socket calls would fail with ENOSYS: seccomp(2). clone has its flags in a register.
 */
static void keep_child_of_clone(pid_t tid, const struct syscall_entry *entry)
{
	registers_set_argument(tid, abi_is_compat(entry->arch), 0,
		entry->arguments[0] & ~(uint64_t)CLONE_UNTRACED);
}

/* clone3 has them in memory, as the first member of struct clone_args. */
static void keep_child_of_clone3(pid_t tid, const struct syscall_entry *entry)
{
	uint64_t address = entry->arguments[0], flags;

	if (memory_read(tid, address, &flags, sizeof(flags)) < sizeof(flags) ||
		!(flags & CLONE_UNTRACED))
		return;
	flags &= ~(uint64_t)CLONE_UNTRACED;
	memory_write(tid, address, &flags, sizeof(flags));
}

void hook_run(enum syscall_hook hook, pid_t tid, const struct syscall_entry *entry)
{
	if (hook == HOOK_CLONE)
		keep_child_of_clone(tid, entry);
	else if (hook == HOOK_CLONE3)
		keep_child_of_clone3(tid, entry);
}
