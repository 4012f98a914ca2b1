/* SPDX-License-Identifier: MIT */
#include "tracer/filter/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/memory.h"
#include "tracer/table/syscall_table.h"

/* The calls that a filter is to stop at. */
struct rules {
	scmp_filter_ctx context;
	bool has_launch_rows, has_number_rows;
	int block; /* of the numbers */
};

#define ANY_NUMBER (-1)

/* Adds the row where the comparisons hold. A negative number stands for a call that our own ABI
 * does not have, and makes a rule for the other ABIs: seccomp_rule_add(3). */
static int add(const struct rules *rules, const struct syscall_row *row, unsigned int count,
	const struct scmp_arg_cmp *comparisons)
{
	int number = seccomp_syscall_resolve_name(row->name);

	if (number == __NR_SCMP_ERROR)
		return 0; /* libseccomp is older than the call, as are this system's programs */
	return seccomp_rule_add_array(
		rules->context, SCMP_ACT_TRACE(FILTER_MARK), number, count, comparisons);
}

static int add_equal(const struct rules *rules, const struct syscall_row *row, int at,
	uint64_t mask, uint64_t value)
{
	struct scmp_arg_cmp comparison = {(unsigned int)at, SCMP_CMP_MASKED_EQ, mask, value};

	return add(rules, row, 1, &comparison);
}

static int add_always(const struct rules *rules, const struct syscall_row *row)
{
	int problem = row->only[0].mask == 0 ? add(rules, row, 0, NULL) : 0;

	for (const struct condition *only = row->only; problem == 0 && only->mask != 0; only++)
		problem = add_equal(rules, row, 0, only->mask, only->value);
	return problem;
}

/* The kernel takes the lower half of a descriptor's register, and so do the masks. */
static int add_numbers(const struct rules *rules, const struct syscall_row *row)
{
	uint32_t first, mask;
	int problem = 0;

	block_range(rules->block, &first, &mask);
	for (int i = 0; problem == 0 && i < SYSCALL_ARGUMENTS; i++)
		if (syscall_is_number(row->arguments[i].kind))
			problem = add_equal(rules, row, i, mask, first);
	return problem;
}

static int add_row(const struct rules *rules, const struct syscall_row *row)
{
	bool is_by_number = syscall_is_by_number(row);

	if (row->hook == HOOK_LIMIT || row->hook == HOOK_LIMIT_FAILS)
		return 0;
	/* What concerns any of a process's sockets, or none, is of interest when it has one. */
	if (row->effect != EFFECT_WAIT && row->hook != HOOK_AIO && !is_by_number)
		return rules->has_launch_rows ? add_always(rules, row) : 0;
	if (!rules->has_number_rows)
		return 0;
	return is_by_number && rules->block != ANY_NUMBER ? add_numbers(rules, row)
							  : add_always(rules, row);
}

static int add_rows(struct rules *rules)
{
	int problem = rules->context ? 0 : -ENOMEM;

	if (problem == 0)
		problem = seccomp_arch_add(rules->context, SCMP_ARCH_X86);
	/* Otherwise libseccomp's filter kills programs of another architecture. */
	if (problem == 0)
		problem = seccomp_attr_set(rules->context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
	/* A binary tree instead of a chain: every call of the tracee goes through it. */
	if (problem == 0)
		problem = seccomp_attr_set(rules->context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; problem == 0 && i < syscall_count(); i++)
		problem = add_row(rules, syscall_row(i));
	return problem;
}

/* Reads the filter out of the socket. */
static int take(int fd, struct sock_fprog *filter)
{
	const size_t room = BPF_MAXINSNS * sizeof(*filter->filter);
	char *bytes = xcalloc(1, room);
	size_t length = 0;
	ssize_t got;

	while (length < room && (got = read(fd, bytes + length, room - length)) > 0)
		length += (size_t)got;
	filter->filter = xrealloc(bytes, length + 1);
	filter->len = (unsigned short)(length / sizeof(*filter->filter));
	return length > 0 ? 0 : -EIO;
}

/* libseccomp 2.5 writes the filter to a descriptor only. RLIMIT_FSIZE may limit a file, also one in
 * memory, and pipe-user-pages-soft a pipe: pipe(7). */
static int export(scmp_filter_ctx context, struct sock_fprog *filter)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
		return -errno;
	int problem = seccomp_export_bpf(context, ends[0]);
	close(ends[0]);
	if (problem == 0)
		problem = take(ends[1], filter);
	close(ends[1]);
	return problem;
}

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define LOAD_HIGH(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member) + sizeof(uint32_t))
#define UNLESS(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped)

/*
 * Has the calls that are made at the address pass: each "return TRACE" becomes a jump to a tail
 * that compares it, so that no other jump changes. The address comes last: numbers that pass
 * without it stay in the kernel's bitmap of calls for which no filter is run, seccomp_cache_prepare
 * in kernel/seccomp.c. 32-bit code may lie anywhere, and stops.
 */
static void pass_address(struct sock_fprog *filter, uint64_t address)
{
	const struct sock_filter tail[] = {
		LOAD(instruction_pointer),
		UNLESS((uint32_t)address, 5),
		LOAD_HIGH(instruction_pointer),
		UNLESS((uint32_t)(address >> 32), 3),
		LOAD(arch),
		UNLESS(AUDIT_ARCH_X86_64, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | FILTER_MARK),
	};
	const struct sock_filter stop = tail[sizeof(tail) / sizeof(tail[0]) - 1];

	for (unsigned short i = 0; i < filter->len; i++)
		if (filter->filter[i].code == stop.code && filter->filter[i].k == stop.k)
			filter->filter[i] = (struct sock_filter)BPF_STMT(
				BPF_JMP | BPF_JA, (uint32_t)(filter->len - i - 1));
	filter->filter =
		xrealloc(filter->filter, filter->len * sizeof(*filter->filter) + sizeof(tail));
	memcpy(filter->filter + filter->len, tail, sizeof(tail));
	filter->len += sizeof(tail) / sizeof(tail[0]);
}

/* More than libseccomp needs. Where it runs out of memory it leaves rules out, or does not
 * return. */
#define LIBRARY_BYTES (1 << 20)

static const struct sock_fprog *make(
	const struct filters *filters, struct sock_fprog *filter, struct rules rules)
{
	if (filter->len > 0)
		return filter;
	memory_ensure(LIBRARY_BYTES);
	rules.context = seccomp_init(SCMP_ACT_ALLOW);
	int problem = add_rows(&rules);
	if (problem == 0)
		problem = export(rules.context, filter);
	seccomp_release(rules.context);
	if (problem == 0 && filters->passed_address != 0)
		pass_address(filter, filters->passed_address);
	errno = -problem;
	return problem == 0 ? filter : NULL;
}

const struct sock_fprog *filter_launch(struct filters *filters)
{
	return make(filters, &filters->launch, (struct rules){.has_launch_rows = true});
}

const struct sock_fprog *filter_all(struct filters *filters)
{
	return make(filters, &filters->all,
		(struct rules){
			.has_launch_rows = true, .has_number_rows = true, .block = ANY_NUMBER});
}

const struct sock_fprog *filter_block(struct filters *filters, int block)
{
	return make(filters, &filters->blocks[block],
		(struct rules){.has_number_rows = true, .block = block});
}

void filters_free(struct filters *filters)
{
	free(filters->launch.filter);
	free(filters->all.filter);
	for (int i = 0; i < BLOCKS; i++)
		free(filters->blocks[i].filter);
}

static long install(const struct sock_fprog *filter)
{
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, FILTER_FLAGS, filter);
}

int filter_install(const struct sock_fprog *filter)
{
	if (install(filter) == 0)
		return 0;
	if (errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && install(filter) == 0)
		return 0;
	return -errno;
}
