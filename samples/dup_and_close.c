/* SPDX-License-Identifier: MIT */
/*
 * Several descriptors for one socket: it lives until the last of them is closed.
 *
 * The timeline shows one end of a pair copied by dup, by dup2 onto a number that was another
 * socket's (whose descriptor ends there, without a close of its own), and by fcntl. The peer sees
 * the end of the stream only after the fourth close.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
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
	int ends[2];
	char buffer[18];

	alarm(10);
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
	int other = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	int copy = check(dup(ends[1]), "dup");
	check(dup2(ends[1], other), "dup2");
	int high = check(fcntl(ends[1], F_DUPFD_CLOEXEC, 100), "fcntl");

	check((int)send(ends[1], "one ", 4, 0), "send");
	close(ends[1]);
	check((int)send(copy, "two ", 4, 0), "send");
	close(copy);
	check((int)send(other, "three ", 6, 0), "send");
	close(other);
	check((int)send(high, "four", 4, 0), "send");
	close(high);

	ssize_t all = recv(ends[0], buffer, sizeof(buffer), MSG_WAITALL);
	ssize_t end = recv(ends[0], buffer, sizeof(buffer), 0);
	close(ends[0]);
	if (all != sizeof(buffer) || end != 0) {
		fprintf(stderr, "recv: %zd and %zd bytes\n", all, end);
		return 1;
	}
	return 0;
}
