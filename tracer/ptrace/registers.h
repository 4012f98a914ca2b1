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

/* True when the kernel makes the thread's last call again as soon as the thread runs on, if no
 * handler runs. */
bool registers_is_restarted(pid_t tid);

/* Has such a call fail with EINTR after all, if it was not made again yet. */
void registers_interrupt_call(pid_t tid);

/* What the thread's last call has returned stands, whatever stops come before the thread runs on,
 * unless the kernel itself makes the call again. */
void registers_end_call(pid_t tid);

/* All of them, as PTRACE_GETREGS knows them. */
struct registers {
	struct user_regs_struct all;
};

/* False when the thread is gone. */
bool registers_get(pid_t tid, struct registers *registers);
bool registers_set(pid_t tid, const struct registers *registers);

/* The base of gs, which few programs use. False when the thread is gone. */
bool registers_gs(pid_t tid, uint64_t *base);
bool registers_set_gs(pid_t tid, uint64_t base);

/* At the exit of a call: the program gets another result. */
void registers_give_result(pid_t tid, int64_t result);

/* At the entry of a call: the kernel does not make it, and returns `result`. */
void registers_skip_call(pid_t tid, int64_t result);

/* The instruction by which the thread made the call that it is in or has just made: the one
 * before the instruction pointer, where the kernel itself makes a call again
 * (arch/x86/kernel/signal.c). */
enum call_instruction { CALL_UNKNOWN, CALL_NATIVE, CALL_COMPAT };
enum call_instruction registers_call_kind(pid_t tid, const struct registers *registers);

/* The number and the arguments of that call. */
void registers_call(const struct registers *registers, enum call_instruction how, uint64_t *number,
	uint64_t arguments[6]);

/* What the call has returned that the thread has just made. False when it stands outside of one. */
bool registers_has_result(const struct registers *registers, int64_t *result);

/* It has returned `result`, and that stands. */
void registers_end_with(struct registers *registers, int64_t result);

/* The calls that a tracer has a thread make. INJECTED_SAME is the one that it has just made. */
enum injected_call {
	INJECTED_SAME,
	INJECTED_MMAP,
	INJECTED_MUNMAP,
	INJECTED_SECCOMP,
	INJECTED_GETSOCKNAME,
	INJECTED_GETPEERNAME,
	INJECTED_WRITE,
	INJECTED_SENDTO,
	INJECTED_RECVFROM,
	INJECTED_MPROTECT,
	INJECTED_MADVISE,
	INJECTED_SHMAT,
	INJECTED_SHMDT,
	INJECTED_PRCTL,
	INJECTED_MEMBARRIER,
	INJECTED_CALLS
};

/* Prepares the registers for the call, made by that instruction once more. */
void registers_prepare_call(struct registers *registers, enum call_instruction how,
	enum injected_call call, const uint64_t arguments[6]);

/* From the registers of a call's entry, those with which it is made anew. */
void registers_prepare_again(struct registers *registers);

#endif
