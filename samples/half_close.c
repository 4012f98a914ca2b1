/* SPDX-License-Identifier: MIT */
/*
 * Each direction of a connection is released for itself: shutdown says "I have said all", and the
 * other side may still answer.
 *
 * The timeline shows the client's shutdown, after which the server reads the end of the stream and
 * only then sends its answer. The client reads that, and its own end of stream, and closes.
 */
#include <arpa/inet.h>
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

/* Reads until the client has said all, and says how much that was. */
static void be_server(int connection)
{
	char buffer[64], answer[32];
	int got, sum = 0;

	while ((got = check((int)recv(connection, buffer, sizeof(buffer), 0), "recv")) > 0)
		sum += got;
	int length = snprintf(answer, sizeof(answer), "%d bytes", sum);
	check((int)send(connection, answer, (size_t)length, 0), "send");
	close(connection);
	exit(0);
}

int main(void)
{
	struct sockaddr_in address;
	char answer[32];

	alarm(10);
	int listening = make_listening(&address, 1);
	int client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	check(connect(client, (struct sockaddr *)&address, sizeof(address)), "connect");
	int connection = check(accept(listening, NULL, NULL), "accept");
	close(listening);
	if (check(fork(), "fork") == 0) {
		close(client);
		be_server(connection);
	}
	close(connection);
	check((int)send(client, "all I have to say", 17, 0), "send");
	check(shutdown(client, SHUT_WR), "shutdown");
	check((int)recv(client, answer, sizeof(answer), MSG_WAITALL), "recv");
	close(client);
	return 0;
}
