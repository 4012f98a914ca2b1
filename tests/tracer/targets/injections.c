/* SPDX-License-Identifier: MIT */
/*
 * Opens sockets at one number after the other, so that many filters have to be installed, under
 * what makes that hard: the first argument says what. Prints "done".
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(claim)                                                                             \
	do {                                                                                     \
		if (!(claim)) {                                                                  \
			fprintf(stderr, "line %d: %s: %s\n", __LINE__, #claim, strerror(errno)); \
			_exit(1);                                                                \
		}                                                                                \
	} while (0)

/* A pair of sockets at two numbers from `from` on, spoken to by read and write. */
static void speak(int from)
{
	int pair[2], a, b;
	char text[8];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK((a = fcntl(pair[0], F_DUPFD_CLOEXEC, from)) >= from);
	CHECK((b = fcntl(pair[1], F_DUPFD, from)) >= from);
	close(pair[0]);
	close(pair[1]);
	for (int i = 0; i < 10; i++) {
		CHECK(write(a, "12345678", 8) == 8);
		CHECK(read(b, text, 8) == 8 && memcmp(text, "12345678", 8) == 0);
	}
	close(a);
	close(b);
}

static void speak_everywhere(void)
{
	for (int from = 3; from < 1000; from += from < 20 ? 1 : from)
		speak(from);
}

/* Real-time signals are queued: each arrives once, in order. */
static volatile sig_atomic_t next_value, is_out_of_order, ticks;

static void got(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	is_out_of_order |= info->si_value.sival_int != next_value;
	next_value++;
}

static void tick(int signal)
{
	(void)signal;
	ticks++;
}

static void signals(void)
{
	const int count = 2000;
	struct sigaction action = {.sa_sigaction = got, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct sigaction ticking = {.sa_handler = tick, .sa_flags = SA_RESTART};
	struct itimerval often = {{0, 200}, {0, 200}};

	sigaction(SIGRTMIN, &action, NULL);
	sigaction(SIGALRM, &ticking, NULL);
	pid_t child = fork();
	if (child == 0) {
		for (int i = 0; i < count;)
			i += sigqueue(getppid(), SIGRTMIN, (union sigval){i}) == 0;
		_exit(0);
	}
	setitimer(ITIMER_REAL, &often, NULL);
	speak_everywhere();
	while (waitpid(child, NULL, 0) != child)
		;
	while (next_value < count)
		speak(40);
	setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
	CHECK(next_value == count && !is_out_of_order && ticks > 0);
}

/* SIGSTOP cannot be blocked. */
static void stops(void)
{
	pid_t child = fork();

	if (child == 0) {
		for (int i = 0; i < 200; i++) {
			kill(getppid(), SIGSTOP);
			usleep(200);
			kill(getppid(), SIGCONT);
			usleep(200);
		}
		_exit(0);
	}
	for (int i = 0; waitpid(child, NULL, WNOHANG) == 0; i++)
		speak(3 + i % 500);
}

/* The child runs in its parent's memory, on its stack. */
static void vforks(void)
{
	volatile unsigned char guard[256];

	memset((void *)guard, 0x5a, sizeof(guard));
	for (int i = 0; i < 50; i++) {
		pid_t child = vfork();
		if (child == 0) {
			int s = socket(AF_UNIX, SOCK_DGRAM, 0);
			int high = fcntl(s, F_DUPFD, 3 + 20 * i);
			for (int j = 0; j < 20; j++)
				getppid();
			close(high);
			close(s);
			_exit(i);
		}
		int status;
		CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == i);
	}
	for (size_t i = 0; i < sizeof(guard); i++)
		CHECK(guard[i] == 0x5a);
}

static void *speaking(void *argument)
{
	for (int from = 3; from < 400; from += 7)
		speak(from + (int)(intptr_t)argument);
	return NULL;
}

/* With stacks as small as there are. */
static void threads(void)
{
	pthread_t all[8];
	pthread_attr_t attributes;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 16384);
	for (intptr_t i = 0; i < 8; i++)
		CHECK(pthread_create(&all[i], &attributes, speaking, (void *)i) == 0);
	for (int i = 0; i < 8; i++)
		pthread_join(all[i], NULL);
}

/* Two processes with one descriptor table, clone(2), CLONE_FILES: what one opens the other uses. */
struct shared {
	volatile int fd;
	char stack[65536] __attribute__((aligned(16)));
};
static struct shared *shared;

static int reader(void *nothing)
{
	char text[4];

	(void)nothing;
	while (shared->fd >= 0) {
		int fd = shared->fd;
		if (fd > 0) {
			CHECK(read(fd, text, 4) == 4);
			CHECK(write(fd, "back", 4) == 4);
			shared->fd = 0;
		}
		sched_yield();
	}
	return 0;
}

static void sharing(void)
{
	char text[4];

	shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child =
		clone(reader, shared->stack + sizeof(shared->stack), CLONE_FILES | SIGCHLD, NULL);
	CHECK(child > 0);
	for (int i = 0; i < 20; i++) {
		int pair[2], high;
		CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
		CHECK((high = fcntl(pair[1], F_DUPFD, 10 + 40 * i)) > 0);
		CHECK(write(pair[0], "call", 4) == 4);
		shared->fd = high;
		while (shared->fd != 0)
			sched_yield();
		CHECK(read(pair[0], text, 4) == 4);
		close(pair[0]);
		close(pair[1]);
		close(high);
	}
	shared->fd = -1;
	CHECK(waitpid(child, NULL, 0) == child);
}

/* The kernel takes the lower half of the register that has a descriptor: SYSCALL_DEFINE3(read). */
static void halves(void)
{
	int pair[2];
	char text[4];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	for (int i = 0; i < 20; i++) {
		CHECK(syscall(SYS_write, 0xdead00000000 | pair[0], "half", 4) == 4);
		CHECK(syscall(SYS_read, 0xffffffff00000000 | pair[1], text, 4) == 4);
	}
	CHECK(syscall(SYS_close, 0x100000000 | pair[0]) == 0);
	close(pair[1]);
}

/* A socket that is replaced by a file, whose number is a socket's again. */
static void replaced(void)
{
	int file = open("/dev/zero", O_RDWR), pair[2];
	char text[4];

	for (int i = 0; i < 20; i++) {
		CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
		CHECK(dup2(pair[0], 200) == 200 && write(200, "once", 4) == 4);
		CHECK(dup2(file, 200) == 200 && write(200, "file", 4) == 4);
		CHECK(dup3(pair[0], 200, O_CLOEXEC) == 200 && write(200, "more", 4) == 4);
		CHECK(read(pair[1], text, 4) == 4 && read(pair[1], text, 4) == 4);
		close(pair[0]);
		close(pair[1]);
		close(200);
	}
}

/* What a program asks of itself is answered as without a tracer, and nothing is left mapped. */
static int count_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int lines = 0, byte;

	while ((byte = getc(maps)) != EOF)
		lines += byte == '\n';
	fclose(maps);
	return lines;
}

static void mappings(void)
{
	count_mappings();
	int before = count_mappings();
	speak_everywhere();
	CHECK(count_mappings() == before);
}

/* Many are killed at any moment, some of them where a filter is being installed. */
static void kills(void)
{
	for (int i = 0; i < 60; i++) {
		pid_t child = fork();
		if (child == 0)
			for (;;)
				speak_everywhere();
		usleep((useconds_t)(i * 137 % 4000));
		kill(child, SIGKILL);
		int status;
		CHECK(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);
	}
}

/* One thread loads a program while the others are given filters. */
static void execs(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();
		if (child == 0) {
			pthread_t one, two;
			pthread_create(&one, NULL, speaking, (void *)100);
			pthread_create(&two, NULL, speaking, (void *)500);
			usleep((useconds_t)(i * 311 % 3000));
			execl("/bin/true", "true", (char *)NULL);
		}
		int status;
		CHECK(waitpid(child, &status, 0) == child && status == 0);
	}
}

/* The leader is given filters while another thread ends the process, or loads a program: of the
 * leader the kernel tells nothing before the others are gone. */
static const char *last_deed;

static void *end_process(void *delay)
{
	usleep((useconds_t)(intptr_t)delay);
	if (strcmp(last_deed, "exec") == 0)
		execl("/bin/true", "true", (char *)NULL);
	_exit(0);
}

static void *idle(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

static void end_with_leader(const char *deed)
{
	last_deed = deed;
	for (int i = 0; i < 100; i++) {
		pid_t child = fork();
		if (child == 0) {
			pthread_t one, other;
			pthread_create(&one, NULL, idle, NULL);
			pthread_create(
				&other, NULL, end_process, (void *)(intptr_t)(i * 53 % 3000));
			for (;;)
				speak_everywhere();
		}
		int status;
		CHECK(waitpid(child, &status, 0) == child && status == 0);
	}
}

static void leader_exits(void)
{
	end_with_leader("exit");
}

static void leader_execs(void)
{
	end_with_leader("exec");
}

/* Stopped and continued at any moment, none stays stopped. */
static void continued(void)
{
	for (int i = 0; i < 100; i++) {
		pid_t child = fork();
		if (child == 0) {
			speak_everywhere();
			_exit(0);
		}
		for (int j = 0; j < 6; j++) {
			usleep((useconds_t)(i * 37 % 1500 + j * 100));
			kill(child, SIGSTOP);
			for (volatile int n = 0; n < i * 100; n++)
				;
			kill(child, SIGCONT);
		}
		int status;
		CHECK(waitpid(child, &status, 0) == child && status == 0);
	}
}

/* A wait that a handler has ended, and a stop long after: the registers are the program's. */
static void computing(void)
{
	struct sigaction action = {.sa_handler = tick};
	struct epoll_event event = {.events = EPOLLIN};
	int pair[2], epoll = epoll_create1(0);
	pid_t parent = getpid();

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event) == 0);
	sigaction(SIGUSR1, &action, NULL);
	pid_t child = fork();
	if (child == 0) {
		usleep(100000);
		kill(parent, SIGUSR1);
		usleep(100000);
		kill(parent, SIGSTOP);
		usleep(50000);
		kill(parent, SIGCONT);
		_exit(0);
	}
	CHECK(epoll_wait(epoll, &event, 1, 10000) == -1 && errno == EINTR);
#ifdef __x86_64__
	unsigned long result, rounds = 1000000000;
	/* clang-format off */
	__asm__ volatile("mov $0x1234567, %%rax\n1: dec %%rcx\n jnz 1b"
			 : "=a"(result), "+c"(rounds)
			 :
			 : "cc");
	/* clang-format on */
	CHECK(result == 0x1234567);
#endif
	CHECK(waitpid(child, NULL, 0) == child);
}

/* Signals that nobody handles do not make a wait longer: it ends while they still come. */
static void waiting(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int pair[2], epoll = epoll_create1(0);
	pid_t parent = getpid();

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event) == 0);
	pid_t child = fork();
	if (child == 0)
		for (;;) {
			usleep(100000);
			kill(parent, SIGWINCH);
		}
	CHECK(epoll_wait(epoll, &event, 1, 500) == 0);
	kill(child, SIGKILL);
	CHECK(waitpid(child, NULL, 0) == child);
}

/* A number that becomes another epoll instance's. */
static void epolls(void)
{
	int pair[2], one = epoll_create1(0), other = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN};

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(epoll_ctl(other, EPOLL_CTL_ADD, pair[0], &event) == 0);
	CHECK(dup2(other, one) == one);
	CHECK(write(pair[1], "x", 1) == 1);
	CHECK(epoll_wait(one, &event, 1, 1000) == 1);
	close(other);
	CHECK(epoll_create1(0) == other);
	CHECK(epoll_wait(other, &event, 1, 0) == 0);
	CHECK(epoll_wait(one, &event, 1, 1000) == 1);
}

/* The socket is closed by exec before any filter was installed for it. */
static void early_exec(void)
{
	pid_t child = fork();

	if (child == 0) {
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		execl("/proc/self/exe", "injections", "plain", (char *)NULL);
	}
	CHECK(waitpid(child, NULL, 0) == child);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} all[] = {{"plain", speak_everywhere}, {"signals", signals}, {"stops", stops},
		{"vforks", vforks}, {"threads", threads}, {"sharing", sharing}, {"halves", halves},
		{"replaced", replaced}, {"mappings", mappings}, {"kills", kills}, {"execs", execs},
		{"leader_exits", leader_exits}, {"leader_execs", leader_execs},
		{"continued", continued}, {"computing", computing}, {"waiting", waiting},
		{"epolls", epolls}, {"early_exec", early_exec}};

	for (size_t i = 0; argc > 1 && i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(argv[1], all[i].name) == 0) {
			all[i].run();
			puts("done");
			return 0;
		}
	return 2;
}
