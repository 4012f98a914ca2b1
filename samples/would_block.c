/* SPDX-License-Identifier: MIT */
/*
 * A socket that does not block answers EAGAIN, which says "not now" and is no failure: there is
 * nothing to receive, nobody to accept. A program then waits with poll for all that may come, and
 * asks again.
 *
 * The timeline shows accept and recv that find nothing, a poll before each second attempt, and
 * calls that then have what they want at once.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
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

/* A listening socket, and its address, of which the kernel picks the port. */
static int make_listening(struct sockaddr_in *address, int backlog)
{
	socklen_t length = sizeof(*address);
	int fd = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");

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

static void expect_nothing(ssize_t result)
{
	if (result >= 0 || errno != EAGAIN) {
		fprintf(stderr, "expected that there is nothing yet\n");
		exit(1);
	}
}

static void wait_for(int fd)
{
	struct pollfd wait = {fd, POLLIN, 0};

	check(poll(&wait, 1, 5000), "poll");
}

int main(void)
{
	struct sockaddr_in address;
	char buffer[16];

	alarm(10);
	int listening = make_listening(&address, 1);
	expect_nothing(accept4(listening, NULL, NULL, SOCK_NONBLOCK));
	int client = make_connected(&address);
	wait_for(listening);
	int connection = check(accept4(listening, NULL, NULL, SOCK_NONBLOCK), "accept4");
	expect_nothing(recv(connection, buffer, sizeof(buffer), 0));
	check((int)send(client, "now", 3, 0), "send");
	wait_for(connection);
	check((int)recv(connection, buffer, sizeof(buffer), 0), "recv");
	close(client);
	close(connection);
	close(listening);
	return 0;
}
