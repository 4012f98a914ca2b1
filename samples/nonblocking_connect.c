/* SPDX-License-Identifier: MIT */
/*
 * A connect that does not wait: the program may do something else until the connection stands.
 *
 * The timeline shows connect return at once with EINPROGRESS, which is no failure. poll waits until
 * the socket can be written to, and the option SO_ERROR tells how it went: 0 is connected.
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

static void connect_without_waiting(int client, struct sockaddr_in *server)
{
	struct pollfd wait = {client, POLLOUT, 0};
	int error = 0;
	socklen_t length = sizeof(error);

	if (connect(client, (struct sockaddr *)server, sizeof(*server)) == 0 ||
		errno != EINPROGRESS) {
		perror("connect");
		exit(1);
	}
	check(poll(&wait, 1, 5000), "poll");
	check(getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &length), "getsockopt");
	errno = error;
	check(-error, "connect");
}

int main(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	char buffer[16];

	alarm(10);
	int listening = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	check(bind(listening, (struct sockaddr *)&address, sizeof(address)), "bind");
	check(listen(listening, 1), "listen");
	check(getsockname(listening, (struct sockaddr *)&address, &length), "getsockname");

	int client = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
	connect_without_waiting(client, &address);
	int connection = check(accept(listening, NULL, NULL), "accept");
	check((int)send(client, "at last", 7, 0), "send");
	check((int)recv(connection, buffer, sizeof(buffer), 0), "recv");
	close(client);
	close(connection);
	close(listening);
	return 0;
}
