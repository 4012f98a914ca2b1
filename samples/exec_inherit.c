/* SPDX-License-Identifier: MIT */
/*
 * What happens to sockets when a process loads another program.
 *
 * The timeline shows two pairs. The first survives exec: the new program uses the same descriptor,
 * whose number it was told as an argument. The second was made with SOCK_CLOEXEC, so that exec
 * closes it: its lanes end although nobody calls close.
 */
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

static int be_new_program(int from, int to)
{
	char buffer[32];

	check((int)recv(from, buffer, sizeof(buffer), 0), "recv");
	close(from);
	close(to);
	return 0;
}

int main(int argc, char **argv)
{
	int kept[2], dropped[2];
	char from[16], to[16];

	alarm(10);
	if (argc == 3)
		return be_new_program(atoi(argv[1]), atoi(argv[2]));
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, kept), "socketpair");
	check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, dropped), "socketpair");
	check((int)send(kept[1], "for the new program", 19, 0), "send");
	snprintf(from, sizeof(from), "%d", kept[0]);
	snprintf(to, sizeof(to), "%d", kept[1]);
	execlp(argv[0], argv[0], from, to, (char *)NULL);
	perror("execlp");
	return 1;
}
