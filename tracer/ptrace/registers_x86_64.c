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
#define CLOSE        3
#define COMPAT_CLOSE 6
/* linux/errno.h */
#define ERESTARTSYS           512L
#define ERESTARTNOHAND        514L
#define ERESTART_RESTARTBLOCK 516L

static bool is_close(pid_t tid, long call)
{
	struct registers registers;

	if ((call != CLOSE && call != COMPAT_CLOSE) || !registers_get(tid, &registers))
		return false;
	enum call_instruction how = registers_call_kind(tid, &registers);
	return how == CALL_UNKNOWN || call == (how == CALL_COMPAT ? COMPAT_CLOSE : CLOSE);
}

bool registers_restart_call(pid_t tid)
{
	/* -1 outside of a call: signal.c in arch/x86/kernel. */
	long call = ptrace(PTRACE_PEEKUSER, tid, REGISTER(orig_rax), 0);
	long result = ptrace(PTRACE_PEEKUSER, tid, REGISTER(rax), 0);

	if (call < 0 || result != -EINTR || is_close(tid, call))
		return false;
	ptrace(PTRACE_POKEUSER, tid, REGISTER(rax), -ERESTARTNOHAND);
	return true;
}

bool registers_is_restarted(pid_t tid)
{
	long call = ptrace(PTRACE_PEEKUSER, tid, REGISTER(orig_rax), 0);
	long result = ptrace(PTRACE_PEEKUSER, tid, REGISTER(rax), 0);

	return call >= 0 && result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK;
}

void registers_interrupt_call(pid_t tid)
{
	long call = ptrace(PTRACE_PEEKUSER, tid, REGISTER(orig_rax), 0);
	long result = ptrace(PTRACE_PEEKUSER, tid, REGISTER(rax), 0);

	if (call >= 0 && result == -ERESTARTNOHAND)
		ptrace(PTRACE_POKEUSER, tid, REGISTER(rax), (long)-EINTR);
}

void registers_end_call(pid_t tid)
{
	if (!registers_is_restarted(tid))
		ptrace(PTRACE_POKEUSER, tid, REGISTER(orig_rax), -1L);
}

bool registers_get(pid_t tid, struct registers *registers)
{
	return ptrace(PTRACE_GETREGS, tid, 0, &registers->all) == 0;
}

bool registers_set(pid_t tid, const struct registers *registers)
{
	return ptrace(PTRACE_SETREGS, tid, 0, &registers->all) == 0;
}

bool registers_gs(pid_t tid, uint64_t *base)
{
	errno = 0;
	*base = (uint64_t)ptrace(PTRACE_PEEKUSER, tid, REGISTER(gs_base), 0);
	return errno == 0;
}

bool registers_set_gs(pid_t tid, uint64_t base)
{
	return ptrace(PTRACE_POKEUSER, tid, REGISTER(gs_base), base) == 0;
}

void registers_give_result(pid_t tid, int64_t result)
{
	ptrace(PTRACE_POKEUSER, tid, REGISTER(rax), (long)result);
}

void registers_skip_call(pid_t tid, int64_t result)
{
	ptrace(PTRACE_POKEUSER, tid, REGISTER(orig_rax), -1L);
	ptrace(PTRACE_POKEUSER, tid, REGISTER(rax), (long)result);
}

/* syscall, int 0x80 and sysenter's way back: arch/x86/entry/vdso/vdso32/system_call.S. */
#define INSTRUCTION_LENGTH 2

/* jmp, by one byte and by four. */
#define SHORT_JUMP 0xeb
#define LONG_JUMP  0xe9

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
	if (registers->all.cs != NATIVE_CODE_SEGMENT)
		return CALL_UNKNOWN;
	if (instruction[0] == 0x0f && instruction[1] == 0x05)
		return CALL_NATIVE;
	/* A jump may have taken its place while the thread was in the call: patcher.h. */
	bool is_jump = instruction[0] == SHORT_JUMP || instruction[0] == LONG_JUMP;
	return is_jump && (int64_t)registers->all.orig_rax >= 0 ? CALL_NATIVE : CALL_UNKNOWN;
}

void registers_call(const struct registers *registers, enum call_instruction how, uint64_t *number,
	uint64_t values[6])
{
	const char *all = (const char *)&registers->all;

	*number = registers->all.orig_rax;
	for (int i = 0; i < 6; i++)
		memcpy(&values[i], all + arguments[how == CALL_COMPAT][i], sizeof(values[i]));
}

bool registers_has_result(const struct registers *registers, int64_t *result)
{
	*result = (int64_t)registers->all.rax;
	return (int64_t)registers->all.orig_rax >= 0;
}

void registers_end_with(struct registers *registers, int64_t result)
{
	registers->all.rax = (unsigned long long)result;
	registers->all.orig_rax = ~0UL;
}

static const unsigned long numbers[INJECTED_CALLS][2] = {
	[INJECTED_MMAP] = {9, 192}, /* the latter is mmap2 */
	[INJECTED_MUNMAP] = {11, 91},
	[INJECTED_SECCOMP] = {317, 354},
	[INJECTED_GETSOCKNAME] = {51, 367},
	[INJECTED_GETPEERNAME] = {52, 368},
	[INJECTED_WRITE] = {1, 4},
	[INJECTED_SENDTO] = {44, 369},
	[INJECTED_RECVFROM] = {45, 371},
	[INJECTED_MPROTECT] = {10, 125},
	[INJECTED_MADVISE] = {28, 219},
	[INJECTED_SHMAT] = {30, 397},
	[INJECTED_SHMDT] = {67, 398},
	[INJECTED_PRCTL] = {157, 172},
	[INJECTED_MEMBARRIER] = {324, 375},
};

void registers_prepare_call(struct registers *registers, enum call_instruction how,
	enum injected_call call, const uint64_t values[6])
{
	bool is_compat = how == CALL_COMPAT;

	for (int i = 0; i < 6; i++)
		*(unsigned long long *)((char *)&registers->all + arguments[is_compat][i]) =
			values[i];
	registers->all.rip -= INSTRUCTION_LENGTH;
	registers->all.rax =
		call == INJECTED_SAME ? registers->all.orig_rax : numbers[call][is_compat];
	registers->all.orig_rax = ~0UL; /* nothing to make again */
}

void registers_prepare_again(struct registers *registers)
{
	registers->all.rip -= INSTRUCTION_LENGTH;
	registers->all.rax = registers->all.orig_rax;
	registers->all.orig_rax = ~0UL;
}
