/* SPDX-License-Identifier: MIT */
/* What has to be done at the entry of calls that are not about sockets. */
#ifndef TRACER_HOOKS_H
#define TRACER_HOOKS_H

#include "tracer/ptrace/tracee.h"
#include "tracer/table/syscall_table.h"
#include "tracer/tracer.h"

void hook_run(struct tracer *tracer, struct thread *thread, enum syscall_hook hook,
	const struct syscall_entry *entry);

/* Has the child that clone or clone3 makes traced. Returns the flags of the call, 0 of others. */
uint64_t hook_clone(pid_t tid, enum syscall_hook hook, const struct syscall_entry *entry);

#endif
