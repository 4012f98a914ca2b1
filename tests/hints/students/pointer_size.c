/* SPDX-License-Identifier: MIT */
/* bind is given the size of a pointer. */
// says short-address: 8 of the 16 bytes of the address were given
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int make_server(struct sockaddr_in *addr)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)addr, sizeof(addr)) < 0) {
		perror("bind");
		close(fd);
		return -1;
	}
	listen(fd, 5);
	return fd;
}

int main(void)
{
	struct sockaddr_in addr;

	alarm(5);
	memset(&addr, 0, sizeof(addr));
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int server = make_server(&addr);
	if (server < 0)
		return 0;
	close(accept(server, NULL, NULL));
	close(server);
	return 0;
}
