/* SPDX-License-Identifier: MIT */
/*
 * Two processes of one family talk over a pair of connected sockets, without any address.
 *
 * The timeline shows socketpair making two descriptors at once. After fork both processes hold
 * both; each closes the one that it does not need. When the child closes its end, the parent's
 * recv returns 0: the end of the stream.
 */
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
	char buffer[64];

	alarm(10);
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
	if (check(fork(), "fork") == 0) {
		close(ends[0]);
		check((int)recv(ends[1], buffer, sizeof(buffer), 0), "recv");
		check((int)send(ends[1], "to the parent", 13, 0), "send");
		close(ends[1]);
		return 0;
	}
	close(ends[1]);
	check((int)send(ends[0], "to the child", 12, 0), "send");
	check((int)recv(ends[0], buffer, sizeof(buffer), 0), "recv");
	check((int)recv(ends[0], buffer, sizeof(buffer), 0), "recv");
	close(ends[0]);
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
