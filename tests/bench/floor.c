/* SPDX-License-Identifier: MIT */
/*
 * The floor for a tool of this kind: a ptrace loop that does nothing but stop at the entry and at
 *the exit of each call in a fixed filter, and ask what call it is.
 *
 *	floor free|one CALL[,CALL]... PROGRAM [ARGUMENT]...
 *
 * "one" puts tracer and program on one processor. The calls are those that strace is told, too.
 */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
	fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void sit_on_one(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void install_filter(char *calls)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (char *name = strtok(calls, ","); name; name = strtok(NULL, ",")) {
		int number = seccomp_syscall_resolve_name(name);
		if (number >= 0)
			seccomp_rule_add(filter, SCMP_ACT_TRACE(0), number, 0);
	}
	if (seccomp_load(filter) != 0)
		fail("filter");
}

static void become_program(int go, char **argv)
{
	char byte;

	if (read(go, &byte, 1) != 1)
		exit(125);
	install_filter(argv[2]);
	execvp(argv[3], argv + 3);
	fail(argv[3]);
}

/* At a filtered call's entry the thread is let run to its exit, everywhere else to the next one. */
static void resume(pid_t tid, int status)
{
	struct __ptrace_syscall_info info;
	int event = status >> 16, signal = WSTOPSIG(status);
	int request = PTRACE_CONT;

	if (event == PTRACE_EVENT_SECCOMP || signal == (SIGTRAP | 0x80)) {
		ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info);
		request = event == PTRACE_EVENT_SECCOMP ? PTRACE_SYSCALL : PTRACE_CONT;
	}
	ptrace(request, tid, 0, event || signal == (SIGTRAP | 0x80) ? 0L : (long)signal);
}

int main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
			     PTRACE_O_EXITKILL;
	int go[2], status, result = 125;
	pid_t tid;

	if (argc < 4 || pipe(go) != 0)
		fail("usage: floor free|one CALLS PROGRAM");
	if (strcmp(argv[1], "one") == 0)
		sit_on_one();
	pid_t program = fork();
	if (program == 0)
		become_program(go[0], argv);
	if (ptrace(PTRACE_SEIZE, program, 0, options) != 0 || write(go[1], "", 1) != 1)
		fail("ptrace");
	while ((tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR)
		if (tid > 0 && WIFSTOPPED(status))
			resume(tid, status);
		else if (tid == program)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return result;
}
