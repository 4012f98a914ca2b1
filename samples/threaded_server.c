/* SPDX-License-Identifier: MIT */
/*
 * A concurrent server again, with a thread for each client instead of a process.
 *
 * The timeline shows one server process with all the descriptors: threads share one descriptor
 * table. Nothing is inherited and nothing is closed twice; the thread that has served a client
 * closes the one descriptor that there is for its connection.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
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

static void be_client(struct sockaddr_in *server)
{
	char answer[16];
	int connection = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	check(connect(connection, (struct sockaddr *)server, sizeof(*server)), "connect");
	check((int)send(connection, "ping", 4, 0), "send");
	check((int)recv(connection, answer, sizeof(answer), 0), "recv");
	close(connection);
	exit(0);
}

static void *serve(void *context)
{
	int connection = (int)(intptr_t)context;
	char question[16];

	check((int)recv(connection, question, sizeof(question), 0), "recv");
	check((int)send(connection, "pong", 4, 0), "send");
	close(connection);
	return NULL;
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
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int status, failures = 0;

	alarm(10);
	int listening = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	check(bind(listening, (struct sockaddr *)&address, sizeof(address)), "bind");
	check(listen(listening, CLIENTS), "listen");
	check(getsockname(listening, (struct sockaddr *)&address, &length), "getsockname");

	for (int i = 0; i < CLIENTS; i++) {
		pthread_t thread;
		if (check(fork(), "fork") == 0) {
			close(listening);
			be_client(&address);
		}
		int connection = accept_client(listening);
		check(-pthread_create(&thread, NULL, serve, (void *)(intptr_t)connection),
			"pthread_create");
		check(-pthread_join(thread, NULL), "pthread_join");
	}
	close(listening);
	while (wait(&status) > 0)
		failures += status != 0;
	return failures ? 1 : 0;
}
