/* SPDX-License-Identifier: MIT */
/*
 * Nobody answers. A connect is repeated by the kernel for minutes, unless a limit is set
 * (TCP_USER_TIMEOUT, TCP_SYNCNT: tcp(7)), and then fails with ETIMEDOUT. A recv waits for ever,
 * unless SO_RCVTIMEO is set, and then fails with EAGAIN: socket(7).
 *
 * The timeline shows a server that never accepts and whose queue is full: the first connect finds
 * room in it, the second one waits a second and gives up. Then recv gives up, too.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

/* A listening socket, and its address, of which the kernel picks the port. */
static int make_listening(struct sockaddr_in *address, int backlog)
{
	socklen_t length = sizeof(*address);
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	*address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	check(bind(fd, (struct sockaddr *)address, length), "bind");
	check(listen(fd, backlog), "listen");
	check(getsockname(fd, (struct sockaddr *)address, &length), "getsockname");
	return fd;
}

static int make_connected(const struct sockaddr_in *server)
{
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	check(connect(fd, (const struct sockaddr *)server, sizeof(*server)), "connect");
	return fd;
}

static void connect_in_vain(const struct sockaddr_in *server)
{
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	int milliseconds = 100;

	check(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof(milliseconds)),
		"setsockopt");
	if (connect(fd, (const struct sockaddr *)server, sizeof(*server)) == 0 ||
		errno != ETIMEDOUT) {
		fprintf(stderr, "expected a time-out\n");
		exit(1);
	}
	close(fd);
}

static void receive_in_vain(int fd)
{
	struct timeval limit = {.tv_usec = 100000};
	char buffer[1];

	check(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), "setsockopt");
	if (recv(fd, buffer, 1, 0) >= 0 || errno != EAGAIN) {
		fprintf(stderr, "expected a time-out\n");
		exit(1);
	}
}

int main(void)
{
	struct sockaddr_in address;

	alarm(20);
	int listening = make_listening(&address, 0);
	int first = make_connected(&address);
	connect_in_vain(&address);
	receive_in_vain(first);
	close(first);
	close(listening);
	return 0;
}
