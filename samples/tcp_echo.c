/* SPDX-License-Identifier: MIT */
/*
 * A TCP server and its client, as in every textbook: the server echoes what the client sends.
 *
 * The timeline shows two processes, which have no socket in common: the client was forked before
 * there was one, and reads from a pipe where the server is. The server's first descriptor goes
 * through socket, bind and listen and is only ever used to accept; accept yields a second one,
 * which belongs to the client's connection alone. The client needs one descriptor, which connect
 * joins to the server's second. Both send and recv, and close gives every descriptor back:
 * establishment, transfer, release.
 *
 * A real server binds a well-known port, such as 80. This one lets the kernel pick a free port
 * (port 0) unless one is named: tcp_echo [PORT].
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static void serve(int listening)
{
	char buffer[64];
	ssize_t length;
	struct sockaddr_in client;
	socklen_t size = sizeof(client);
	int connection = check(accept(listening, (struct sockaddr *)&client, &size), "accept");

	while ((length = recv(connection, buffer, sizeof(buffer), 0)) > 0)
		check((int)send(connection, buffer, (size_t)length, 0), "send");
	close(connection);
	close(listening);
}

static void be_client(struct sockaddr_in *server)
{
	static const char *const words[] = {"hello, world", "how are you?", "goodbye"};
	char buffer[64];
	int connection = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	check(connect(connection, (struct sockaddr *)server, sizeof(*server)), "connect");
	for (int i = 0; i < 3; i++) {
		check((int)send(connection, words[i], strlen(words[i]), 0), "send");
		check((int)recv(connection, buffer, sizeof(buffer), 0), "recv");
	}
	close(connection);
}

/* The client is a process of its own, and has nothing of the server's but this: where it is. */
static void learn_address(int from, struct sockaddr_in *address)
{
	check((int)read(from, address, sizeof(*address)), "read");
	close(from);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	int ready[2];

	alarm(10);
	check(pipe(ready), "pipe");
	if (check(fork(), "fork") == 0) {
		close(ready[1]);
		learn_address(ready[0], &address);
		be_client(&address);
		return 0;
	}
	close(ready[0]);
	int listening = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	check(bind(listening, (struct sockaddr *)&address, sizeof(address)), "bind");
	check(listen(listening, 5), "listen");
	check(getsockname(listening, (struct sockaddr *)&address, &length), "getsockname");

	check((int)write(ready[1], &address, sizeof(address)), "write");
	close(ready[1]);
	serve(listening);
	int status = 0;
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
