/* SPDX-License-Identifier: MIT */
#include "tracer/ptrace/registers.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#define REGISTER(name) offsetof(struct user_regs_struct, name)

/* syscall(2), "Architecture calling conventions". A tracer sees a 32-bit program's registers in
 * those that they are the lower half of. */
static const size_t arguments[2][6] = {
	{REGISTER(rdi), REGISTER(rsi), REGISTER(rdx), REGISTER(r10), REGISTER(r8), REGISTER(r9)},
	{REGISTER(rbx), REGISTER(rcx), REGISTER(rdx), REGISTER(rsi), REGISTER(rdi), REGISTER(rbp)},
};

void registers_set_argument(pid_t tid, bool is_compat, int index, uint64_t value)
{
	ptrace(PTRACE_POKEUSER, tid, arguments[is_compat][index], value);
}

/* close(2) that fails with EINTR has closed its descriptor: it is never made again. */
#define CLOSE          3
#define COMPAT_CLOSE   6
#define ERESTARTNOHAND 514L

bool registers_restart_call(pid_t tid)
{
	/* -1 outside of a call: signal.c in arch/x86/kernel. */
	long call = ptrace(PTRACE_PEEKUSER, tid, REGISTER(orig_rax), 0);
	long result = ptrace(PTRACE_PEEKUSER, tid, REGISTER(rax), 0);

	if (call < 0 || call == CLOSE || call == COMPAT_CLOSE || result != -EINTR)
		return false;
	ptrace(PTRACE_POKEUSER, tid, REGISTER(rax), -ERESTARTNOHAND);
	return true;
}

void registers_interrupt_call(pid_t tid)
{
	long call = ptrace(PTRACE_PEEKUSER, tid, REGISTER(orig_rax), 0);
	long result = ptrace(PTRACE_PEEKUSER, tid, REGISTER(rax), 0);

	if (call >= 0 && result == -ERESTARTNOHAND)
		ptrace(PTRACE_POKEUSER, tid, REGISTER(rax), (long)-EINTR);
}

bool registers_get(pid_t tid, struct registers *registers)
{
	return ptrace(PTRACE_GETREGS, tid, 0, &registers->all) == 0;
}

bool registers_set(pid_t tid, const struct registers *registers)
{
	return ptrace(PTRACE_SETREGS, tid, 0, &registers->all) == 0;
}

void registers_skip_call(pid_t tid, int64_t result)
{
	ptrace(PTRACE_POKEUSER, tid, REGISTER(orig_rax), -1L);
	ptrace(PTRACE_POKEUSER, tid, REGISTER(rax), (long)result);
}

/* syscall, int 0x80 and sysenter's way back: arch/x86/entry/vdso/vdso32/system_call.S. */
#define INSTRUCTION_LENGTH 2

#define NATIVE_CODE_SEGMENT 0x33 /* __USER_CS in arch/x86/include/asm/segment.h */

/* PTRACE_PEEKTEXT also reads pages that the program may only execute. The word that ends with the
 * instruction is read, because the bytes behind it may be in an unmapped page. */
enum call_instruction registers_call_kind(pid_t tid, const struct registers *registers)
{
	unsigned char bytes[sizeof(long)];

	errno = 0;
	long word = ptrace(PTRACE_PEEKTEXT, tid, registers->all.rip - sizeof(bytes), 0);
	if (errno != 0)
		return CALL_UNKNOWN;
	memcpy(bytes, &word, sizeof(word));
	const unsigned char *instruction = bytes + sizeof(bytes) - INSTRUCTION_LENGTH;
	if (instruction[0] == 0xcd && instruction[1] == 0x80)
		return CALL_COMPAT;
	if (instruction[0] == 0x0f && instruction[1] == 0x05 &&
		registers->all.cs == NATIVE_CODE_SEGMENT)
		return CALL_NATIVE;
	return CALL_UNKNOWN;
}

static const unsigned long numbers[INJECTED_CALLS][2] = {
	[INJECTED_MMAP] = {9, 192}, /* the latter is mmap2 */
	[INJECTED_MUNMAP] = {11, 91},
	[INJECTED_SECCOMP] = {317, 354},
};

void registers_prepare_call(struct registers *registers, enum call_instruction how,
	enum injected_call call, const uint64_t values[6])
{
	bool is_compat = how == CALL_COMPAT;

	for (int i = 0; i < 6; i++)
		*(unsigned long long *)((char *)&registers->all + arguments[is_compat][i]) =
			values[i];
	registers->all.rip -= INSTRUCTION_LENGTH;
	registers->all.rax = numbers[call][is_compat];
	registers->all.orig_rax = ~0UL; /* nothing to make again */
}

void registers_prepare_again(struct registers *registers)
{
	registers->all.rip -= INSTRUCTION_LENGTH;
	registers->all.rax = registers->all.orig_rax;
	registers->all.orig_rax = ~0UL;
}
