/* SPDX-License-Identifier: MIT */
/*
 * Some of what a socket is made of can be asked for and set: the sizes of its buffers, whether its
 * local address may be used again at once, what kind of socket it is.
 *
 * The timeline shows a descriptor with options only; no address is ever needed for that. What the
 * kernel answers is not what was set: socket(7), SO_RCVBUF.
 */
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

static int ask(int fd, int option)
{
	int value = 0;
	socklen_t length = sizeof(value);

	check(getsockopt(fd, SOL_SOCKET, option, &value, &length), "getsockopt");
	return value;
}

static void set(int fd, int option, int value)
{
	check(setsockopt(fd, SOL_SOCKET, option, &value, sizeof(value)), "setsockopt");
}

int main(void)
{
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	ask(fd, SO_TYPE);
	set(fd, SO_RCVBUF, 50000);
	int size = ask(fd, SO_RCVBUF);
	set(fd, SO_REUSEADDR, 1);
	ask(fd, SO_REUSEADDR);
	close(fd);
	return size >= 50000 ? 0 : 1;
}
