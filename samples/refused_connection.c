/* SPDX-License-Identifier: MIT */
/*
 * Nobody listens: connect fails with ECONNREFUSED, and the program tries the next address.
 *
 * The timeline shows a descriptor that ends in its first phase: there is no data transfer. A
 * socket whose connect has failed is closed, and a new one is made for the second attempt.
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

/* A bound socket, and its address, of which the kernel picks the port. */
static int make_bound(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int bound = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	*address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	check(bind(bound, (struct sockaddr *)address, sizeof(*address)), "bind");
	check(getsockname(bound, (struct sockaddr *)address, &length), "getsockname");
	return bound;
}

int main(void)
{
	struct sockaddr_in deaf_address, listening_address;

	alarm(10);
	/* A port that is taken, and nobody listens there. */
	int deaf = make_bound(&deaf_address);
	int listening = make_bound(&listening_address);
	check(listen(listening, 1), "listen");

	int first = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	if (connect(first, (struct sockaddr *)&deaf_address, sizeof(deaf_address)) == 0 ||
		errno != ECONNREFUSED) {
		perror("connect");
		return 1;
	}
	close(first);

	int second = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
	check(connect(second, (struct sockaddr *)&listening_address, sizeof(listening_address)),
		"connect");
	close(second);
	close(deaf);
	close(listening);
	return 0;
}
