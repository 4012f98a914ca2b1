/* SPDX-License-Identifier: MIT */
/* The server forgets listen. */
// says not-listening: fd \d+ is asked to accept, and listen was not called on it
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in addr;
	char buf[100];
	int n;

	alarm(5);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	memset(&addr, 0, sizeof(addr));
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(server, (struct sockaddr *)&addr, sizeof(addr));
	int fd = accept(server, NULL, NULL);
	if (fd < 0) {
		perror("accept");
		close(server);
		return 0;
	}
	n = recv(fd, buf, sizeof(buf), 0);
	send(fd, buf, n, 0);
	close(fd);
	close(server);
	return 0;
}
