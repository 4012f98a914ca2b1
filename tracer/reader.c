/* SPDX-License-Identifier: MIT */
#include "tracer/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/ptrace/signals.h"

/* What ends the program, sent to the whole job, does not end the reader before it has read all. */
static const int ignored[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

struct ends {
	int trace[2], done[2];
};

static bool ends_open(struct ends *ends)
{
	if (pipe2(ends->trace, O_CLOEXEC) != 0)
		return false;
	if (pipe2(ends->done, O_CLOEXEC) == 0)
		return true;
	close(ends->trace[0]);
	close(ends->trace[1]);
	return false;
}

/* The reader's parent, which has all signals blocked: what is sent to the whole job does not keep
 * it from telling of the reader's end. */
static void keep(const struct ends *ends, const sigset_t *mask, void (*become)(const void *context),
	const void *context)
{
	int status = -1;

	close(ends->trace[1]);
	close(ends->done[0]);
	/* Who ignores it is not told of an end: wait(2). */
	signal(SIGCHLD, SIG_DFL);
	pid_t child = fork();
	if (child == 0) {
		for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
			signal(ignored[i], SIG_IGN);
		sigprocmask(SIG_SETMASK, mask, NULL);
		dup2(ends->trace[0], STDIN_FILENO);
		become(context);
		_exit(127);
	}
	close(ends->trace[0]);
	if (child > 0)
		waitpid(child, &status, 0);
	ssize_t written = write(ends->done[1], &status, sizeof(status));
	_exit(written == sizeof(status) ? 0 : 1);
}

bool reader_start(struct reader *reader, void (*become)(const void *context), const void *context)
{
	struct ends ends;
	sigset_t all, mask;

	if (!ends_open(&ends))
		return false;
	fflush(NULL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	pid_t child = fork();
	int problem = errno;
	if (child == 0) {
		if (fork() == 0)
			keep(&ends, &mask, become, context);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(ends.trace[0]);
	close(ends.done[1]);
	*reader = (struct reader){ends.trace[1], ends.done[0]};
	errno = problem;
	return child > 0;
}

int reader_wait(struct reader *reader)
{
	ssize_t length;
	int status;

	close(reader->trace);
	do
		length = read(reader->done, &status, sizeof(status));
	while (length < 0 && errno == EINTR && !signals_take());
	close(reader->done);
	*reader = (struct reader){-1, -1};
	return length == sizeof(status) ? status : -1;
}
