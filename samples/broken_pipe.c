/* SPDX-License-Identifier: MIT */
/*
 * To send to somebody who has gone is an error, and a signal: SIGPIPE ends the program, unless it
 * is ignored or MSG_NOSIGNAL is given. Then the call fails with EPIPE: send(2).
 *
 * The timeline shows a child that is ended by the signal in the midst of its send, and a parent
 * that asks not to be, and is told EPIPE.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

int main(void)
{
	int ends[2], status = 0;

	alarm(10);
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
	close(ends[1]);
	if (check(fork(), "fork") == 0) {
		signal(SIGPIPE, SIG_DFL); /* who started this may have it ignored */
		send(ends[0], "hello?", 6, 0);
		exit(1); /* not reached */
	}
	wait(&status);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGPIPE) {
		fprintf(stderr, "expected SIGPIPE\n");
		return 1;
	}
	if (send(ends[0], "hello?", 6, MSG_NOSIGNAL) >= 0 || errno != EPIPE) {
		fprintf(stderr, "expected EPIPE\n");
		return 1;
	}
	close(ends[0]);
	return 0;
}
