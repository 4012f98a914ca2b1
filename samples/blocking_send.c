/* SPDX-License-Identifier: MIT */
/*
 * A send that blocks returns when the kernel has taken everything. Where that is more than the
 * buffers hold, it waits for whoever receives.
 *
 * The timeline shows one long send, to a child that sleeps before it receives. partial_send does it
 * with sockets that do not block.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
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

static char bytes[ALL];

static void be_late(int connection)
{
	nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
	check((int)recv(connection, bytes, ALL, MSG_WAITALL), "recv");
	close(connection);
	exit(0);
}

int main(void)
{
	int ends[2];

	alarm(10);
	memset(bytes, 'x', ALL);
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
	if (check(fork(), "fork") == 0) {
		close(ends[0]);
		be_late(ends[1]);
	}
	close(ends[1]);
	check((int)send(ends[0], bytes, ALL, 0), "send");
	close(ends[0]);
	wait(NULL);
	return 0;
}
