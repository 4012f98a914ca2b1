/* SPDX-License-Identifier: MIT */
/* A stopped thread's registers: all that depends on the processor, one .c file each. */
#ifndef TRACER_REGISTERS_H
#define TRACER_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

/* At the entry of a call, before the kernel reads it: replaces the argument number `index`.
 * `is_compat`: the call is made through the ABI of 32-bit programs. */
void registers_set_argument(pid_t tid, bool is_compat, int index, uint64_t value);

/*
 * Has the kernel make a call that has failed with EINTR again, if no handler runs: ERESTARTNOHAND
 * in linux/errno.h. A tracer interrupts calls that would not be interrupted without it: when it
 * asks the thread to stop, and by signals that the program ignores, which the kernel delivers to a
 * traced process (sig_ignored in kernel/signal.c), perhaps to another of its threads. Returns true
 * when the call has failed with EINTR.
 */
bool registers_restart_call(pid_t tid);

/* Has such a call fail with EINTR after all, if it was not made again yet. */
void registers_interrupt_call(pid_t tid);

/* All of them, as PTRACE_GETREGS knows them. */
struct registers {
	struct user_regs_struct all;
};

/* False when the thread is gone. */
bool registers_get(pid_t tid, struct registers *registers);
bool registers_set(pid_t tid, const struct registers *registers);

/* At the entry of a call: the kernel does not make it, and returns `result`. */
void registers_skip_call(pid_t tid, int64_t result);

/* The instruction by which the thread made the call that it is in or has just made: the one
 * before the instruction pointer, where the kernel itself makes a call again
 * (arch/x86/kernel/signal.c). */
enum call_instruction { CALL_UNKNOWN, CALL_NATIVE, CALL_COMPAT };
enum call_instruction registers_call_kind(pid_t tid, const struct registers *registers);

/* The calls that a tracer has a thread make. */
enum injected_call { INJECTED_MMAP, INJECTED_MUNMAP, INJECTED_SECCOMP, INJECTED_CALLS };

/* Prepares the registers for the call, made by that instruction once more. */
void registers_prepare_call(struct registers *registers, enum call_instruction how,
	enum injected_call call, const uint64_t arguments[6]);

/* From the registers of a call's entry, those with which it is made anew. */
void registers_prepare_again(struct registers *registers);

#endif
