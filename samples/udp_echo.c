/* SPDX-License-Identifier: MIT */
/*
 * A UDP server and its client: no listen, no accept, no connection to release.
 *
 * The timeline shows one descriptor on each side. The server binds a port and receives datagrams
 * from whoever sends them; recvfrom says who it was, and sendto names where the answer goes. The
 * client never binds: the kernel gives its socket a port with the first sendto.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DATAGRAMS 2

static int check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static void serve(int server)
{
	char datagram[64];
	struct sockaddr_in client;

	for (int i = 0; i < DATAGRAMS; i++) {
		socklen_t length = sizeof(client);
		int bytes = check((int)recvfrom(server, datagram, sizeof(datagram), 0,
					  (struct sockaddr *)&client, &length),
			"recvfrom");
		check((int)sendto(server, datagram, (size_t)bytes, 0, (struct sockaddr *)&client,
			      length),
			"sendto");
	}
	close(server);
}

static void be_client(struct sockaddr_in *server)
{
	char datagram[64];
	int client = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	for (int i = 0; i < DATAGRAMS; i++) {
		check((int)sendto(
			      client, "datagram", 8, 0, (struct sockaddr *)server, sizeof(*server)),
			"sendto");
		check((int)recvfrom(client, datagram, sizeof(datagram), 0, NULL, NULL), "recvfrom");
	}
	close(client);
}

int main(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int status = 0;

	alarm(10);
	int server = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	check(bind(server, (struct sockaddr *)&address, sizeof(address)), "bind");
	check(getsockname(server, (struct sockaddr *)&address, &length), "getsockname");

	if (check(fork(), "fork") == 0) {
		close(server);
		be_client(&address);
		return 0;
	}
	serve(server);
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
