#include "tracer/hooks.h"

#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "tracer/registers.h"
#include "tracer/tracee_memory.h"

/*
 * A child made with CLONE_UNTRACED would run without its tracer but with the filter, and each of
 * its socket calls would fail with ENOSYS: seccomp(2). clone has its flags in a register, clone3
 * in memory, as the first member of struct clone_args.
 */
static void keep_child(pid_t tid, const struct syscall_entry *entry)
{
	uint64_t flags = entry->arguments[0];

	if (entry->number == SYS_clone) {
		registers_set_argument(tid, 0, flags & ~(uint64_t)CLONE_UNTRACED);
		return;
	}
	uint64_t address = entry->arguments[0];
	if (memory_read(tid, address, &flags, sizeof(flags)) < sizeof(flags) ||
		!(flags & CLONE_UNTRACED))
		return;
	flags &= ~(uint64_t)CLONE_UNTRACED;
	memory_write(tid, address, &flags, sizeof(flags));
}

void hook_run(enum syscall_hook hook, pid_t tid, const struct syscall_entry *entry)
{
	if (hook == HOOK_CLONE)
		keep_child(tid, entry);
}
