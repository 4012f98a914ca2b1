/* SPDX-License-Identifier: MIT */
#include "tracer/ptrace/abi.h"

#include <linux/net.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/tracee_memory.h"

#define NUMBERS 512 /* of all ABIs: the kernel counts on from the same last one */

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define COMPAT_OLD_SELECT 82
#define COMPAT_SOCKETCALL 102

/* libseccomp's names of ABIs are the kernel's AUDIT_ARCH_…: seccomp.h. */
static struct numbers {
	uint32_t arch;
	int16_t rows[NUMBERS]; /* -1: none */
} abis[] = {{.arch = SCMP_ARCH_X86_64}, {.arch = SCMP_ARCH_X86}};

static void fill(struct numbers *abi)
{
	for (int i = 0; i < NUMBERS; i++) {
		char *name = seccomp_syscall_resolve_num_arch(abi->arch, i);
		abi->rows[i] = (int16_t)syscall_named(name);
		free(name);
	}
}

void abi_begin(void)
{
	memory_ensure(NUMBERS * sizeof(uint64_t));
	for (size_t i = 0; i < sizeof(abis) / sizeof(abis[0]); i++)
		fill(&abis[i]);
}

static int row_of_number(uint32_t arch, uint64_t number)
{
	for (size_t i = 0; i < sizeof(abis) / sizeof(abis[0]); i++) {
		if (abis[i].arch == arch && number < NUMBERS)
			return abis[i].rows[number];
	}
	return -1;
}

/* The calls behind socketcall and how many arguments they have: net/socket.c, nargs. */
static const struct {
	const char *name;
	size_t count;
} behind_socketcall[] = {
	[SYS_SOCKET] = {"socket", 3},
	[SYS_BIND] = {"bind", 3},
	[SYS_CONNECT] = {"connect", 3},
	[SYS_LISTEN] = {"listen", 2},
	[SYS_ACCEPT] = {"accept", 3},
	[SYS_GETSOCKNAME] = {"getsockname", 3},
	[SYS_GETPEERNAME] = {"getpeername", 3},
	[SYS_SOCKETPAIR] = {"socketpair", 4},
	[SYS_SEND] = {"send", 4},
	[SYS_RECV] = {"recv", 4},
	[SYS_SENDTO] = {"sendto", 6},
	[SYS_RECVFROM] = {"recvfrom", 6},
	[SYS_SHUTDOWN] = {"shutdown", 2},
	[SYS_SETSOCKOPT] = {"setsockopt", 5},
	[SYS_GETSOCKOPT] = {"getsockopt", 5},
	[SYS_SENDMSG] = {"sendmsg", 3},
	[SYS_RECVMSG] = {"recvmsg", 3},
	[SYS_ACCEPT4] = {"accept4", 4},
	[SYS_RECVMMSG] = {"recvmmsg", 5},
	[SYS_SENDMMSG] = {"sendmmsg", 4},
};

/* The arguments of the call that stand in the thread's memory. */
static void take_arguments(pid_t tid, struct syscall_entry *entry, uint64_t address, size_t count)
{
	uint32_t words[SYSCALL_ARGUMENTS] = {0};

	memory_read(tid, address, words, count * sizeof(words[0]));
	for (size_t i = 0; i < SYSCALL_ARGUMENTS; i++)
		entry->arguments[i] = words[i];
}

static int row_behind_socketcall(pid_t tid, struct syscall_entry *entry)
{
	uint64_t which = entry->arguments[0];

	if (which >= sizeof(behind_socketcall) / sizeof(behind_socketcall[0]))
		return -1;
	int row = syscall_named(behind_socketcall[which].name);
	if (row >= 0)
		take_arguments(tid, entry, entry->arguments[1], behind_socketcall[which].count);
	return row;
}

bool abi_is_compat(uint32_t arch)
{
	return arch == SCMP_ARCH_X86;
}

uint32_t abi_arch(bool is_compat)
{
	return is_compat ? SCMP_ARCH_X86 : SCMP_ARCH_X86_64;
}

bool abi_is_strict(const struct syscall_entry *entry)
{
	static const uint64_t allowed[2][4] = {{0, 1, 60, 15}, {3, 4, 1, 119}};
	bool is_compat = abi_is_compat(entry->arch);

	for (int i = 0; i < 4; i++)
		if (entry->number == allowed[is_compat][i])
			return true;
	return false;
}

int abi_row(pid_t tid, struct syscall_entry *entry)
{
	if (abi_is_compat(entry->arch) && entry->number == COMPAT_SOCKETCALL)
		return row_behind_socketcall(tid, entry);
	/* The first select(2) had all of its arguments in memory: sys_old_select in fs/select.c. */
	if (abi_is_compat(entry->arch) && entry->number == COMPAT_OLD_SELECT)
		take_arguments(tid, entry, entry->arguments[0], 5);
	return row_of_number(entry->arch, entry->number);
}

int abi_row_within(pid_t tid, struct syscall_entry *entry)
{
	struct registers registers;
	enum call_instruction how = registers_get(tid, &registers)
					    ? registers_call_kind(tid, &registers)
					    : CALL_UNKNOWN;

	if (how == CALL_UNKNOWN)
		return -1;
	*entry = (struct syscall_entry){.arch = abi_arch(how == CALL_COMPAT)};
	registers_call(&registers, how, &entry->number, entry->arguments);
	return abi_row(tid, entry);
}

int abi_row_numbered(uint64_t number)
{
	return row_of_number(SCMP_ARCH_X86_64, number);
}

uint64_t abi_argument(
	const struct syscall_entry *entry, const struct syscall_row *row, enum argument_kind kind)
{
	int at = syscall_argument(row, kind);

	return at >= 0 ? entry->arguments[at] : 0;
}
