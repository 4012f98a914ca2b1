/* SPDX-License-Identifier: MIT */
/*
 * A socket that is closed while bytes wait in it unread does not say goodbye: it resets the
 * connection, and the peer's next call fails with ECONNRESET. RFC 1122, 4.2.2.13.
 *
 * The timeline shows a server that closes without having read what the client sent; the client's
 * recv ends with an error, where the end of the stream would have been 0.
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

int main(void)
{
	struct sockaddr_in address;
	char buffer[32];

	alarm(10);
	int listening = make_listening(&address, 1);
	int client = make_connected(&address);
	int connection = check(accept(listening, NULL, NULL), "accept");
	check((int)send(client, "is anybody there?", 17, 0), "send");
	close(connection);
	if (recv(client, buffer, sizeof(buffer), 0) >= 0 || errno != ECONNRESET) {
		fprintf(stderr, "expected a reset\n");
		return 1;
	}
	close(client);
	close(listening);
	return 0;
}
