/* SPDX-License-Identifier: MIT */
/* A healthy echo server that serves one client after the other, and waits for more in the end. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void client(struct sockaddr_in *server)
{
	char buf[100];
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	connect(fd, (struct sockaddr *)server, sizeof(*server));
	send(fd, "hello\n", 6, 0);
	recv(fd, buf, sizeof(buf), 0);
	close(fd);
}

int main(void)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);
	char buf[100];
	int n;

	int server = socket(AF_INET, SOCK_STREAM, 0);
	memset(&addr, 0, sizeof(addr));
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(server, (struct sockaddr *)&addr, sizeof(addr));
	listen(server, 5);
	getsockname(server, (struct sockaddr *)&addr, &len);
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			close(server);
			client(&addr);
			exit(0);
		}
	alarm(2);
	for (;;) {
		int fd = accept(server, NULL, NULL);
		while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
			send(fd, buf, n, 0);
		close(fd);
	}
}
