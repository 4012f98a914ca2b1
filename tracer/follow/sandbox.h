/* SPDX-License-Identifier: MIT */
/*
 * What a program does with seccomp(2) itself. Its own filter decides about its calls before ours
 * tells of them, and may kill it for the calls that a tracer has it make; so from then on its
 * process is stepped and nothing is injected there. What was attached to has no filter of ours, and
 * needs none of this.
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

/* A stepped thread is at the entry of a call: keeps it from what it has denied itself. */
void sandbox_check(const struct thread *thread, const struct syscall_entry *entry);

#endif
