/* SPDX-License-Identifier: MIT */
/* Work at the entry of calls that are not about sockets. */
#ifndef TRACER_HOOKS_H
#define TRACER_HOOKS_H

#include "tracer/follow/tracer.h"
#include "tracer/ptrace/tracee.h"
#include "tracer/table/syscall_table.h"

/* The thread is at the entry of a call of the row, which has a hook. */
void hook_run(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry);

/* Has the child that clone or clone3 makes traced. Returns the flags of the call, 0 of others. */
uint64_t hook_clone(pid_t tid, const struct syscall_row *row, const struct syscall_entry *entry);

/* True when the thread is in the call that has made another one, and both have one descriptor table
 * from then on. */
bool hook_shares_table(pid_t tid);

#endif
