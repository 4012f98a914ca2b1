#include "tracer/stop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

/* PTRACE_EVENT_STOP is in linux/ptrace.h, which does not go together with sys/ptrace.h everywhere.
 */
#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

static bool is_stopping_signal(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static enum stop_kind event_kind(int event, int signal)
{
	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		return STOP_CALL;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		return STOP_CHILD;
	case PTRACE_EVENT_EXEC:
		return STOP_EXEC;
	case PTRACE_EVENT_STOP:
		return is_stopping_signal(signal) ? STOP_GROUP : STOP_TRAP;
	}
	return STOP_TRAP;
}

static struct stop from_status(pid_t tid, int status)
{
	struct stop stop = {.kind = STOP_SIGNAL, .tid = tid};

	if (WIFEXITED(status)) {
		stop.kind = STOP_ENDED;
		stop.exit_code = WEXITSTATUS(status);
		return stop;
	}
	if (WIFSIGNALED(status)) {
		stop.kind = STOP_ENDED;
		stop.signal = WTERMSIG(status);
		return stop;
	}
	stop.signal = WSTOPSIG(status);
	if (status >> 16)
		stop.kind = event_kind(status >> 16, stop.signal);
	else if (stop.signal == (SIGTRAP | 0x80)) /* PTRACE_O_TRACESYSGOOD */
		stop.kind = STOP_CALL;
	return stop;
}

static struct stop next(pid_t which, int options)
{
	int status;
	pid_t tid = waitpid(which, &status, __WALL | options);

	if (tid > 0)
		return from_status(tid, status);
	if (tid == 0 || errno == EINTR)
		return (struct stop){.kind = STOP_NOTHING};
	return (struct stop){.kind = STOP_NO_TRACEE};
}

struct stop stop_wait(void)
{
	return next(-1, 0);
}

struct stop stop_wait_for(pid_t tid)
{
	struct stop stop;

	do
		stop = next(tid, 0);
	while (stop.kind == STOP_NOTHING);
	return stop;
}

struct stop stop_wait_ms(int milliseconds)
{
	struct stop stop = next(-1, WNOHANG);

	for (; stop.kind == STOP_NOTHING && milliseconds > 0; milliseconds--) {
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		stop = next(-1, WNOHANG);
	}
	return stop;
}
