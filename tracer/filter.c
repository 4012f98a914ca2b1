#include "tracer/filter.h"

#include <errno.h>
#include <seccomp.h>

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

static int load(int wants_no_new_privs)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
	int problem = context ? 0 : -ENOMEM;

	if (problem == 0)
		problem = seccomp_arch_add(context, SCMP_ARCH_X86);
	/* libseccomp kills a program of another architecture unless told otherwise. */
	if (problem == 0)
		problem = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
	if (problem == 0)
		problem = seccomp_attr_set(
			context, SCMP_FLTATR_CTL_NNP, (uint32_t)wants_no_new_privs);
	/* A binary tree instead of a chain: every call of the tracee goes through it. */
	if (problem == 0)
		problem = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; problem == 0 && i < syscall_count(); i++)
		problem = add_row(context, i);
	if (problem == 0)
		problem = seccomp_load(context);
	seccomp_release(context);
	return problem;
}

int filter_install(void)
{
	int problem = load(0);

	/* libseccomp folds the kernel's EACCES into its own errors: seccomp_load(3). */
	return problem == 0 ? 0 : load(1);
}
