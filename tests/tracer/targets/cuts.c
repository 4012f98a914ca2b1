/* SPDX-License-Identifier: MIT */
/*
 * Transfers that a signal which is ignored wakes, and that then end in another way than by all
 * being moved. Says what the program sees: the same whether it is traced or not.
 *
 * cuts WHAT
 * cuts told-WHAT FILE    what is sent is read when there is that file
 * cuts filtered PROGRAM ARGUMENT...    runs the program under a seccomp filter
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (8 << 20)

static char data[SIZE];
static const char *awaited;
static volatile sig_atomic_t pipe_signals;

static void on_pipe_signal(int signal)
{
	(void)signal;
	pipe_signals++;
}

static void on_signal(int signal)
{
	(void)signal;
}

/* The calling process's parent, single-threaded, sleeps. */
static void until_parent_sleeps(void)
{
	char path[64], line[512];

	snprintf(path, sizeof(path), "/proc/%d/stat", getppid());
	for (;;) {
		FILE *stat = fopen(path, "r");
		bool is_asleep =
			stat && fgets(line, sizeof(line), stat) && strstr(line, ") S ") != NULL;
		if (stat)
			fclose(stat);
		if (is_asleep)
			return;
		usleep(500);
	}
}

/* Signals that the parent ignores, each when it sleeps. */
static void poke(int count)
{
	for (int i = 0; i < count; i++) {
		until_parent_sleeps();
		kill(getppid(), SIGWINCH);
		usleep(1000);
	}
	until_parent_sleeps();
}

static void say(const char *what, ssize_t result)
{
	int error = errno;

	printf("%s %s", what,
		result < 0      ? strerror(error)
		: result == 0   ? "nothing"
		: result < SIZE ? "a part"
				: "all");
	printf(", SIGPIPE %d times\n", (int)pipe_signals);
	fflush(stdout);
}

static void tcp_pair(int fds[2])
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), room = 100000;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(listener, (struct sockaddr *)&address, length);
	listen(listener, 1);
	getsockname(listener, (struct sockaddr *)&address, &length);
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	connect(fds[0], (struct sockaddr *)&address, length);
	fds[1] = accept(listener, NULL, NULL);
	close(listener);
}

static void make_pair(const char *what, int fds[2])
{
	if (strstr(what, "tcp")) {
		tcp_pair(fds);
	} else if (strstr(what, "pipe")) {
		int ends[2];
		if (pipe(ends) != 0)
			exit(2);
		fds[0] = ends[1];
		fds[1] = ends[0];
	} else {
		socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	}
}

/* Reads so much that the parent goes on. */
static void read_some(int fd)
{
	static char bytes[200000];

	for (size_t done = 0; done < sizeof(bytes);) {
		ssize_t got = read(fd, bytes, sizeof(bytes) - done);
		if (got <= 0)
			_exit(1);
		done += (size_t)got;
	}
}

static void read_all(int fd)
{
	static char bytes[65536];

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
}

/* The peer goes away when a part was sent: with or without unread data, or with a reset. */
static void peer_goes(const char *what)
{
	struct linger at_once = {1, 0};
	int fds[2], waiting, error = -1;
	socklen_t length = sizeof(error);

	make_pair(what, fds);
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		poke(5);
		read_some(fds[1]);
		poke(5);
		if (strstr(what, "early"))
			kill(getppid(), SIGWINCH);
		if (strstr(what, "reset"))
			setsockopt(fds[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		else if (strstr(what, "empty"))
			read_all(fds[1]);
		_exit(0);
	}
	close(fds[1]);
	say("write", write(fds[0], data, SIZE));
	waitpid(child, NULL, 0);
	if (strstr(what, "blocked")) {
		sigset_t pending;
		sigpending(&pending);
		printf("pending %d\n", sigismember(&pending, SIGPIPE));
	}
	if (strstr(what, "asked")) {
		getsockopt(fds[0], SOL_SOCKET, SO_ERROR, &error, &length);
		printf("SO_ERROR %s\n", strerror(error));
	}
	if (strstr(what, "read"))
		say("read", read(fds[0], &waiting, 1));
	say("write", write(fds[0], data, SIZE));
	say("write", write(fds[0], data, SIZE));
}

/* A reset while a part of what is waited for has come. */
static void reset_of_receive(const char *what)
{
	struct linger at_once = {1, 0};
	int fds[2];

	make_pair(what, fds);
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		if (write(fds[1], data, 1000) != 1000)
			_exit(1);
		poke(5);
		setsockopt(fds[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		_exit(0);
	}
	close(fds[1]);
	say("recv", recv(fds[0], data, SIZE, MSG_WAITALL));
	waitpid(child, NULL, 0);
	say("recv", recv(fds[0], data, SIZE, 0));
	say("recv", recv(fds[0], data, SIZE, 0));
	say("write", write(fds[0], data, SIZE));
}

/* With a descriptor, which is to arrive once. */
static ssize_t send_rights(int fd, size_t size)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec segment = {data, size};
	struct msghdr message = {.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	int file = open("/dev/null", O_RDONLY);

	memcpy(CMSG_DATA(&control.header), &file, sizeof(int));
	return sendmsg(fd, &message, 0);
}

/* A descriptor comes with the second part of what is waited for. */
static void receive_rights(void)
{
	char control[CMSG_SPACE(sizeof(int))], bytes[2] = "";
	struct iovec segment = {bytes, sizeof(bytes)};
	struct msghdr message = {.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	int fds[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		if (write(fds[1], data, 1) != 1)
			_exit(1);
		poke(5);
		_exit(send_rights(fds[1], 1) != 1);
	}
	close(fds[1]);
	ssize_t done = recvmsg(fds[0], &message, MSG_WAITALL);
	bool has_rights = message.msg_controllen > 0;
	if (done == 1) {
		message.msg_controllen = sizeof(control);
		done += recvmsg(fds[0], &message, MSG_WAITALL);
		has_rights |= message.msg_controllen > 0;
	}
	waitpid(child, NULL, 0);
	printf("%zd bytes, %d times a descriptor\n", done, has_rights);
}

/* A receive ends with the bytes that a descriptor comes with, also after one has reached its limit
 * of time. */
static void receive_to_border(void)
{
	struct timeval limit = {0, 200000};
	int fds[2], idle[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	socketpair(AF_UNIX, SOCK_STREAM, 0, idle);
	setsockopt(idle[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	pid_t child = fork();
	if (child == 0) {
		until_parent_sleeps();
		kill(getppid(), SIGWINCH);
		_exit(0);
	}
	say("recv", recv(idle[0], data, 1, 0));
	waitpid(child, NULL, 0);
	if (send_rights(fds[1], 5) != 5 || write(fds[1], data, 5) != 5)
		exit(2);
	printf("recv %zd\n", recv(fds[0], data, 10, MSG_WAITALL));
}

/* Urgent data comes after a part of what is waited for: a receive ends before it. */
static void receive_urgent(const char *what)
{
	char bytes[10] = "";
	int fds[2], is_at_mark = -1;

	make_pair(what, fds);
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		if (send(fds[1], "abc", 3, 0) != 3)
			_exit(1);
		poke(5);
		if (send(fds[1], "!", 1, MSG_OOB) != 1)
			_exit(1);
		_exit(send(fds[1], "def", 3, 0) != 3);
	}
	close(fds[1]);
	say("recv", recv(fds[0], bytes, 6, MSG_WAITALL));
	waitpid(child, NULL, 0);
	ioctl(fds[0], SIOCATMARK, &is_at_mark);
	printf("%s, mark %d\n", bytes, is_at_mark);
	say("recv", recv(fds[0], bytes, 1, MSG_OOB));
	say("recv", recv(fds[0], bytes + 3, 6, 0));
	printf("%s\n", bytes);
}

/* A handler's signal does cut it. */
static void handled(const char *what)
{
	int fds[2];

	signal(SIGUSR1, on_signal);
	make_pair(what, fds);
	pid_t child = fork();
	if (child == 0) {
		poke(5);
		kill(getppid(), SIGUSR1);
		pause();
	}
	say("write", write(fds[0], data, SIZE));
	kill(child, SIGKILL);
}

/* So does a signal that stops it. */
static void stopped(const char *what)
{
	int fds[2], status;

	make_pair(what, fds);
	pid_t writer = fork();
	if (writer == 0) {
		pid_t child = fork();
		if (child == 0) {
			poke(5);
			kill(getppid(), SIGSTOP);
			pause();
		}
		say("write", write(fds[0], data, SIZE));
		kill(child, SIGKILL);
		_exit(0);
	}
	waitpid(writer, &status, WUNTRACED);
	kill(writer, SIGCONT);
	waitpid(writer, &status, 0);
}

/* SIGCONT does nothing to who is not stopped. */
static void continued(const char *what)
{
	int fds[2];

	make_pair(what, fds);
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		for (int i = 0; i < 5; i++) {
			until_parent_sleeps();
			kill(getppid(), SIGCONT);
			usleep(1000);
		}
		fcntl(fds[1], F_SETFL, 0);
		while (read(fds[1], data, SIZE) > 0)
			;
		_exit(0);
	}
	close(fds[1]);
	say("write", write(fds[0], data, SIZE));
	close(fds[0]);
	waitpid(child, NULL, 0);
}

static void filter_calls(void)
{
	/* It kills who makes a call for the rest of another one. */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendto, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0)
		exit(3);
}

static void *sleep_on(void *unused)
{
	pause();
	return unused;
}

static ssize_t send_messages(int fd)
{
	static struct mmsghdr messages[SIZE >> 16];
	static struct iovec segments[SIZE >> 16];
	ssize_t moved = 0;

	for (int i = 0; i < SIZE >> 16; i++) {
		segments[i] = (struct iovec){data, 1 << 16};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &segments[i], .msg_iovlen = 1};
	}
	sendmmsg(fd, messages, SIZE >> 16, 0);
	for (int i = 0; i < SIZE >> 16; i++)
		moved += messages[i].msg_len;
	return moved;
}

/* Counts what comes, says how much, and how many descriptors. */
static _Noreturn void count(const char *what, int fd, int report)
{
	static char bytes[65536];
	char control[CMSG_SPACE(sizeof(int))];
	long counts[2] = {0, 0};
	ssize_t got;

	poke(5);
	while (awaited && access(awaited, F_OK) != 0)
		usleep(1000);
	do {
		struct iovec segment = {bytes, sizeof(bytes)};
		struct msghdr message = {.msg_iov = &segment,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control)};
		got = strstr(what, "pipe") ? read(fd, bytes, sizeof(bytes))
					   : recvmsg(fd, &message, 0);
		counts[0] += got > 0 ? got : 0;
		counts[1] += !strstr(what, "pipe") && got > 0 && message.msg_controllen > 0;
	} while (got > 0);
	_exit(write(report, counts, sizeof(counts)) != sizeof(counts));
}

/* Whether it goes on or not, as much has arrived as was told. */
static void told(const char *what)
{
	struct timeval limit = {30, 0};
	int fds[2], report[2];
	long counts[2] = {-1, -1};
	pthread_t thread;

	make_pair(what, fds);
	if (pipe(report) != 0)
		exit(2);
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		count(what, fds[1], report[1]);
	}
	close(fds[1]);
	if (strstr(what, "filtered"))
		filter_calls();
	if (strstr(what, "threads") && pthread_create(&thread, NULL, sleep_on, NULL) != 0)
		exit(2);
	if (strstr(what, "limited"))
		setsockopt(fds[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	ssize_t moved = strstr(what, "rights")     ? send_rights(fds[0], SIZE)
			: strstr(what, "messages") ? send_messages(fds[0])
						   : write(fds[0], data, SIZE);
	close(fds[0]);
	if (read(report[0], counts, sizeof(counts)) != sizeof(counts))
		exit(2);
	waitpid(child, NULL, 0);
	printf("%s, %ld times a descriptor\n",
		moved > 0 && moved == counts[0] ? "what was told" : "something else", counts[1]);
}

struct reuse {
	int fd, with;
	pid_t pid;
	bool stays;
};

static void *reuse_number(void *of)
{
	const struct reuse *reuse = of;

	usleep(100000);
	dup2(reuse->with, reuse->fd);
	close(reuse->with);
	if (reuse->stays) {
		kill(reuse->pid, SIGWINCH);
		usleep(100000);
	}
	return of;
}

/* Another thread gives the number to another file, which is to stay empty. */
static void reused(const char *what)
{
	struct reuse reuse = {.pid = getpid(), .stays = !strstr(what, "gone")};
	int fds[2], other[2], waiting = -1;
	pthread_t thread;

	make_pair(what, fds);
	make_pair(what, other);
	reuse.fd = fds[0];
	reuse.with = other[0];
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		usleep(300000);
		if (!reuse.stays)
			kill(reuse.pid, SIGWINCH);
		usleep(100000);
		while (read(fds[1], data, SIZE) > 0)
			;
		_exit(0);
	}
	close(fds[1]);
	if (pthread_create(&thread, NULL, reuse_number, &reuse) != 0)
		exit(2);
	if (write(fds[0], data, SIZE) <= 0)
		exit(2);
	pthread_join(thread, NULL);
	ioctl(other[1], FIONREAD, &waiting);
	printf("%d bytes in another file\n", waiting);
	kill(child, SIGKILL);
}

/* The kernel moves no more than 2 GB at once, and no more than 1024 messages. */
static void capped(void)
{
	static struct mmsghdr messages[2000];
	struct iovec segment = {data, 1};
	const off_t size = 0xa0000000;
	int fds[2], file = memfd_create("large", 0);

	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		poke(5);
		while (read(fds[1], data, SIZE) > 0)
			;
		_exit(0);
	}
	close(fds[1]);
	if (ftruncate(file, size) != 0)
		exit(2);
	printf("sendfile %zd\n", sendfile(fds[0], file, NULL, (size_t)size));
	for (int i = 0; i < 2000; i++)
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &segment, .msg_iovlen = 1};
	printf("sendmmsg %d\n", sendmmsg(fds[0], messages, 2000, 0));
	close(fds[0]);
	waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	alarm(60);
	awaited = argc > 2 ? argv[2] : NULL;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (strncmp(what, "filtered", 8) == 0 && argc > 2) {
		filter_calls();
		execvp(argv[2], argv + 2);
		return 127;
	}
	if (strstr(what, "blocked")) {
		sigset_t set;
		sigemptyset(&set);
		sigaddset(&set, SIGPIPE);
		sigprocmask(SIG_BLOCK, &set, NULL);
	}
	signal(SIGPIPE, strstr(what, "ignored") ? SIG_IGN : on_pipe_signal);
	if (strncmp(what, "peer", 4) == 0)
		peer_goes(what);
	else if (strcmp(what, "receive-rights") == 0)
		receive_rights();
	else if (strcmp(what, "receive-border") == 0)
		receive_to_border();
	else if (strncmp(what, "receive-urgent", 14) == 0)
		receive_urgent(what);
	else if (strncmp(what, "receive", 7) == 0)
		reset_of_receive(what);
	else if (strncmp(what, "handled", 7) == 0)
		handled(what);
	else if (strncmp(what, "stopped", 7) == 0)
		stopped(what);
	else if (strncmp(what, "continued", 9) == 0)
		continued(what);
	else if (strncmp(what, "reused", 6) == 0)
		reused(what);
	else if (strncmp(what, "capped", 6) == 0)
		capped();
	else
		told(what);
	return 0;
}
