/* SPDX-License-Identifier: MIT */
#include "tracer/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/filter/filter.h"
#include "tracer/log/key_log.h"
#include "tracer/program.h"
#include "tracer/ptrace/tracee.h"

struct pipe_pair {
	int go[2];      /* a byte from the tracer: the process is seized */
	int failure[2]; /* struct launch_result from the process; empty when exec closed it */
};

static bool pipes_open(struct pipe_pair *pipes)
{
	if (pipe2(pipes->go, O_CLOEXEC) != 0)
		return false;
	if (pipe2(pipes->failure, O_CLOEXEC) == 0)
		return true;
	close(pipes->go[0]);
	close(pipes->go[1]);
	return false;
}

static void give_up(const struct pipe_pair *pipes, int stage, int error)
{
	struct launch_result result = {stage, error};
	ssize_t written = write(pipes->failure[1], &result, sizeof(result));

	_exit(written == sizeof(result) ? 125 : 124);
}

static void become_program(const struct pipe_pair *pipes, const struct sock_fprog *filter,
	char *const *command, const char *key_log)
{
	char byte;

	close(pipes->go[1]);
	if (read(pipes->go[0], &byte, 1) != 1)
		_exit(125); /* the tracer is gone */
	int problem = filter ? filter_install(filter) : 0;
	if (problem != 0)
		give_up(pipes, LAUNCH_FILTER, -problem);
	if (key_log)
		setenv(KEY_LOG_VARIABLE, key_log, true);
	program_execute(command);
	give_up(pipes, LAUNCH_EXEC, errno);
}

static bool seize(pid_t pid, struct pipe_pair *pipes, bool has_filter)
{
	int problem = has_filter ? tracee_seize_launched(pid) : tracee_seize_running(pid);

	if (problem == 0 && write(pipes->go[1], "", 1) == 1)
		return true;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	errno = -problem;
	return false;
}

bool launch_start(struct launch *launch, char *const *command, const char *key_log,
	const struct sock_fprog *filter)
{
	struct pipe_pair pipes;

	if (!pipes_open(&pipes))
		return false;
	launch->pid = fork();
	if (launch->pid == 0)
		become_program(&pipes, filter, command, key_log);
	bool is_good = launch->pid > 0 && seize(launch->pid, &pipes, filter != NULL);
	int problem = errno;
	close(pipes.go[0]);
	close(pipes.go[1]);
	close(pipes.failure[1]);
	launch->failure_pipe = pipes.failure[0];
	if (!is_good)
		close(pipes.failure[0]);
	errno = problem;
	return is_good;
}

struct launch_result launch_result(struct launch *launch)
{
	struct launch_result result;

	if (read(launch->failure_pipe, &result, sizeof(result)) != sizeof(result))
		result = (struct launch_result){LAUNCH_GOOD, 0};
	close(launch->failure_pipe);
	return result;
}
