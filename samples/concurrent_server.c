/* SPDX-License-Identifier: MIT */
/*
 * A concurrent server: a master accepts, and forks a worker for each client.
 *
 * The timeline shows the master's listening descriptor with one accept after the other. Each
 * accepted descriptor is inherited by a worker at fork; the master closes its copy at once, and
 * the connection lives on in the worker's. So two lanes stand for one socket, and only the last
 * close releases the connection.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS 3

static int check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static void be_client(int number, struct sockaddr_in *server)
{
	char question = (char)('a' + number), answer;
	int connection = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	check(connect(connection, (struct sockaddr *)server, sizeof(*server)), "connect");
	check((int)send(connection, &question, 1, 0), "send");
	check((int)recv(connection, &answer, 1, 0), "recv");
	close(connection);
	exit(answer == question - 'a' + 'A' ? 0 : 1);
}

static void be_worker(int listening, int connection)
{
	char letter;

	close(listening);
	check((int)recv(connection, &letter, 1, 0), "recv");
	letter = (char)(letter - 'a' + 'A');
	check((int)send(connection, &letter, 1, 0), "send");
	close(connection);
	exit(0);
}

/* The kernel says who has connected. */
static int accept_client(int listening)
{
	struct sockaddr_in client;
	socklen_t size = sizeof(client);

	return check(accept(listening, (struct sockaddr *)&client, &size), "accept");
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int status, failures = 0;

	alarm(10);
	int listening = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	check(bind(listening, (struct sockaddr *)&address, sizeof(address)), "bind");
	check(listen(listening, CLIENTS), "listen");
	check(getsockname(listening, (struct sockaddr *)&address, &length), "getsockname");

	for (int i = 0; i < CLIENTS; i++) {
		if (check(fork(), "fork") == 0) {
			close(listening);
			be_client(i, &address);
		}
		int connection = accept_client(listening);
		if (check(fork(), "fork") == 0)
			be_worker(listening, connection);
		close(connection);
	}
	close(listening);
	while (wait(&status) > 0)
		failures += status != 0;
	return failures ? 1 : 0;
}
