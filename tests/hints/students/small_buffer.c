/* SPDX-License-Identifier: MIT */
/* The server receives once, and its buffer is smaller than what was sent. */
// says bytes-unread: the buffer was full after 16 B, and 28 B more were never received
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
	const char *text = "the quick brown fox jumps over the lazy dog\n";
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	connect(fd, (struct sockaddr *)server, sizeof(*server));
	send(fd, text, strlen(text), 0);
	close(fd);
}

int main(void)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);
	char buf[16];
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
	wait(NULL);
	int fd = accept(server, NULL, NULL);
	n = recv(fd, buf, sizeof(buf), 0);
	printf("%.*s\n", n, buf);
	close(fd);
	close(server);
	return 0;
}
