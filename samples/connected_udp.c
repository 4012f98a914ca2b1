/* SPDX-License-Identifier: MIT */
/*
 * connect on a UDP socket sends nothing: it only sets the peer address, so that send and recv do,
 * and so that the kernel can say when nobody is there.
 *
 * The timeline shows a datagram to a port that nobody holds: send succeeds, and the next call on
 * the socket fails with ECONNREFUSED. An unconnected socket would never have been told: udp(7).
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

static int make_bound(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	*address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	check(bind(fd, (struct sockaddr *)address, length), "bind");
	check(getsockname(fd, (struct sockaddr *)address, &length), "getsockname");
	return fd;
}

int main(void)
{
	struct sockaddr_in address, from;
	socklen_t length = sizeof(from);
	char buffer[32];

	alarm(10);
	int server = make_bound(&address);
	int client = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	check(connect(client, (struct sockaddr *)&address, sizeof(address)), "connect");
	check((int)send(client, "one", 3, 0), "send");
	check((int)recvfrom(server, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &length),
		"recvfrom");
	close(server);
	check((int)send(client, "two", 3, 0), "send");
	if (recv(client, buffer, sizeof(buffer), 0) >= 0 || errno != ECONNREFUSED) {
		fprintf(stderr, "expected to be refused\n");
		return 1;
	}
	close(client);
	return 0;
}
