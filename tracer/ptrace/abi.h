/* SPDX-License-Identifier: MIT */
/*
 * Finds the row of the table that a call is, by the ABI that it is made through: x86-64's own or
 * that of 32-bit programs, which a 64-bit program may use, too, with int $0x80.
 */
#ifndef TRACER_ABI_H
#define TRACER_ABI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tracer/ptrace/tracee.h"
#include "tracer/table/syscall_table.h"

/* Prepares what follows. */
void abi_begin(void);

/*
 * The index of the row of the call that the stopped thread is about to make, or -1 when it is none.
 * A call that only carries another one, as socketcall(2) does, is replaced in `entry` by that one's
 * arguments.
 */
int abi_row(pid_t tid, struct syscall_entry *entry);

/* The same of the call that the thread is in, at whatever stop: fills `entry`, but for where it was
 * made. */
int abi_row_within(pid_t tid, struct syscall_entry *entry);

/* The row of that number in the ABI of x86-64, or -1 when it has none. */
int abi_row_numbered(uint64_t number);

/* The argument of that kind of a call of the row; 0 when it has none. */
uint64_t abi_argument(
	const struct syscall_entry *entry, const struct syscall_row *row, enum argument_kind kind);

/* True for the ABI of 32-bit programs, whose longs and pointers have 4 bytes. */
bool abi_is_compat(uint32_t arch);
uint32_t abi_arch(bool is_compat);

/* True when the call is one that seccomp's strict mode allows: mode1_syscalls in kernel/seccomp.c.
 */
bool abi_is_strict(const struct syscall_entry *entry);

#endif
