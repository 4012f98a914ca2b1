/* SPDX-License-Identifier: MIT */
/*
 * Calls of all kinds that a recorder records, well and badly made, over and over, so that their
 * sites are hot; in between numbers get other meanings. One thread, so that each run makes the same
 * calls with the same results.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 60
#define LARGE  5000

#define MUST(claim)                                  \
	do {                                         \
		if (!(claim)) {                      \
			perror("hot_same: " #claim); \
			exit(1);                     \
		}                                    \
	} while (0)

static char large[LARGE], room[LARGE];

static void streams(int out, int in)
{
	struct iovec parts[3] = {{large, 10}, {large + 10, 0}, {large + 20, 90}};
	struct iovec rooms[2] = {{room, 30}, {room + 40, 200}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};

	MUST(write(out, large, 64) == 64 && read(in, room, 100) == 64);
	MUST(writev(out, parts, 3) == 100 && readv(in, rooms, 2) == 100);
	MUST(sendmsg(out, &message, MSG_NOSIGNAL) == 100);
	MUST(recv(in, room, 40, MSG_PEEK) == 40 && recv(in, room, LARGE, 0) == 100);
	MUST(send(out, large, LARGE, 0) == LARGE && recv(in, room, LARGE, MSG_WAITALL) == LARGE);
	MUST(write(out, large, 0) == 0 && send(out, large, 1, 0) == 1 && read(in, room, 1) == 1);
	MUST(recv(in, room, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
}

/* Pointers that lead nowhere, and numbers that are none. */
static void mistakes(int out, int in)
{
	static struct iovec wrong = {(void *)16, 10};
	const volatile int negative = -1;
	char *nothing = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	MUST(write(out, nothing, 10) == -1 && errno == EFAULT);
	MUST(send(out, NULL, 10, 0) == -1 && errno == EFAULT);
	MUST(writev(out, &wrong, 1) == -1 && errno == EFAULT);
	MUST(writev(out, (void *)nothing, 1) == -1 && errno == EFAULT);
	MUST(writev(out, &wrong, negative) == -1 && errno == EINVAL);
	MUST(sendmsg(out, (void *)nothing, 0) == -1 && errno == EFAULT);
	MUST(write(out, "x", 1) == 1 && read(in, nothing, 1) == -1 && errno == EFAULT);
	MUST(read(in, room, 1) == 1);
	MUST(read(-1, room, 1) == -1 && write(70000, room, 1) == -1 && errno == EBADF);
	MUST(poll((void *)nothing, 1, 0) == -1 && errno == EFAULT);
	munmap(nothing, 4096);
}

static void datagrams(int out, int in, const struct sockaddr_in *to)
{
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	struct iovec part = {large, 20};
	struct msghdr message = {.msg_name = (void *)to,
		.msg_namelen = sizeof(*to),
		.msg_iov = &part,
		.msg_iovlen = 1};

	MUST(sendto(out, large, 30, 0, (const struct sockaddr *)to, sizeof(*to)) == 30);
	MUST(recvfrom(in, room, LARGE, 0, (struct sockaddr *)&from, &length) == 30);
	MUST(sendmsg(out, &message, 0) == 20 && recv(in, room, 10, MSG_TRUNC) == 20);
}

static void waits(int epoll, int out, int in)
{
	struct pollfd set[3] = {{in, POLLIN, 0}, {-1, POLLIN, 0}, {out, POLLOUT, 0}};
	struct epoll_event events[4], event = {EPOLLIN, {.u64 = 99}};

	MUST(poll(set, 3, 0) == 1 && poll(set, 1, 0) == 0);
	MUST(epoll_wait(epoll, events, 4, 0) == 0);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, in, &event) == 0 && write(out, "x", 1) == 1);
	MUST(poll(set, 3, -1) == 2 && epoll_wait(epoll, events, 4, -1) == 1);
	MUST(events[0].data.u64 == 99);
	event.events = EPOLLIN | EPOLLONESHOT;
	MUST(epoll_ctl(epoll, EPOLL_CTL_MOD, in, &event) == 0);
	MUST(epoll_wait(epoll, events, 4, -1) == 1 && epoll_wait(epoll, events, 4, 0) == 0);
	MUST(read(in, room, 1) == 1 && epoll_ctl(epoll, EPOLL_CTL_DEL, in, NULL) == 0);
}

/* Changes of what is waited for that fail, or are given what cannot be read. */
static void controls(int epoll, int out, int in)
{
	struct epoll_event event = {EPOLLIN, {.u64 = 7}};
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct epoll_event *nothing = (struct epoll_event *)(pages + 4096);
	struct epoll_event *half = (struct epoll_event *)(pages + 4090);
	int file = memfd_create("no socket", 0), closed = dup(file);

	MUST(mprotect(pages + 4096, 4096, PROT_NONE) == 0 && close(closed) == 0);
	memset(pages + 4090, 'e', 6);
	MUST(epoll_ctl(epoll, EPOLL_CTL_MOD, in, &event) == -1 && errno == ENOENT);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, in, nothing) == -1 && errno == EFAULT);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, in, half) == -1 && errno == EFAULT);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, in, NULL) == -1 && errno == EFAULT);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, in, &event) == 0);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, in, &event) == -1 && errno == EEXIST);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, out, &event) == 0);
	MUST(epoll_wait(epoll, &event, 1, 0) == 0);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event) == -1 && errno == EPERM);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, epoll, &event) == -1 && errno == EINVAL);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, closed, &event) == -1 && errno == EBADF);
	MUST(epoll_ctl(epoll, 77, in, &event) == -1 && errno == EINVAL);
	MUST(epoll_ctl(in, EPOLL_CTL_ADD, out, &event) == -1 && errno == EINVAL);
	MUST(epoll_ctl(epoll, EPOLL_CTL_DEL, in, nothing) == 0);
	MUST(epoll_wait(epoll, &event, 1, 0) == 0);
	MUST(epoll_ctl(epoll, EPOLL_CTL_DEL, out, half) == 0 && close(file) == 0);
	munmap(pages, 8192);
}

/* Sends that fail for what they say, or for where they go: what they say is told all the same. */
static void refusals(int out)
{
	const int one = 1;
	struct sockaddr_in6 wide = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct sockaddr_storage longest = {.ss_family = AF_INET};
	const struct sockaddr *address = (const struct sockaddr *)&to;
	static struct iovec many[1025];
	static char huge[70000], control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
	struct iovec parts[3] = {{huge, 5}, {huge, sizeof(huge)}, {NULL, 0}};
	struct msghdr message = {.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = parts,
		.msg_iovlen = 3,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec *last = (struct iovec *)(pages + 4096) - 2;
	int fresh = socket(AF_INET, SOCK_DGRAM, 0), file = memfd_create("no socket", 0);
	const volatile int none = 1000, too_many = 1025;

	MUST(mprotect(pages + 4096, 4096, PROT_NONE) == 0);
	memset(pages, 'p', 4096);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	MUST(sendto(out, huge, sizeof(huge), 0, address, sizeof(to)) == -1 && errno == EMSGSIZE);
	MUST(sendmsg(out, &message, 0) == -1 && errno == EMSGSIZE);
	parts[1].iov_len = 10;
	MUST(sendmsg(out, &message, 0) == -1 && errno == EINVAL);
	message.msg_controllen = 0;
	MUST(sendmsg(out, &message, MSG_OOB) == -1 && errno == EOPNOTSUPP);
	MUST(writev(out, parts, 3) == -1 && errno == EDESTADDRREQ);
	MUST(send(out, huge, 5, 0) == -1 && errno == EDESTADDRREQ);
	MUST(sendto(out, huge, 5, 0, address, 3) == -1 && errno == EINVAL);
	MUST(sendto(out, huge, 5, 0, address, -1) == -1 && errno == EINVAL);
	MUST(sendto(out, huge, 5, 0, (struct sockaddr *)&longest, 200) == -1 && errno == EINVAL);
	MUST(sendto(out, huge, 5, 0, (struct sockaddr *)&wide, sizeof(wide)) == -1 &&
		errno == EAFNOSUPPORT);
	to.sin_addr.s_addr = htonl(INADDR_BROADCAST);
	MUST(sendto(out, huge, 5, 0, address, sizeof(to)) == -1);
	MUST(sendmsg(out, &message, 0) == -1);
	to.sin_addr.s_addr = htonl(0xf0000001);
	MUST(sendto(out, huge, 5, MSG_DONTROUTE, address, sizeof(to)) == -1);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = 0;
	MUST(sendto(out, huge, 5, 0, address, sizeof(to)) == -1 && errno == EINVAL);
	/* All of it is there, some of it, or none. */
	MUST(sendto(out, pages + 8000, 5, 0, (struct sockaddr *)(pages + 4000), 16) == -1);
	MUST(sendto(out, "x", 1, 0, (struct sockaddr *)(pages + 4090), 16) == -1);
	MUST(errno == EFAULT);
	MUST(sendto(out, "x", 1, 0, (struct sockaddr *)(pages + 4096), 16) == -1);
	MUST(sendto(out, "x", 1, 0, (struct sockaddr *)16, 16) == -1 && errno == EFAULT);
	last[0] = last[1] = (struct iovec){huge, 7};
	MUST(writev(out, last, 4) == -1 && errno == EFAULT);
	MUST(writev(out, (struct iovec *)(pages + 4096), 2) == -1 && errno == EFAULT);
	message.msg_iov = last;
	message.msg_iovlen = 4;
	MUST(sendmsg(out, &message, 0) == -1 && errno == EFAULT);
	message.msg_iovlen = 2000;
	MUST(sendmsg(out, &message, 0) == -1 && errno == EMSGSIZE);
	message.msg_iov = parts;
	message.msg_iovlen = 3;
	memset(last, 'p', 2 * sizeof(last[0]));
	message.msg_control = pages + 4080;
	message.msg_controllen = 32;
	MUST(sendmsg(out, &message, 0) == -1 && errno == EFAULT);
	MUST(sendmsg(out, (struct msghdr *)(pages + 4080), 0) == -1 && errno == EFAULT);
	MUST(readv(out, many, too_many) == -1 && errno == EINVAL);
	MUST(poll((struct pollfd *)(pages + 4088), 3, 0) == -1 && errno == EFAULT);
	MUST(sendto(none, huge, 5, 0, address, sizeof(to)) == -1 && errno == EBADF);
	MUST(sendto(file, huge, 5, 0, address, sizeof(to)) == -1 && errno == ENOTSOCK);
	MUST(setsockopt(fresh, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)) == 0);
	MUST(close(fresh) == 0 && close(file) == 0 && munmap(pages, 8192) == 0);
}

/* The two ends of a connection. */
static void connection(int ends[2])
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(to);
	int server = socket(AF_INET, SOCK_STREAM, 0);

	MUST(bind(server, (struct sockaddr *)&to, length) == 0 && listen(server, 1) == 0);
	MUST(getsockname(server, (struct sockaddr *)&to, &length) == 0);
	MUST((ends[0] = socket(AF_INET, SOCK_STREAM, 0)) >= 0);
	MUST(connect(ends[0], (struct sockaddr *)&to, length) == 0);
	MUST((ends[1] = accept(server, NULL, NULL)) >= 0 && close(server) == 0);
}

/* Calls that succeed, though not all that they name is there. */
static void gaps(int out, int in, const struct sockaddr_in *to, const int ends[2])
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec part = {large, 20};
	struct msghdr message = {.msg_name = pages + 4096 - 128,
		.msg_namelen = 200,
		.msg_iov = &part,
		.msg_iovlen = 1};

	MUST(mprotect(pages + 4096, 4096, PROT_NONE) == 0);
	memcpy(message.msg_name, to, sizeof(*to));
	MUST(sendmsg(out, &message, 0) == 20 && recv(in, room, LARGE, 0) == 20);
	MUST(send(ends[0], large, 100, 0) == 100 && recv(ends[1], room, 1, MSG_PEEK) == 1);
	MUST(recv(ends[1], pages + 4090, 100, MSG_TRUNC) == 100);
	munmap(pages, 8192);
}

static bool sleeps(pid_t child)
{
	char path[40], line[200] = "";

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)child);
	FILE *file = fopen(path, "r");
	MUST(file && fgets(line, sizeof(line), file));
	fclose(file);
	return strstr(line, ") S ") != NULL;
}

/* A child is killed as soon as it waits. */
static void killed(int in, bool is_epoll)
{
	volatile int *is_ready =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child = fork();
	int epoll = -1;

	for (int i = 0; child == 0 && i <= ROUNDS; i++) {
		struct pollfd set = {in, POLLIN, 0};
		struct epoll_event event = {EPOLLIN, {.u64 = 99}};
		if (i == 0)
			MUST((epoll = epoll_create1(0)) >= 0 &&
				epoll_ctl(epoll, EPOLL_CTL_ADD, in, &event) == 0);
		*is_ready = i == ROUNDS;
		MUST((is_epoll ? epoll_wait(epoll, &event, 1, -*is_ready)
			       : poll(&set, 1, -*is_ready)) == 0);
	}
	while (!*is_ready || !sleeps(child))
		;
	MUST(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	munmap((void *)is_ready, 4096);
}

/* The number becomes a file's, another socket's, and a copy's. */
static void numbers(int out, int in, int round)
{
	int copy = dup(out), file;

	MUST(write(copy, large, 7) == 7 && read(in, room, 7) == 7 && close(copy) == 0);
	MUST((file = open("/dev/zero", O_RDWR)) == copy);
	MUST(read(file, room, 5) == 5 && write(file, room, 5) == 5);
	if (round % 2) {
		MUST(dup2(out, file) == file && write(file, large, 3) == 3);
		MUST(read(in, room, 3) == 3);
	}
	MUST(close(file) == 0 && socket(AF_INET, SOCK_DGRAM, 0) == file);
	MUST(read(file, room, 0) == 0 || errno == EAGAIN);
	MUST(close(file) == 0 && read(file, room, 1) == -1 && errno == EBADF);
}

static void files(int out, int in, int file)
{
	off_t from = 0;

	MUST(sendfile(out, file, &from, 2000) == 2000);
	MUST(recv(in, room, 2000, MSG_WAITALL) == 2000);
}

static void ends(void)
{
	int pair[2];

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && shutdown(pair[0], SHUT_WR) == 0);
	MUST(read(pair[1], room, 1) == 0 && send(pair[0], "x", 1, MSG_NOSIGNAL) == -1);
	MUST(errno == EPIPE && close(pair[0]) == 0);
	MUST(send(pair[1], "x", 1, MSG_NOSIGNAL) == -1 && recv(pair[1], room, 1, 0) == 0);
	MUST(close(pair[1]) == 0);
}

int main(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(to);
	struct sigaction on_fault = {.sa_handler = SIG_IGN};
	sigset_t faults;
	int pair[2], tcp[2], in = socket(AF_INET, SOCK_DGRAM, 0),
			     out = socket(AF_INET, SOCK_DGRAM, 0);
	int epoll = epoll_create1(0), file = memfd_create("file", 0);

	/* A fault would change that. */
	sigemptyset(&faults);
	sigaddset(&faults, SIGSEGV);
	MUST(sigaction(SIGSEGV, &on_fault, NULL) == 0);
	MUST(sigprocmask(SIG_BLOCK, &faults, NULL) == 0);
	for (size_t i = 0; i < LARGE; i++)
		large[i] = (char)(32 + i % 90);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	MUST(bind(in, (struct sockaddr *)&to, sizeof(to)) == 0);
	MUST(getsockname(in, (struct sockaddr *)&to, &length) == 0);
	MUST(write(file, large, LARGE) == LARGE);
	connection(tcp);
	for (int i = 0; i < ROUNDS; i++) {
		streams(pair[0], pair[1]);
		mistakes(pair[0], pair[1]);
		refusals(out);
		gaps(out, in, &to, tcp);
		datagrams(out, in, &to);
		waits(epoll, pair[0], pair[1]);
		controls(epoll, pair[0], pair[1]);
		numbers(pair[0], pair[1], i);
		files(pair[0], pair[1], file);
		ends();
	}
	for (int i = 0; i < 10; i++)
		killed(pair[1], i % 2);
	MUST(sigaction(SIGSEGV, NULL, &on_fault) == 0 && on_fault.sa_handler == SIG_IGN);
	return 0;
}
