/* SPDX-License-Identifier: MIT */
/*
 * The program's own use of seccomp(2). Its filter may decide about a call before ours
 * has stopped it, and may kill the program for calls that the tracer injects; so from then on the
 * process is stepped and nothing is injected into it. A process that was attached to has no filter
 * of ours, and needs none of this.
 */
#ifndef TRACER_SANDBOX_H
#define TRACER_SANDBOX_H

#include "tracer/follow/tracer.h"
#include "tracer/ptrace/tracee.h"
#include "tracer/table/syscall_table.h"

/* The thread is at the entry of seccomp(2) or prctl(2). */
void sandbox_seccomp(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry);
void sandbox_prctl(struct tracer *tracer, struct thread *thread, const struct syscall_row *row,
	const struct syscall_entry *entry);

/* A stepped thread is at the entry of a call: kills its process if strict mode denies the call. */
void sandbox_check(const struct thread *thread, const struct syscall_entry *entry);

#endif
