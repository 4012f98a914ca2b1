/* SPDX-License-Identifier: MIT */
/*
 * An address belongs to one: a second socket that wants it is told EADDRINUSE. The same happens to
 * a server that starts again while a connection of its former life is in TIME_WAIT, unless both
 * lives asked for SO_REUSEADDR: socket(7).
 *
 * The timeline shows three sockets that want one address: the first has it; the second is refused
 * while the first lives, and again after it has gone; the third has asked for SO_REUSEADDR.
 */
#include <arpa/inet.h>
#include <errno.h>
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

static void allow_reuse(int fd)
{
	int on = 1;

	check(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), "setsockopt");
}

/* A listening socket, and its address, of which the kernel picks the port. */
static int make_listening(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	*address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	allow_reuse(fd);
	check(bind(fd, (struct sockaddr *)address, length), "bind");
	check(listen(fd, 1), "listen");
	check(getsockname(fd, (struct sockaddr *)address, &length), "getsockname");
	return fd;
}

static int make_connected(const struct sockaddr_in *server)
{
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	check(connect(fd, (const struct sockaddr *)server, sizeof(*server)), "connect");
	return fd;
}

static void bind_in_vain(int fd, const struct sockaddr_in *address)
{
	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		errno != EADDRINUSE) {
		fprintf(stderr, "expected that the address is in use\n");
		exit(1);
	}
}

int main(void)
{
	struct sockaddr_in address;
	char buffer[1];

	alarm(10);
	int first = make_listening(&address);
	int second = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	bind_in_vain(second, &address);

	/* The end that closes first is the one that waits in TIME_WAIT. */
	int client = make_connected(&address);
	int connection = check(accept(first, NULL, NULL), "accept");
	close(connection);
	check((int)recv(client, buffer, 1, 0), "recv");
	close(client);
	close(first);
	bind_in_vain(second, &address);
	close(second);

	int third = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	allow_reuse(third);
	check(bind(third, (struct sockaddr *)&address, sizeof(address)), "bind");
	close(third);
	return 0;
}
