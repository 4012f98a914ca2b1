/* SPDX-License-Identifier: MIT */
#include "tracer/consumer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/ptrace/signals.h"

/* Signals that end the program, sent to the whole job, do not end the consumer before it has read
 * all. */
static const int ignored[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

struct pipes {
	int trace[2], done[2];
};

static bool pipes_open(struct pipes *pipes)
{
	if (pipe2(pipes->trace, O_CLOEXEC) != 0)
		return false;
	if (pipe2(pipes->done, O_CLOEXEC) == 0)
		return true;
	close(pipes->trace[0]);
	close(pipes->trace[1]);
	return false;
}

/* The consumer's parent, which has all signals blocked: what is sent to the whole job does not keep
 * it from telling of the consumer's end. */
static void keep(const struct pipes *pipes, const sigset_t *mask,
	void (*become)(const void *context), const void *context)
{
	int status = -1;

	close(pipes->trace[1]);
	close(pipes->done[0]);
	/* A process that ignores SIGCHLD gets no status of a child: wait(2). */
	signal(SIGCHLD, SIG_DFL);
	pid_t child = fork();
	if (child == 0) {
		for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
			signal(ignored[i], SIG_IGN);
		sigprocmask(SIG_SETMASK, mask, NULL);
		dup2(pipes->trace[0], STDIN_FILENO);
		become(context);
		_exit(127);
	}
	close(pipes->trace[0]);
	if (child > 0)
		waitpid(child, &status, 0);
	ssize_t written = write(pipes->done[1], &status, sizeof(status));
	_exit(written == sizeof(status) ? 0 : 1);
}

bool consumer_start(
	struct consumer *consumer, void (*become)(const void *context), const void *context)
{
	struct pipes pipes;
	sigset_t all, mask;

	if (!pipes_open(&pipes))
		return false;
	fflush(NULL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	pid_t child = fork();
	int problem = errno;
	if (child == 0) {
		if (fork() == 0)
			keep(&pipes, &mask, become, context);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(pipes.trace[0]);
	close(pipes.done[1]);
	*consumer = (struct consumer){pipes.trace[1], pipes.done[0]};
	errno = problem;
	return child > 0;
}

int consumer_wait(struct consumer *consumer)
{
	ssize_t length;
	int status;

	close(consumer->trace);
	do
		length = read(consumer->done, &status, sizeof(status));
	while (length < 0 && errno == EINTR && !signals_take());
	close(consumer->done);
	*consumer = (struct consumer){-1, -1};
	return length == sizeof(status) ? status : -1;
}
