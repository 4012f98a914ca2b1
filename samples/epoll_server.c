/* SPDX-License-Identifier: MIT */
/*
 * A concurrent server in one process and one thread: epoll says which descriptor is ready, and each
 * is served when it is.
 *
 * The timeline shows all descriptors in one process, side by side. No call waits for one client
 * alone: epoll_wait waits for all of them. Each is greeted, so that all are there before one asks.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
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

static void watch(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

/* Answers in capitals. Returns 1 when the client has said all. */
static int serve(int fd)
{
	char letter;

	if (check((int)recv(fd, &letter, 1, 0), "recv") == 0)
		return close(fd) + 1;
	letter = (char)(letter - 'a' + 'A');
	return check((int)send(fd, &letter, 1, 0), "send") - 1;
}

static void be_server(int epoll, int listening)
{
	struct epoll_event event;

	for (int served = 0; served < CLIENTS;) {
		check(epoll_wait(epoll, &event, 1, 5000), "epoll_wait");
		if (event.data.fd == listening) {
			int fd = check(accept(listening, NULL, NULL), "accept");
			watch(epoll, fd);
			check((int)send(fd, "?", 1, 0), "send");
		} else {
			served += serve(event.data.fd);
		}
	}
}

static void be_clients(const struct sockaddr_in *server)
{
	int fds[CLIENTS];
	char letter;

	for (int i = 0; i < CLIENTS; i++) {
		fds[i] = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
		check(connect(fds[i], (const struct sockaddr *)server, sizeof(*server)), "connect");
		check((int)recv(fds[i], &letter, 1, 0), "recv");
	}
	for (int i = 0; i < CLIENTS; i++) {
		letter = (char)('a' + i);
		check((int)send(fds[i], &letter, 1, 0), "send");
		check((int)recv(fds[i], &letter, 1, 0), "recv");
		close(fds[i]);
	}
	exit(0);
}

int main(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	alarm(10);
	int listening = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	check(bind(listening, (struct sockaddr *)&address, length), "bind");
	check(listen(listening, CLIENTS), "listen");
	check(getsockname(listening, (struct sockaddr *)&address, &length), "getsockname");
	if (check(fork(), "fork") == 0)
		be_clients(&address);
	int epoll = check(epoll_create1(0), "epoll_create1");
	watch(epoll, listening);
	be_server(epoll, listening);
	close(listening);
	return 0;
}
