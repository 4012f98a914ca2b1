#include "tracer/tracee.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>

int tracee_seize(pid_t tid)
{
	const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP |
			     PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC;

	return ptrace(PTRACE_SEIZE, tid, 0, options) == 0 ? 0 : -errno;
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

/* glibc calls struct ptrace_syscall_info of linux/ptrace.h so. */
typedef struct __ptrace_syscall_info syscall_info;

static bool get_info(pid_t tid, int kind, syscall_info *info)
{
	return ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(*info), info) > 0 && info->op == kind;
}

bool tracee_entry(pid_t tid, struct syscall_entry *entry)
{
	syscall_info info;

	if (!get_info(tid, PTRACE_SYSCALL_INFO_SECCOMP, &info))
		return false;
	*entry = (struct syscall_entry){.arch = info.arch,
		.number = info.seccomp.nr,
		.instruction_pointer = info.instruction_pointer,
		.stack_pointer = info.stack_pointer};
	memcpy(entry->arguments, info.seccomp.args, sizeof(entry->arguments));
	return true;
}

bool tracee_exit(pid_t tid, int64_t *result)
{
	syscall_info info;

	if (!get_info(tid, PTRACE_SYSCALL_INFO_EXIT, &info))
		return false;
	*result = info.exit.rval;
	return true;
}

pid_t tracee_event_tid(pid_t tid)
{
	unsigned long message = 0;

	return ptrace(PTRACE_GETEVENTMSG, tid, 0, &message) == 0 ? (pid_t)message : 0;
}
