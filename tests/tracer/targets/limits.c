/* SPDX-License-Identifier: MIT */
/*
 * A call with a limit of time, while ignored signals come more often than that. Says what it
 * returns; that it does is what matters.
 *
 * limits WHAT
 */
#include <errno.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/tracer/targets/ring_setup.h"

static const struct timespec limit = {0, 300000000};

static int with_limit(int fd)
{
	struct timeval time = {0, 300000};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
	return fd;
}

static int listener(struct sockaddr_in *address)
{
	int fd = with_limit(socket(AF_INET, SOCK_STREAM, 0));
	socklen_t length = sizeof(*address);

	*address = (struct sockaddr_in){.sin_family = AF_INET};
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(fd, (struct sockaddr *)address, length);
	listen(fd, 0);
	getsockname(fd, (struct sockaddr *)address, &length);
	return fd;
}

/* A queue of connections that is full lets no other one in. */
static int connect_to_full(void)
{
	struct sockaddr_in address;
	int fd, result = 0;

	listener(&address);
	for (int i = 0; i < 20 && result == 0; i++) {
		fd = with_limit(socket(AF_INET, SOCK_STREAM, 0));
		result = connect(fd, (struct sockaddr *)&address, sizeof(address));
	}
	return result;
}

/* The same of a UNIX socket. */
static int connect_to_full_path(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, result = 0;

	/* The kernel chooses a name: unix(7), "Autobind feature". */
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t length = sizeof(address);
	bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t));
	listen(listener, 0);
	getsockname(listener, (struct sockaddr *)&address, &length);
	for (int i = 0; i < 20 && result == 0; i++) {
		fd = with_limit(socket(AF_UNIX, SOCK_STREAM, 0));
		result = connect(fd, (struct sockaddr *)&address, length);
	}
	return result;
}

static int wait_for_ring(void)
{
	struct io_uring_params parameters = {0};
	int ring = ring_setup(4, &parameters);
	const struct {
		int64_t seconds, nanoseconds;
	} time = {0, limit.tv_nsec};
	struct io_uring_getevents_arg argument = {.ts = (uintptr_t)&time};

	if (ring < 0)
		exit(77);
	return (int)syscall(SYS_io_uring_enter, ring, 0, 1,
		IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &argument, sizeof(argument));
}

static int wait_for_aio(void)
{
	aio_context_t context = 0;
	struct io_event event;

	if (syscall(SYS_io_setup, 1, &context) != 0)
		exit(77);
	return (int)syscall(SYS_io_getevents, context, 1L, 1L, &event, &limit);
}

/* So long that no sum of it can be made; what comes ends it. */
static int recv_with_long_limit(void)
{
	struct timeval time = {INT32_MAX, 999999};
	char byte = 0;
	int fds[2];

	if (sizeof(time.tv_sec) > 4)
		time.tv_sec = (time_t)(INT64_MAX / 1000000);
	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	pid_t child = fork();
	if (child == 0) {
		usleep(100000);
		_exit(write(fds[1], "x", 1) != 1);
	}
	int result = (int)recv(fds[0], &byte, 1, 0);
	waitpid(child, NULL, 0);
	return result;
}

static int call(const char *what)
{
	struct sockaddr_in address;
	struct epoll_event event;
	struct mmsghdr message = {0};
	char byte[100000] = "";
	sigset_t set;
	int fds[2], result;

	socketpair(AF_UNIX, strstr(what, "datagram") ? SOCK_DGRAM : SOCK_STREAM, 0, fds);
	with_limit(fds[0]);
	if (strstr(what, "long"))
		return recv_with_long_limit();
	if (strstr(what, "recvmmsg"))
		return recvmmsg(fds[0], &message, 1, 0, NULL);
	if (strstr(what, "recv"))
		return (int)recv(fds[0], byte, 1, 0);
	if (strstr(what, "read"))
		return (int)read(fds[0], byte, 1);
	if (strstr(what, "send"))
		while ((result = (int)send(fds[0], byte, sizeof(byte), 0)) >= 0)
			;
	if (strstr(what, "send"))
		return result;
	if (strstr(what, "accept"))
		return accept(listener(&address), NULL, NULL);
	if (strstr(what, "connect-unix"))
		return connect_to_full_path();
	if (strstr(what, "connect"))
		return connect_to_full();
	if (strstr(what, "epoll_pwait2"))
		return epoll_pwait2(epoll_create1(0), &event, 1, &limit, NULL);
	if (strstr(what, "epoll_wait"))
		return epoll_wait(epoll_create1(0), &event, 1, 300);
	if (strstr(what, "sigtimedwait")) {
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		sigprocmask(SIG_BLOCK, &set, NULL);
		return sigtimedwait(&set, NULL, &limit);
	}
	if (strstr(what, "semtimedop")) {
		struct sembuf operation = {0, -1, 0};
		int semaphore = semget(IPC_PRIVATE, 1, 0600);
		result = semtimedop(semaphore, &operation, 1, &limit);
		int error = errno;
		semctl(semaphore, 0, IPC_RMID);
		errno = error;
		return result;
	}
	return strstr(what, "ring") ? wait_for_ring() : wait_for_aio();
}

int main(int argc, char **argv)
{
	alarm(20);
	pid_t parent = getpid(), poker = fork();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (poker == 0) {
		kill(parent, SIGWINCH);
		usleep(20000);
	}
	for (int i = 0; i < 2; i++) {
		errno = 0;
		int result = call(argc > 1 ? argv[1] : "");
		printf("%d %s\n", result, strerror(errno));
		fflush(stdout);
	}
	kill(poker, SIGKILL);
	return 0;
}
