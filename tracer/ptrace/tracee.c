/* SPDX-License-Identifier: MIT */
#include "tracer/ptrace/tracee.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>

#define FOLLOW                                                                                    \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
		PTRACE_O_TRACEEXEC)

static int seize(pid_t tid, long options)
{
	return ptrace(PTRACE_SEIZE, tid, 0, options) == 0 ? 0 : -errno;
}

#define LAUNCHED (FOLLOW | PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP)

int tracee_seize_launched(pid_t tid)
{
	return seize(tid, LAUNCHED);
}

int tracee_seize_running(pid_t tid)
{
	return seize(tid, FOLLOW);
}

void tracee_report_exit(pid_t tid, bool is_launched)
{
	ptrace(PTRACE_SETOPTIONS, tid, 0, (is_launched ? LAUNCHED : FOLLOW) | PTRACE_O_TRACEEXIT);
}

bool tracee_is_forbidden(void)
{
	/* For a number that no process has the kernel says ESRCH before it looks at anything else.
	 */
	return seize(-1, FOLLOW) != -ESRCH;
}

void tracee_interrupt(pid_t tid)
{
	ptrace(PTRACE_INTERRUPT, tid, 0, 0);
}

void tracee_detach(pid_t tid, int signal)
{
	ptrace(PTRACE_DETACH, tid, 0, (unsigned long)signal);
}

void tracee_resume(pid_t tid, enum resume how, int signal)
{
	static const int requests[] = {
		[RESUME_RUN] = PTRACE_CONT,
		[RESUME_CALL] = PTRACE_SYSCALL,
		[RESUME_LISTEN] = PTRACE_LISTEN,
	};

	/* ESRCH: it was killed in its stop. */
	ptrace(requests[how], tid, 0, (unsigned long)signal);
}

/* glibc's name of struct ptrace_syscall_info in linux/ptrace.h. */
typedef struct __ptrace_syscall_info syscall_info;

enum syscall_stop tracee_syscall(pid_t tid, struct syscall_entry *entry, int64_t *result)
{
	syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) <= 0)
		return SYSCALL_NONE;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		*result = info.exit.rval;
		return SYSCALL_EXIT;
	}
	if (info.op != PTRACE_SYSCALL_INFO_SECCOMP && info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return SYSCALL_NONE;
	/* `seccomp` begins like `entry`. */
	*entry = (struct syscall_entry){.arch = info.arch,
		.number = info.seccomp.nr,
		.instruction_pointer = info.instruction_pointer,
		.stack_pointer = info.stack_pointer};
	memcpy(entry->arguments, info.seccomp.args, sizeof(entry->arguments));
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		return SYSCALL_ENTRY;
	entry->filter_data = info.seccomp.ret_data;
	return SYSCALL_FILTERED;
}

bool tracee_signal_mask(pid_t tid, uint64_t *mask)
{
	return ptrace(PTRACE_GETSIGMASK, tid, sizeof(*mask), mask) == 0;
}

void tracee_set_signal_mask(pid_t tid, uint64_t mask)
{
	ptrace(PTRACE_SETSIGMASK, tid, sizeof(mask), &mask);
}

bool tracee_signal_info(pid_t tid, siginfo_t *info)
{
	return ptrace(PTRACE_GETSIGINFO, tid, 0, info) == 0;
}

void tracee_set_signal_info(pid_t tid, const siginfo_t *info)
{
	ptrace(PTRACE_SETSIGINFO, tid, 0, info);
}

pid_t tracee_event_tid(pid_t tid)
{
	unsigned long message = 0;

	return ptrace(PTRACE_GETEVENTMSG, tid, 0, &message) == 0 ? (pid_t)message : 0;
}
