/* SPDX-License-Identifier: MIT */
/* The server receives on the socket that listens. */
// says wrong-socket: recvfrom on fd \d+, which listens; the connection is fd \d+
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
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	connect(fd, (struct sockaddr *)server, sizeof(*server));
	send(fd, "hello\n", 6, 0);
	close(fd);
}

int main(void)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);
	char buf[100];
	int n;

	alarm(5);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	memset(&addr, 0, sizeof(addr));
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(server, (struct sockaddr *)&addr, sizeof(addr));
	listen(server, 5);
	getsockname(server, (struct sockaddr *)&addr, &len);
	if (fork() == 0) {
		close(server);
		client(&addr);
		exit(0);
	}
	int fd = accept(server, NULL, NULL);
	n = recv(server, buf, sizeof(buf), 0);
	if (n < 0)
		perror("recv");
	recv(fd, buf, sizeof(buf), 0);
	close(fd);
	wait(NULL);
	return 0;
}
