/* SPDX-License-Identifier: MIT */
/* The client forgets htons. */
// says byte-order: the same two bytes in the other order
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A port that is free, and that is another one with its bytes swapped. */
static int free_port(void)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);
	int port;

	do {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		len = sizeof(addr);
		memset(&addr, 0, sizeof(addr));
		addr.sin_family = AF_INET;
		addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		bind(fd, (struct sockaddr *)&addr, sizeof(addr));
		getsockname(fd, (struct sockaddr *)&addr, &len);
		close(fd);
		port = ntohs(addr.sin_port);
	} while (port % 256 == port / 256);
	return port;
}

int main(void)
{
	struct sockaddr_in addr;
	char buf[100];
	int port = free_port(), ready[2], n;

	alarm(5);
	pipe(ready);
	pid_t child = fork();
	if (child == 0) {
		int server = socket(AF_INET, SOCK_STREAM, 0);
		memset(&addr, 0, sizeof(addr));
		addr.sin_family = AF_INET;
		addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		addr.sin_port = htons(port);
		bind(server, (struct sockaddr *)&addr, sizeof(addr));
		listen(server, 5);
		write(ready[1], "r", 1);
		int fd = accept(server, NULL, NULL);
		n = recv(fd, buf, sizeof(buf), 0);
		send(fd, buf, n, 0);
		close(fd);
		exit(0);
	}
	read(ready[0], buf, 1);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	memset(&addr, 0, sizeof(addr));
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = port;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		perror("connect");
	close(fd);
	kill(child, SIGTERM);
	wait(NULL);
	return 0;
}
