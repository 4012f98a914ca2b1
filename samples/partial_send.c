/* SPDX-License-Identifier: MIT */
/*
 * A stream has no messages: send takes what there is room for, and recv gives what has come.
 *
 * The timeline shows a socket that does not block and more bytes than its buffers hold: one send
 * takes a part, the next one answers EAGAIN, and only when the peer has received there is room for
 * the rest. The peer gets the bytes in pieces of its own choice.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

#define ALL 400000

static char bytes[ALL], pieces[100000];

/* What the socket takes now. */
static size_t send_some(int fd, size_t sent)
{
	ssize_t taken = send(fd, bytes + sent, ALL - sent, 0);

	if (taken < 0 && errno != EAGAIN)
		check(-1, "send");
	return taken < 0 ? 0 : (size_t)taken;
}

int main(void)
{
	int ends[2];
	size_t sent = 0, received = 0;

	alarm(10);
	memset(bytes, 'x', ALL);
	check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), "socketpair");
	while (received < ALL) {
		size_t taken = sent < ALL ? send_some(ends[0], sent) : 0;
		sent += taken;
		if (taken > 0)
			continue;
		received += (size_t)check((int)recv(ends[1], pieces, sizeof(pieces), 0), "recv");
	}
	close(ends[0]);
	close(ends[1]);
	return 0;
}
