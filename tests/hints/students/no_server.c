/* SPDX-License-Identifier: MIT */
/* The client does not look whether connect has worked. */
// says never-connected: its connect had failed with ECONNREFUSED
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

	alarm(5);
	signal(SIGPIPE, SIG_IGN);
	int fd = socket(AF_INET, SOCK_STREAM, 0); /* nobody listens at its port */
	memset(&addr, 0, sizeof(addr));
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(fd, (struct sockaddr *)&addr, sizeof(addr));
	getsockname(fd, (struct sockaddr *)&addr, &len);
	close(fd);
	client(&addr);
	return 0;
}
