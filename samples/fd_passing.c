/* SPDX-License-Identifier: MIT */
/*
 * A descriptor travels to another process inside a message (SCM_RIGHTS).
 *
 * The timeline shows the parent make a pair of sockets and send one end over another pair. The
 * child's recvmsg makes a new descriptor, of a number of its own, for the very same socket: what
 * the child sends on it arrives at the parent's other end. The parent's own copy was closed before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The ancillary data of one descriptor, aligned as the kernel wants it: cmsg(3). */
union rights {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static int check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static void send_descriptor(int over, int descriptor)
{
	union rights rights = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	char words[] = "take this";
	struct iovec segment = {words, sizeof(words) - 1};
	struct msghdr message = {.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = rights.bytes,
		.msg_controllen = sizeof(rights.bytes)};

	memcpy(CMSG_DATA(&rights.header), &descriptor, sizeof(descriptor));
	check((int)sendmsg(over, &message, 0), "sendmsg");
}

static int receive_descriptor(int over)
{
	union rights rights;
	char word[16];
	int descriptor;
	struct iovec segment = {word, sizeof(word)};
	struct msghdr message = {.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = rights.bytes,
		.msg_controllen = sizeof(rights.bytes)};

	check((int)recvmsg(over, &message, 0), "recvmsg");
	memcpy(&descriptor, CMSG_DATA(&rights.header), sizeof(descriptor));
	return descriptor;
}

int main(void)
{
	int channel[2], passed[2], status = 0;
	char buffer[16];

	alarm(10);
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, channel), "socketpair");
	if (check(fork(), "fork") == 0) {
		close(channel[0]);
		int received = receive_descriptor(channel[1]);
		check((int)send(received, "thank you", 9, 0), "send");
		close(received);
		close(channel[1]);
		return 0;
	}
	close(channel[1]);
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, passed), "socketpair");
	send_descriptor(channel[0], passed[1]);
	close(passed[1]);
	check((int)recv(passed[0], buffer, sizeof(buffer), 0), "recv");
	close(passed[0]);
	close(channel[0]);
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
