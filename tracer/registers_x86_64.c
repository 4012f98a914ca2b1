#include "tracer/registers.h"

#include <errno.h>
#include <stddef.h>
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

/* close(2) has closed its descriptor even so. */
#define CLOSE          3
#define COMPAT_CLOSE   6
#define ERESTARTNOHAND 514L

void registers_restart_call(pid_t tid)
{
	/* -1 outside of a call: signal.c in arch/x86/kernel. */
	long call = ptrace(PTRACE_PEEKUSER, tid, REGISTER(orig_rax), 0);
	long result = ptrace(PTRACE_PEEKUSER, tid, REGISTER(rax), 0);

	if (call >= 0 && call != CLOSE && call != COMPAT_CLOSE && result == -EINTR)
		ptrace(PTRACE_POKEUSER, tid, REGISTER(rax), -ERESTARTNOHAND);
}
