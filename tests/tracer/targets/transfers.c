/* SPDX-License-Identifier: MIT */
/*
 * Moves many bytes in one blocking call, while ignored signals come in plenty and the other end is
 * slow. Says what the call returned and what arrived: the same whether it is traced or not.
 *
 * transfers KIND
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE     (4 << 20)
#define SEGMENTS 200

static unsigned char *data;
static pid_t parent, poker;

static unsigned long sum_of(const unsigned char *bytes, size_t length, unsigned long sum)
{
	for (size_t i = 0; i < length; i++)
		sum = (sum ^ bytes[i]) * 0x100000001b3u;
	return sum;
}

/* Ends as soon as the parent does. */
static void poke(void)
{
	parent = getpid();
	poker = fork();
	while (poker == 0) {
		if (getppid() != parent)
			_exit(0);
		kill(parent, SIGWINCH);
		usleep(300);
	}
}

static void unpoke(void)
{
	kill(poker, SIGKILL);
	waitpid(poker, NULL, 0);
}

/* A child that reads slowly and says what came. */
static pid_t read_slowly(int fd, int other)
{
	static unsigned char bytes[150000];
	unsigned long sum = 1;
	size_t count = 0;
	ssize_t got;
	pid_t pid = fork();

	if (pid != 0) {
		close(fd);
		return pid;
	}
	close(other);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0) {
		sum = sum_of(bytes, (size_t)got, sum);
		count += (size_t)got;
		usleep(2000);
	}
	printf("arrived %zu %lx\n", count, sum);
	fflush(stdout);
	_exit(0);
}

/* A child that writes in pieces, the last of them late. */
static pid_t write_slowly(int fd, int other, size_t length)
{
	pid_t pid = fork();

	if (pid != 0) {
		close(fd);
		return pid;
	}
	close(other);
	for (size_t done = 0, step; done < length; done += step) {
		step = length - done < 30000 ? length - done : 30000;
		if (write(fd, data + done, step) != (ssize_t)step)
			_exit(1);
		usleep(2000);
	}
	_exit(0);
}

static void tcp_pair(int fds[2])
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(listener, (struct sockaddr *)&address, length);
	listen(listener, 1);
	getsockname(listener, (struct sockaddr *)&address, &length);
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	connect(fds[0], (struct sockaddr *)&address, length);
	fds[1] = accept(listener, NULL, NULL);
	close(listener);
}

/* [0] is written to, or read from, by the parent. */
static void make_pair(const char *kind, int fds[2])
{
	if (strstr(kind, "pipe")) {
		int ends[2];
		if (pipe(ends) != 0)
			exit(2);
		fds[0] = ends[1];
		fds[1] = ends[0];
	} else if (strstr(kind, "tcp")) {
		tcp_pair(fds);
	} else {
		socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	}
}

/* Segments of all sizes, some of them empty. */
static size_t make_segments(struct iovec segments[SEGMENTS], unsigned char *bytes, size_t length)
{
	size_t done = 0, count = 0;

	for (; count < SEGMENTS; count++) {
		size_t step = count % 7 == 3 ? 0 : (count * 7919) % (2 * length / SEGMENTS);
		if (step > length - done || count == SEGMENTS - 1)
			step = length - done;
		segments[count] = (struct iovec){bytes + done, step};
		done += step;
	}
	return count;
}

static int file_of_data(void)
{
	int fd = memfd_create("data", 0);

	if (write(fd, data, SIZE) != SIZE)
		exit(2);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static bool begins(const char *kind, const char *word)
{
	return strncmp(kind, word, strlen(word)) == 0;
}

static ssize_t make_call(const char *kind, int fd)
{
	struct iovec segments[SEGMENTS];
	struct msghdr message = {.msg_iov = segments};
	off_t offset = 1000;
	ssize_t result;
	int file;

	message.msg_iovlen = make_segments(segments, data, SIZE);
	if (begins(kind, "writev"))
		return writev(fd, segments, SEGMENTS);
	if (begins(kind, "write"))
		return write(fd, data, SIZE);
	if (begins(kind, "sendmsg"))
		return sendmsg(fd, &message, MSG_NOSIGNAL);
	if (begins(kind, "sendfile")) {
		file = file_of_data();
		bool is_at = strstr(kind, "offset");
		result = sendfile(fd, file, is_at ? &offset : NULL, SIZE - 1000);
		printf("%ld %ld\n", (long)offset, (long)lseek(file, 0, SEEK_CUR));
		return result;
	}
	return send(fd, data, SIZE, 0);
}

static int sends(const char *kind)
{
	int fds[2], status;

	make_pair(kind, fds);
	pid_t reader = read_slowly(fds[1], fds[0]);
	poke();
	errno = 0;
	ssize_t result = make_call(kind, fds[0]);
	int error = errno;
	unpoke();
	printf("%zd %d\n", result, error);
	fflush(stdout);
	close(fds[0]);
	waitpid(reader, &status, 0);
	return status;
}

static int receives(const char *kind)
{
	unsigned char *bytes = malloc(SIZE);
	struct iovec segments[SEGMENTS];
	struct msghdr message = {.msg_iov = segments};
	int fds[2];
	ssize_t result;

	make_pair(kind, fds);
	/* The other end's last 1000 bytes never come: the end of the stream does. */
	pid_t writer = write_slowly(fds[1], fds[0], strstr(kind, "end") ? SIZE - 1000 : SIZE);
	poke();
	errno = 0;
	message.msg_iovlen = make_segments(segments, bytes, SIZE);
	if (begins(kind, "recvmsg"))
		result = recvmsg(fds[0], &message, MSG_WAITALL);
	else
		result = recv(fds[0], bytes, SIZE, MSG_WAITALL);
	int error = errno;
	unpoke();
	printf("%zd %d %lx\n", result, error, sum_of(bytes, result < 0 ? 0 : (size_t)result, 1));
	close(fds[0]);
	waitpid(writer, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	uint32_t seed = 1;

	alarm(60);
	data = malloc(SIZE);
	for (size_t i = 0; i < SIZE; i++)
		data[i] = (unsigned char)((seed = seed * 1664525 + 1013904223) >> 24);
	return begins(kind, "recv") ? receives(kind) : sends(kind);
}
