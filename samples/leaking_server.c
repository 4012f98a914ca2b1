/* SPDX-License-Identifier: MIT */
/*
 * A server that forgets to close. It serves its clients one after the other, reads that each has
 * gone, and goes on to the next one: the descriptor is still there, and stands for nothing of use.
 *
 * The timeline shows the lanes of the accepted sockets, which go on after the end of the stream
 * until the exit. A server that runs for long comes to its limit of descriptors, and to EMFILE.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS 4

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

static void be_clients(const struct sockaddr_in *server)
{
	for (int i = 0; i < CLIENTS; i++) {
		int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
		check(connect(fd, (const struct sockaddr *)server, sizeof(*server)), "connect");
		check((int)send(fd, "hello", 5, 0), "send");
		close(fd);
	}
	exit(0);
}

/* Here a close(connection) is missing. */
static void serve(int connection)
{
	char buffer[16];

	while (check((int)recv(connection, buffer, sizeof(buffer), 0), "recv") > 0)
		;
}

/* The kernel says who has connected. */
static int accept_client(int listening)
{
	struct sockaddr_in client;
	socklen_t size = sizeof(client);

	return check(accept(listening, (struct sockaddr *)&client, &size), "accept");
}

int main(void)
{
	struct sockaddr_in address;

	alarm(10);
	int listening = make_listening(&address, CLIENTS);
	if (check(fork(), "fork") == 0)
		be_clients(&address);
	for (int i = 0; i < CLIENTS; i++)
		serve(accept_client(listening));
	close(listening);
	return 0;
}
