#include "tracer/registers.h"

#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>

/* syscall(2), "Architecture calling conventions". */
static const size_t argument_offsets[] = {
	offsetof(struct user_regs_struct, rdi),
	offsetof(struct user_regs_struct, rsi),
	offsetof(struct user_regs_struct, rdx),
	offsetof(struct user_regs_struct, r10),
	offsetof(struct user_regs_struct, r8),
	offsetof(struct user_regs_struct, r9),
};

void registers_set_argument(pid_t tid, int index, uint64_t value)
{
	ptrace(PTRACE_POKEUSER, tid, argument_offsets[index], value);
}
