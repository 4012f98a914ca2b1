#include "tracer/filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "format/memory.h"
#include "tracer/syscall_table.h"

static int add_row(scmp_filter_ctx context, size_t index)
{
	const struct syscall_row *row = syscall_row(index);
	uint64_t bit = row->only_with_bit;
	/* Negative where our own ABI has no such call; then the rule is for the others only, as it
	 * is for socketcall: seccomp_rule_add(3). */
	int number = seccomp_syscall_resolve_name(row->name);

	if (number == __NR_SCMP_ERROR)
		return 0; /* newer than the library, whose programs do not know it either */
	if (bit)
		return seccomp_rule_add(context, SCMP_ACT_TRACE(0), number, 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit));
	return seccomp_rule_add(context, SCMP_ACT_TRACE(0), number, 0);
}

static scmp_filter_ctx make_rules(int *problem)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);

	*problem = context ? 0 : -ENOMEM;
	if (*problem == 0)
		*problem = seccomp_arch_add(context, SCMP_ARCH_X86);
	/* libseccomp kills a program of another architecture unless told otherwise. */
	if (*problem == 0)
		*problem = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
	/* A binary tree instead of a chain: every call of the tracee goes through it. */
	if (*problem == 0)
		*problem = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; *problem == 0 && i < syscall_count(); i++)
		*problem = add_row(context, i);
	return context;
}

/* libseccomp 2.5 gives the program to a file only. */
static int export(scmp_filter_ctx context, struct sock_fprog *filter)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	int problem = fd < 0 ? -errno : seccomp_export_bpf(context, fd);
	off_t size = problem == 0 ? lseek(fd, 0, SEEK_END) : 0;

	if (size > 0) {
		filter->filter = xcalloc(1, (size_t)size);
		filter->len = (unsigned short)((size_t)size / sizeof(*filter->filter));
		if (pread(fd, filter->filter, (size_t)size, 0) != size)
			problem = -EIO;
	}
	if (fd >= 0)
		close(fd);
	return problem;
}

int filter_make(struct sock_fprog *filter)
{
	int problem;
	scmp_filter_ctx context = make_rules(&problem);

	*filter = (struct sock_fprog){0};
	if (problem == 0)
		problem = export(context, filter);
	seccomp_release(context);
	return problem;
}

int filter_install(const struct sock_fprog *filter)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) == 0)
		return 0;
	if (errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) == 0)
		return 0;
	return -errno;
}
