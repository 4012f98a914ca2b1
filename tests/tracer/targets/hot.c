/* SPDX-License-Identifier: MIT */
/*
 * Programs whose socket calls are hot, and that do meanwhile what a recorder in the process could
 * stumble over. Each says the same and ends in the same way, traced in whatever way or not, and
 * says in the end how often it has sent 4 bytes, which have also been received.
 *
 * hot PART
 */
#include <asm/prctl.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>

#include "tests/tracer/targets/parts.h"

#ifndef PR_SET_MDWE
#define PR_SET_MDWE              65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

enum { HOT = 300, WORD = 4 };

extern char **environ;

static void pair_new(int pair[2])
{
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
}

static void pair_close(const int pair[2])
{
	CHECK(close(pair[0]) == 0 && close(pair[1]) == 0);
}

static ssize_t put(int fd, unsigned int how, const char *word)
{
	struct iovec parts[] = {{(char *)word, 1}, {(char *)word + 1, WORD - 1}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	switch (how % 5) {
	case 0:
		return write(fd, word, WORD);
	case 1:
		return send(fd, word, WORD, MSG_NOSIGNAL);
	case 2:
		return writev(fd, parts, 2);
	case 3:
		return sendmsg(fd, &message, 0);
	default:
		return sendto(fd, word, WORD, 0, NULL, 0);
	}
}

static ssize_t get(int fd, unsigned int how, char *word)
{
	struct iovec parts[] = {{word, 2}, {word + 2, WORD - 2}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	switch (how % 5) {
	case 0:
		return read(fd, word, WORD);
	case 1:
		return recv(fd, word, WORD, 0);
	case 2:
		return readv(fd, parts, 2);
	case 3:
		return recvmsg(fd, &message, 0);
	default:
		return recvfrom(fd, word, WORD, MSG_WAITALL, NULL, NULL);
	}
}

static void chat_on(int from, int to, unsigned int times)
{
	for (unsigned int i = 0; i < times; i++) {
		char said[WORD], heard[WORD + 4] = "....###";
		memcpy(said, &i, WORD);
		errno = 0;
		CHECK(put(from, i, said) == WORD);
		CHECK(get(to, i / 5, heard) == WORD);
		CHECK(memcmp(said, heard, WORD) == 0 && strcmp(heard + WORD, "###") == 0 &&
			errno == 0);
		atomic_fetch_add(sent, 1);
	}
}

static void chat(unsigned int times)
{
	int pair[2];

	pair_new(pair);
	chat_on(pair[0], pair[1], times);
	pair_close(pair);
}

/* What is not counted. */
static void whisper(void)
{
	int pair[2];
	char word[3];

	pair_new(pair);
	for (int i = 0; i < 20; i++)
		CHECK(write(pair[0], "psh", 3) == 3 && read(pair[1], word, 3) == 3);
	pair_close(pair);
}

static void *chat_thread(void *times)
{
	chat((unsigned int)(uintptr_t)times);
	return NULL;
}

static void expect_child(pid_t pid)
{
	int status;

	CHECK(pid > 0 && waitpid(pid, &status, __WALL) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void with_threads(size_t count, unsigned int times)
{
	pthread_t threads[128];
	pthread_attr_t small;

	/* Where memory is locked stacks are, too, and an ordinary user may lock little. */
	CHECK(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 1 << 17) == 0);
	for (size_t i = 0; i < count; i++)
		CHECK(pthread_create(&threads[i], &small, chat_thread, (void *)(uintptr_t)times) ==
			0);
	for (size_t i = 0; i < count; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

/* The sites become hot in all of them at once. */
static void threads(void)
{
	with_threads(8, 1000);
}

static pthread_barrier_t all_there;

static void *meet_and_chat(void *unused)
{
	(void)unused;
	chat(HOT);
	pthread_barrier_wait(&all_there);
	chat(HOT);
	pthread_barrier_wait(&all_there);
	return NULL;
}

/* More hot threads than a recorder has room for, at the same time. */
static void crowd(void)
{
	pthread_t them[100];

	pthread_barrier_init(&all_there, NULL, 100);
	for (size_t i = 0; i < 100; i++)
		CHECK(pthread_create(&them[i], NULL, meet_and_chat, NULL) == 0);
	for (size_t i = 0; i < 100; i++)
		CHECK(pthread_join(them[i], NULL) == 0);
}

/* Threads that are born hot, and end. */
static void births(void)
{
	chat(HOT);
	for (int i = 0; i < 100; i++)
		with_threads(2, 30);
}

static void forks(void)
{
	chat(HOT);
	for (int i = 0; i < 5; i++) {
		pid_t child = fork();
		if (child == 0) {
			chat(HOT);
			pid_t grandchild = fork();
			if (grandchild == 0) {
				with_threads(2, HOT);
				_exit(0);
			}
			chat(HOT);
			expect_child(grandchild);
			_exit(0);
		}
		chat(HOT);
		expect_child(child);
	}
	/* A child of one thread, while others go on. */
	pthread_t other;
	CHECK(pthread_create(&other, NULL, chat_thread, (void *)(uintptr_t)5000) == 0);
	for (int i = 0; i < 10; i++) {
		pid_t child = fork();
		if (child == 0) {
			chat(50);
			_exit(0);
		}
		expect_child(child);
	}
	CHECK(pthread_join(other, NULL) == 0);
}

/* What a program that was loaded does: it chats, in memory of its own, and says it by its status.
 */
static char itself[] = "/proc/self/exe", loaded_part[] = "loaded", registers_part[] = "registers";
static char *const loaded[] = {itself, loaded_part, NULL};

static pid_t load_by_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execv(loaded[0], loaded);
		_exit(1);
	}
	return pid;
}

static pid_t load_by_spawn(void)
{
	pid_t pid;

	CHECK(posix_spawn(&pid, loaded[0], NULL, NULL, loaded, environ) == 0);
	return pid;
}

static void *load_all_the_time(void *unused)
{
	(void)unused;
	for (int i = 0; i < 30; i++) {
		expect_child(i % 2 ? load_by_spawn() : load_by_vfork());
		atomic_fetch_add(sent, HOT);
	}
	return NULL;
}

static void vforks(void)
{
	pthread_t loader;

	chat(HOT);
	CHECK(pthread_create(&loader, NULL, load_all_the_time, NULL) == 0);
	with_threads(2, 5000);
	CHECK(pthread_join(loader, NULL) == 0);
	chat(HOT);
}

static int run_chat(void *times)
{
	chat((unsigned int)(uintptr_t)times);
	return 0;
}

/* Processes that share the memory, or the descriptors, or both, and are no threads. */
static void clones(void)
{
	static const int shared[] = {CLONE_VM, CLONE_FILES, CLONE_VM | CLONE_FILES,
		CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND, CLONE_VM | CLONE_VFORK};
	static char stack[1 << 18] __attribute__((aligned(64)));

	chat(HOT);
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		/* Its thread-local memory is the same: nobody else uses it meanwhile. */
		expect_child(clone(run_chat, stack + sizeof(stack), shared[i] | SIGCHLD,
			(void *)(uintptr_t)HOT));
		chat(HOT);
	}
	CHECK(unshare(CLONE_FILES) == 0);
	chat(HOT);
	CHECK(unshare(CLONE_FS) == 0);
	chat(HOT);
}

static int numbers[4];

static void *unshare_and_move(void *unused)
{
	(void)unused;
	CHECK(syscall(SYS_unshare, CLONE_FILES) == 0);
	for (int i = 0; i < 100; i++) {
		/* Other sockets under the same numbers, in this thread alone. */
		CHECK(dup2(numbers[i % 2 ? 0 : 2], numbers[0]) == numbers[0]);
		CHECK(dup2(numbers[i % 2 ? 1 : 3], numbers[1]) == numbers[1]);
		chat_on(numbers[0], numbers[1], 20);
		CHECK(dup2(numbers[2], numbers[0]) == numbers[0]);
		CHECK(dup2(numbers[3], numbers[1]) == numbers[1]);
	}
	return NULL;
}

/* Threads with tables of descriptors of their own. */
static void tables(void)
{
	pthread_t other;

	pair_new(numbers);
	pair_new(numbers + 2);
	chat_on(numbers[0], numbers[1], HOT);
	CHECK(pthread_create(&other, NULL, unshare_and_move, NULL) == 0);
	chat_on(numbers[0], numbers[1], 3000);
	CHECK(pthread_join(other, NULL) == 0);
	chat_on(numbers[0], numbers[1], HOT);
}

/* A number stands for one thing after the other; words go to the socket that it stands for, and to
 * no socket at all. */
static void moved(void)
{
	int pairs[3][2], null = open("/dev/null", O_RDWR | O_CLOEXEC), pipes[2];
	enum { NUMBER = 60 };

	CHECK(null >= 0 && pipe2(pipes, O_CLOEXEC) == 0);
	for (int i = 0; i < 3; i++)
		pair_new(pairs[i]);
	chat(HOT);
	for (int i = 0; i < 500; i++) {
		int *pair = pairs[i % 3];
		char word[WORD];
		CHECK(dup2(pair[0], NUMBER) == NUMBER);
		chat_on(NUMBER, pair[1], 3);
		CHECK(dup2(null, NUMBER) == NUMBER);
		CHECK(write(NUMBER, "gone", 4) == 4 && read(NUMBER, word, WORD) == 0);
		CHECK(dup2(pipes[1], NUMBER) == NUMBER);
		CHECK(write(NUMBER, "pipe", 4) == 4 && read(pipes[0], word, WORD) == 4);
		if (i % 2)
			CHECK(close(NUMBER) == 0 && write(NUMBER, "none", 4) == -1 &&
				errno == EBADF);
	}
}

static _Atomic bool is_over;

static void *open_and_close(void *unused)
{
	(void)unused;
	while (!atomic_load(&is_over)) {
		int pair[2];
		pair_new(pair);
		pair_close(pair);
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		CHECK(write(null, "gone!", 5) == 5 && close(null) == 0);
	}
	return NULL;
}

/* Numbers are given back and taken again by other threads all the time. */
static void reused(void)
{
	pthread_t others[2];

	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&others[i], NULL, open_and_close, NULL) == 0);
	for (int i = 0; i < 100; i++)
		chat(20);
	atomic_store(&is_over, true);
	for (int i = 0; i < 2; i++)
		CHECK(pthread_join(others[i], NULL) == 0);
}

/* --- what signals show ------------------------------------------------------------------------ */

/* The code that the program has begun with, as it was. */
static struct text {
	uintptr_t begin, end;
	unsigned char *bytes;
} texts[32];
static size_t text_count;

static void keep_texts(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], mode[5];

	CHECK(maps);
	while (fgets(line, sizeof(line), maps) && text_count < 32) {
		struct text *text = &texts[text_count];
		if (sscanf(line, "%lx-%lx %4s", &text->begin, &text->end, mode) != 3 ||
			mode[0] != 'r' || mode[2] != 'x' || strstr(line, "[vsyscall]"))
			continue;
		text->bytes = malloc(text->end - text->begin);
		CHECK(text->bytes);
		memcpy(text->bytes, (void *)text->begin, text->end - text->begin);
		text_count++;
	}
	fclose(maps);
}

static volatile sig_atomic_t handled, strange;

/* A program only ever sees itself in its own code, and at bytes of its own, or at a `syscall`. */
static void look_at(const ucontext_t *context)
{
	uintptr_t ip = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
	uintptr_t sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP], here = (uintptr_t)&ip;

	handled = handled + 1;
	if (sp - here > 1 << 20)
		strange = strange + 1;
	for (size_t i = 0; i < text_count; i++) {
		const unsigned char *was = texts[i].bytes + (ip - texts[i].begin);
		if (ip - texts[i].begin >= texts[i].end - texts[i].begin)
			continue;
		if (*was != *(const unsigned char *)ip && memcmp(was, "\x0f\x05", 2) != 0)
			break;
		return;
	}
	strange = strange + 1;
}

static void look(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	look_at(context);
}

static void handle(int signal, int flags)
{
	struct sigaction action = {.sa_sigaction = look, .sa_flags = SA_SIGINFO | flags};

	CHECK(sigaction(signal, &action, NULL) == 0);
}

static void every(long microseconds)
{
	struct itimerval timer = {{0, microseconds}, {0, microseconds}};

	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

/* Signals all the time, and no address of anybody else's in their frames. */
static void storm(void)
{
	keep_texts();
	handle(SIGALRM, SA_RESTART);
	chat(HOT);
	every(200);
	chat(20000);
	every(0);
	printf("handled %s, strange %d\n", handled > 20 ? "many" : "few", strange);
}

static void *storm_thread(void *unused)
{
	(void)unused;
	chat(HOT);
	chat(5000);
	return NULL;
}

/* The same, directed at threads. */
static void storms(void)
{
	pthread_t them[4];

	keep_texts();
	handle(SIGUSR1, SA_RESTART);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&them[i], NULL, storm_thread, NULL) == 0);
	for (int i = 0; i < 2000; i++) {
		pthread_kill(them[i % 4], SIGUSR1);
		usleep(50);
	}
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(them[i], NULL) == 0);
	printf("handled %s, strange %d\n", handled > 20 ? "many" : "few", strange);
}

static int nested[2];

static void talk_in_handler(int signal, siginfo_t *info, void *context)
{
	int before = errno;
	char word[3];

	(void)signal;
	look_at(context);
	if (!info || write(nested[0], "psh", 3) != 3 || recv(nested[1], word, 3, 0) != 3)
		abort();
	errno = before;
}

/* A handler makes the same calls as what it has interrupted, on a stack of its own. */
static void in_handlers(void)
{
	static char stack[1 << 16];
	struct sigaction action = {
		.sa_sigaction = talk_in_handler, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};

	keep_texts();
	pair_new(nested);
	CHECK(sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL) == 0);
	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	chat(HOT);
	every(400);
	chat(20000);
	every(0);
	printf("handled %s\n", handled > 10 ? "many" : "few");
}

static sigjmp_buf elsewhere;

static void leave(int signal)
{
	(void)signal;
	siglongjmp(elsewhere, 1);
}

/* A handler does not return to the call that it has interrupted. */
static void left(void)
{
	struct sigaction action = {.sa_handler = leave, .sa_flags = SA_RESTART};
	int pair[2];
	char word[WORD];

	pair_new(pair);
	chat_on(pair[0], pair[1], HOT);
	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	for (volatile unsigned int i = 0; i < 50; i++) {
		if (sigsetjmp(elsewhere, 1) == 0) {
			every(2000);
			get(pair[1], i, word);
			CHECK(false);
		}
		every(0);
		chat_on(pair[0], pair[1], 20);
	}
}

static int waited[2];

/* Sends when so many signals have been handled, or, when they are ignored, have come. */
static void *send_late(void *signals)
{
	sigset_t all;
	int count = (int)(intptr_t)signals;

	sigfillset(&all);
	CHECK(pthread_sigmask(SIG_BLOCK, &all, NULL) == 0);
	while (handled < count)
		usleep(1000);
	if (count == 0)
		usleep(30000);
	CHECK(send(waited[0], "late", WORD, 0) == WORD);
	atomic_fetch_add(sent, 1);
	return NULL;
}

static ssize_t receive_late(unsigned int how, intptr_t signals)
{
	pthread_t sender;
	char word[WORD];

	handled = 0;
	CHECK(pthread_create(&sender, NULL, send_late, (void *)signals) == 0);
	ssize_t received = get(waited[1], how, word);
	CHECK(pthread_join(sender, NULL) == 0);
	return received;
}

static void *receive_until_cancelled(void *unused)
{
	char word[WORD];

	(void)unused;
	chat(HOT);
	atomic_store(&is_over, true);
	recv(waited[1], word, sizeof(word), 0);
	return (void *)7;
}

/* A thread waits in a hot call when a signal comes: with and without SA_RESTART, ignored,
 * cancelled. */
static void interrupted(void)
{
	struct pollfd pollfd;
	pthread_t thread;
	void *result;
	char word[WORD];

	keep_texts();
	pair_new(waited);
	pollfd = (struct pollfd){waited[1], POLLIN, 0};
	chat(HOT);
	chat_on(waited[0], waited[1], HOT);
	for (int i = 0; i < 40; i++)
		CHECK(poll(&pollfd, 1, 0) == 0);
	handle(SIGALRM, SA_RESTART);
	every(4000);
	for (unsigned int how = 0; how < 5; how++)
		printf("restarted %zd\n", receive_late(how, 5));
	signal(SIGALRM, SIG_IGN);
	for (unsigned int how = 0; how < 5; how++)
		printf("ignored %zd\n", receive_late(how, 0));
	printf("polled %d\n", poll(&pollfd, 1, 50));
	handle(SIGALRM, 0);
	for (unsigned int how = 0; how < 5; how++) {
		every(30000);
		handled = 0;
		ssize_t received = get(waited[1], how, word);
		printf("interrupted %zd %s", received, strerror(errno));
		every(0);
		printf(", handled %s\n", handled > 0 ? "some" : "none");
	}
	every(30000);
	int ready = poll(&pollfd, 1, -1);
	printf("polled %d %s\n", ready, strerror(errno));
	every(0);
	CHECK(pthread_create(&thread, NULL, receive_until_cancelled, NULL) == 0);
	while (!atomic_load(&is_over))
		usleep(1000);
	usleep(50000);
	CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0);
	printf("%s, strange %d\n", result == PTHREAD_CANCELED ? "cancelled" : "not", strange);
}

/* Stopped and continued by another process, all the time. */
static void stopped(void)
{
	pid_t child = fork();

	if (child == 0) {
		with_threads(3, 5000);
		_exit(0);
	}
	for (int i = 0; i < 100; i++) {
		usleep(1000);
		CHECK(kill(child, SIGSTOP) == 0 && kill(child, SIGCONT) == 0);
	}
	expect_child(child);
}

static void count_trap(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	look_at(context);
	/* Behind an int3; nothing else traps. */
	if (info->si_code != SI_TKILL && info->si_code != SI_KERNEL)
		strange = strange + 1;
}

static void count_step(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	look_at(context);
	strange = strange + (info->si_code != TRAP_TRACE);
	CHECK(handled < 100000);
}

static void chat_hot(void)
{
	chat(HOT);
	with_threads(3, HOT);
}

/* The program ends by a fault of its own. */
static void faulty(void)
{
	struct rlimit none = {0, 0};

	CHECK(setrlimit(RLIMIT_CORE, &none) == 0);
	chat_hot();
	printf("sent %u\n", atomic_load(sent));
	*(volatile int *)16 = 1;
}

/* The program has a use of its own for SIGTRAP, or wants none of it. */
static void traps(void)
{
	struct sigaction action = {.sa_sigaction = count_trap, .sa_flags = SA_SIGINFO}, now;
	sigset_t traps;

	keep_texts();
	sigemptyset(&traps);
	sigaddset(&traps, SIGTRAP);
	CHECK(sigaction(SIGTRAP, &action, NULL) == 0);
	CHECK(sigprocmask(SIG_BLOCK, &traps, NULL) == 0);
	chat_hot();
	raise(SIGTRAP);
	chat_hot();
	CHECK(handled == 0 && sigprocmask(SIG_UNBLOCK, &traps, NULL) == 0);
	printf("handled %d\n", handled);
	for (int i = 0; i < 100; i++) {
		__asm__ volatile("int3");
		chat(5);
	}
	CHECK(sigaction(SIGTRAP, NULL, &now) == 0 && now.sa_sigaction == count_trap);
	printf("handled %d, strange %d\n", handled, strange);
	signal(SIGTRAP, SIG_IGN);
	chat_hot();
	raise(SIGTRAP);
	CHECK(sigaction(SIGTRAP, NULL, &now) == 0 && now.sa_handler == SIG_IGN);
	printf("handled %d\n", handled);
}

/* --- registers, stacks, segments -------------------------------------------------------------- */

/* write(fd, word, 4) with known registers, flags (in[6]) and bytes below the stack pointer; into
 * `out` what is left of them. Returns the call's result, or -99. */
long probe(long fd, const void *word, const unsigned long *in, unsigned long *out);
__asm__(".globl probe\n"
	"probe:\n"
	"	push	%rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
	"	mov	%rdx, %r14; mov %rcx, %r15\n"
	"	pushq	48(%r14); popf\n"
	"	mov	$4, %edx; mov 0(%r14), %r10; mov 8(%r14), %r8; mov 16(%r14), %r9\n"
	"	mov	24(%r14), %rbx; mov 32(%r14), %r12; mov 40(%r14), %r13; movq %r13, %xmm5\n"
	"	mov	$1, %eax\n"
	"	movq	$0x1234, -8(%rsp); movq $0x5678, -128(%rsp)\n"
	"	syscall\n"
	"	mov	-8(%rsp), %r13; mov -128(%rsp), %rbp\n"
	"	pushf; popq 64(%r15)\n"
	"	mov	%r10, 0(%r15); mov %r8, 8(%r15); mov %r9, 16(%r15); mov %rbx, 24(%r15)\n"
	"	mov	%r12, 32(%r15); movq %xmm5, 40(%r15); mov %rdi, 48(%r15); mov %rdx, 56(%r15)\n"
	"	cmp	$0x1234, %r13; jne 1f; cmp $0x5678, %rbp; je 2f\n"
	"1:	mov	$-99, %rax\n"
	"2:	pop	%r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"	ret\n"
	"	.balign	32, 0xcc\n");

static void registers_of(int from, int to, unsigned int times)
{
	unsigned long in[7] = {11, 12, 13, 14, 15, 16};
	unsigned long out[9];
	char word[WORD];

	for (unsigned int i = 0; i < times; i++) {
		/* CF, PF, AF, ZF, SF and OF in all combinations, and IF. */
		in[6] = 0x202 | (i & 1) | (i & 2) << 1 | (i & 4) << 2 | (i & 8) << 3 |
			(i & 16) << 3 | (i & 32) << 6;
		CHECK(probe(from, "word", in, out) == WORD);
		CHECK(memcmp(in, out, 6 * sizeof(in[0])) == 0);
		CHECK(out[6] == (unsigned long)from && out[7] == WORD);
		CHECK((out[8] & 0xed5) == (in[6] & 0xed5));
		CHECK(read(to, word, WORD) == WORD);
		atomic_fetch_add(sent, 1);
	}
}

static _Alignas(64) char small_stack[16384];

static void *registers_thread(void *pair)
{
	registers_of(((int *)pair)[0], ((int *)pair)[1], HOT);
	return NULL;
}

/* Nothing but rax, rcx and r11 changes, and nothing is written at the stack pointer. */
static void registers(void)
{
	int pair[2];
	pthread_t thread;
	pthread_attr_t small;

	pair_new(pair);
	registers_of(pair[0], pair[1], HOT);
	handle(SIGALRM, SA_RESTART);
	keep_texts();
	every(150);
	registers_of(pair[0], pair[1], 20000);
	every(0);
	CHECK(strange == 0);
	CHECK(pthread_attr_init(&small) == 0 &&
		pthread_attr_setstack(&small, small_stack, sizeof(small_stack)) == 0);
	CHECK(pthread_create(&thread, &small, registers_thread, pair) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
}

static unsigned long gs(void)
{
	unsigned long base = 1;

	CHECK(syscall(SYS_arch_prctl, ARCH_GET_GS, &base) == 0);
	return base;
}

static void *gs_thread(void *mine)
{
	unsigned long others = gs();

	chat(HOT);
	CHECK(gs() == others);
	CHECK(syscall(SYS_arch_prctl, ARCH_SET_GS, mine) == 0);
	chat(HOT);
	CHECK(gs() == (unsigned long)mine);
	return (void *)others;
}

/* The program uses gs, which few do. */
static void segments(void)
{
	static unsigned char mine[1 << 16], copy[1 << 16];
	pthread_t thread;
	void *others;

	for (size_t i = 0; i < sizeof(mine); i++)
		mine[i] = copy[i] = (unsigned char)(i * 7);
	chat(HOT);
	printf("gs %lu\n", gs());
	chat(HOT);
	CHECK(syscall(SYS_arch_prctl, ARCH_SET_GS, mine) == 0);
	chat(HOT);
	CHECK(gs() == (unsigned long)mine);
	unsigned char first;
	__asm__ volatile("movb %%gs:3, %0" : "=r"(first));
	CHECK(first == 21);
	CHECK(pthread_create(&thread, NULL, gs_thread, copy) == 0 &&
		pthread_join(thread, &others) == 0);
	CHECK(others == mine); /* clone(2) hands it on */
	pid_t child = fork();
	if (child == 0) {
		CHECK(gs() == (unsigned long)mine);
		chat(HOT);
		_exit(0);
	}
	expect_child(child);
	CHECK(syscall(SYS_arch_prctl, ARCH_SET_GS, 0) == 0);
	chat(HOT);
	CHECK(gs() == 0 && memcmp(mine, copy, sizeof(mine)) == 0);
}

/* The same without the kernel's help. */
static void segments_fast(void)
{
	static unsigned char mine[1 << 16];
	unsigned long now;

	chat(HOT);
	__asm__ volatile("wrgsbase %0" ::"r"((unsigned long)mine));
	chat(HOT);
	__asm__ volatile("rdgsbase %0" : "=r"(now));
	CHECK(now == (unsigned long)mine);
	__asm__ volatile("wrgsbase %0" ::"r"(0ul));
	chat(HOT);
	for (size_t i = 0; i < sizeof(mine); i++)
		CHECK(mine[i] == 0);
}

/* --- memory ----------------------------------------------------------------------------------- */

struct range {
	uintptr_t begin, end;
	bool is_writable;
};

/* Those of the process now; mappings that grow or shrink are found by their beginnings. */
static size_t ranges(struct range *all, size_t room)
{
	char text[65536], mode[5];
	size_t length = 0, count = 0;
	ssize_t n;
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	while ((n = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)n;
	close(fd);
	text[length] = '\0';
	for (char *line = text; *line && count < room; line += strcspn(line, "\n") + 1)
		if (sscanf(line, "%lx-%lx %4s", &all[count].begin, &all[count].end, mode) == 3)
			all[count++].is_writable = mode[1] == 'w';
	return count;
}

/* Calls it with each mapping that has come since, which the program has not made. */
static void with_foreign(
	const struct range *before, size_t count, void (*act)(const struct range *))
{
	static struct range now[256];
	size_t now_count = ranges(now, 256);

	for (size_t i = 0; i < now_count; i++) {
		bool is_old = false;
		for (size_t k = 0; k < count; k++)
			is_old |= now[i].begin < before[k].end && before[k].begin < now[i].end;
		if (!is_old)
			act(&now[i]);
	}
}

static void replace(const struct range *range)
{
	CHECK(mmap((void *)range->begin, range->end - range->begin, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == (void *)range->begin);
	whisper();
}

static void remove_one(const struct range *range)
{
	CHECK(munmap((void *)range->begin, range->end - range->begin) == 0);
	whisper();
}

static void protect(const struct range *range)
{
	CHECK(mprotect((void *)range->begin, range->end - range->begin, PROT_NONE) == 0);
	whisper();
}

static void move(const struct range *range)
{
	size_t size = range->end - range->begin;

	CHECK(mremap((void *)range->begin, size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
		      (void *)(UINT64_C(0x200000000000) | (range->begin & 0xfffffffffff))) !=
		MAP_FAILED);
	whisper();
}

static void discard(const struct range *range)
{
	madvise((void *)range->begin, range->end - range->begin, MADV_DONTNEED);
	whisper();
	madvise((void *)range->begin, range->end - range->begin, MADV_REMOVE);
	whisper();
}

static void scribble(const struct range *range)
{
	uint32_t state = seed_of(5);

	for (uintptr_t at = range->begin; range->is_writable && at < range->end; at += 8)
		*(volatile uint64_t *)at =
			chance(&state, 2) ? state * 0x9e3779b97f4a7c15 : chance(&state, 9);
	whisper();
}

/* One word at a time, with calls between; most often where a recorder keeps a thread's state. */
static void disturb(const struct range *range)
{
	uint32_t state = seed_of(6);
	uintptr_t first = (range->begin + 0x3ffff) & ~(uintptr_t)0x3ffff;

	for (int i = 0; range->is_writable && i < 1000; i++) {
		uintptr_t at =
			chance(&state, 4)
				? first + (chance(&state, 2) ? 0 : 0x40000 * chance(&state, 16))
				: range->begin;
		if (at + 4096 > range->end)
			at = range->begin;
		((volatile uint64_t *)at)[chance(&state, 40)] =
			chance(&state, 2) ? state * 0x9e3779b97f4a7c15 : chance(&state, 9);
		whisper();
	}
}

static void without(void (*act)(const struct range *))
{
	static struct range before[256];
	int pair[2];

	pair_new(pair);
	size_t count = ranges(before, 256);
	chat_on(pair[0], pair[1], HOT);
	with_foreign(before, count, act);
	chat_on(pair[0], pair[1], HOT);
	pair_close(pair);
	chat(HOT);
}

/* What somebody has mapped into the program is taken away by it, in several ways. */
static void replaced(void)
{
	without(replace);
}

static void removed(void)
{
	without(remove_one);
}

static void protected(void)
{
	without(protect);
}

static void remapped(void)
{
	without(move);
}

static void discarded(void)
{
	without(discard);
}

static void scribbled(void)
{
	without(scribble);
}

static void disturbed(void)
{
	without(disturb);
}

/* The pages that calls are made in become writable, and are written to: what they were before, as
 * programs do that patch functions and take the patch away. */
static void patched(void)
{
	uintptr_t site = 0;

	keep_texts();
	chat(HOT);
	for (size_t i = 0; i < text_count; i++) {
		size_t size = texts[i].end - texts[i].begin;
		if (mprotect((void *)texts[i].begin, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
			continue;
		chat(30);
		memcpy((void *)texts[i].begin, texts[i].bytes, size);
		chat(HOT);
		CHECK(mprotect((void *)texts[i].begin, size, PROT_READ | PROT_EXEC) == 0);
		chat(HOT);
		site++;
	}
	CHECK(site > 0);
}

typedef long write_function(long fd, const void *word, size_t size);

static void use(write_function *function, const int pair[2], unsigned int times)
{
	char word[WORD];

	for (unsigned int i = 0; i < times; i++) {
		CHECK(function(pair[0], "word", WORD) == WORD);
		CHECK(read(pair[1], word, WORD) == WORD);
		atomic_fetch_add(sent, 1);
	}
}

/* Code that makes calls comes and goes at one address: libraries that are loaded and unloaded,
 * one.so and two.so of the folder. */
static void libraries(void)
{
	int pair[2];

	pair_new(pair);
	chat_on(pair[0], pair[1], HOT);
	for (int i = 0; i < 30; i++) {
		void *library = dlopen(i % 2 ? "./one.so" : "./two.so", RTLD_NOW);
		CHECK(library);
		use((write_function *)dlsym(library, "mine"), pair, 60);
		CHECK(dlclose(library) == 0);
	}
}

/* Code that the program makes at run time, in memory of each kind, and makes anew while it is hot.
 */
static void made(void)
{
	/* mov $1, %eax; syscall; ret; padding */
	static const unsigned char code[] = {0xb8, 1, 0, 0, 0, 0x0f, 0x05, 0xc3, 0x66, 0x0f, 0x1f,
		0x84, 0, 0, 0, 0, 0, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90};
	int memory = memfd_create("code", MFD_CLOEXEC), pair[2];
	int file = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0700);
	int all = PROT_READ | PROT_WRITE | PROT_EXEC, run = PROT_READ | PROT_EXEC;

	pair_new(pair);
	chat_on(pair[0], pair[1], HOT);
	CHECK(ftruncate(memory, 4096) == 0);
	unsigned char *places[] = {
		mmap(NULL, 4096, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		mmap(NULL, 4096, all, MAP_SHARED, memory, 0),
		mmap(NULL, 4096, run, MAP_SHARED, memory, 0),
		mmap(NULL, 4096, run, MAP_PRIVATE, memory, 0),
		file < 0 || ftruncate(file, 4096) != 0
			? MAP_FAILED
			: mmap(NULL, 4096, run, MAP_PRIVATE, file, 0),
	};
	for (size_t i = 0; i < 2 * sizeof(places) / sizeof(places[0]); i++) {
		unsigned char *place = places[i / 2];
		size_t at = i % 2 ? 128 : 0;
		unsigned char page[256];
		if (place == MAP_FAILED)
			continue;
		/* What the first turn had as code is something else at the second. */
		memset(page, 0xc3, sizeof(page));
		memcpy(page + at, code, sizeof(code));
		CHECK(pwrite(memory, page, sizeof(page), 0) == sizeof(page));
		if (file >= 0)
			CHECK(pwrite(file, page, sizeof(page), 0) == sizeof(page));
		if (i < 2)
			memcpy(place, page, sizeof(page));
		use((write_function *)(place + at), pair, 60);
	}
	/* Written, and only then executable. */
	CHECK(mprotect(places[0], 4096, PROT_READ | PROT_WRITE) == 0);
	memcpy(places[0] + 256, code, sizeof(code));
	CHECK(mprotect(places[0], 4096, run) == 0);
	use((write_function *)(places[0] + 256), pair, 60);
	chat_on(pair[0], pair[1], HOT);
}

/* Buffers that are not there, or no longer. */
static void buffers(void)
{
	int pair[2];
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char word[WORD];

	pair_new(pair);
	chat_on(pair[0], pair[1], HOT);
	memcpy(page, "word", WORD);
	for (int i = 0; i < 200; i++) {
		CHECK(mprotect(page, 4096, PROT_READ) == 0);
		CHECK(send(pair[0], page, WORD, 0) == WORD);
		CHECK(recv(pair[1], page, WORD, 0) == -1 && errno == EFAULT);
		CHECK(recv(pair[1], word, WORD, MSG_DONTWAIT) == WORD &&
			memcmp(word, "word", WORD) == 0);
		atomic_fetch_add(sent, 1);
		CHECK(mprotect(page, 4096, PROT_NONE) == 0);
		CHECK(send(pair[0], page, WORD, 0) == -1 && errno == EFAULT);
		CHECK(send(pair[0], (char *)16, WORD, 0) == -1 && errno == EFAULT);
		CHECK(write(pair[0], (char *)-1, WORD) == -1 && errno == EFAULT);
		struct iovec parts[] = {{word, 2}, {page, 2}};
		CHECK(writev(pair[0], parts, 2) == -1 || true);
		while (recv(pair[1], word, WORD, MSG_DONTWAIT) > 0)
			;
		CHECK(mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0);
	}
}

static char *coming;

static void *map_and_unmap(void *unused)
{
	(void)unused;
	while (!atomic_load(&is_over)) {
		mprotect(coming, 4096, PROT_NONE);
		sched_yield();
		mprotect(coming, 4096, PROT_READ | PROT_WRITE);
		sched_yield();
	}
	return NULL;
}

static void fail(int signal)
{
	(void)signal;
	_exit(98);
}

/* A buffer that is there when the kernel looks, and perhaps not a moment later. That is no fault of
 * the program's. */
static void vanishing(void)
{
	struct sigaction action = {.sa_handler = fail}, now;
	pthread_t other;
	int pair[2];
	char word[8];

	CHECK(sigaction(SIGSEGV, &action, NULL) == 0 && sigaction(SIGBUS, &action, NULL) == 0);
	pair_new(pair);
	coming = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	chat_on(pair[0], pair[1], HOT);
	CHECK(pthread_create(&other, NULL, map_and_unmap, NULL) == 0);
	for (int i = 0; i < 5000; i++) {
		ssize_t n = send(pair[0], coming, 3, 0);
		CHECK(n == 3 || (n == -1 && errno == EFAULT));
		if (n > 0)
			CHECK(recv(pair[1], word, 3, 0) == 3);
	}
	atomic_store(&is_over, true);
	CHECK(pthread_join(other, NULL) == 0);
	CHECK(sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_handler == fail);
}

/* --- what the program asks of the kernel ---------------------------------------------------------
 */

static void locked(void)
{
	CHECK(mlockall(MCL_CURRENT | MCL_FUTURE) == 0);
	chat_hot();
	CHECK(munlockall() == 0);
	chat_hot();
	CHECK(mlockall(MCL_CURRENT | MCL_FUTURE) == 0);
	chat_hot();
}

/* No more memory may be locked than there is already. */
static void locked_out(void)
{
	struct rlimit limit = {1 << 20, 1 << 20};

	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0 && setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
	chat(HOT);
	mlockall(MCL_FUTURE);
	chat_hot();
}

static void few_descriptors(void)
{
	int pair[2];

	pair_new(pair);
	struct rlimit limit = {(rlim_t)pair[1] + 1, (rlim_t)pair[1] + 1};
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	chat_on(pair[0], pair[1], HOT);
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EMFILE);
	chat_on(pair[0], pair[1], HOT);
}

static void little_memory(void)
{
	struct rlimit limit = {16 << 20, 16 << 20};

	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
	chat(HOT);
	CHECK(mmap(NULL, 32 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	chat(HOT);
}

/* Threads that wait in hot calls; the second one has all signals blocked, and so has the third one
 * but while it waits. */
enum { WAITERS = 3 };

static struct waiter {
	int pair[2];
	int index;
	pthread_t thread;
} waiters[WAITERS];

static pthread_barrier_t moment;

static void await(int fd, sigset_t *mask)
{
	struct epoll_event event = {.events = EPOLLIN};
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
	for (int i = 0; i < HOT; i++)
		CHECK(epoll_pwait(epoll, &event, 1, 0, mask) == 0);
	pthread_barrier_wait(&moment);
	CHECK(epoll_pwait(epoll, &event, 1, -1, mask) == 1);
	close(epoll);
}

static void *wait_hot(void *of)
{
	const struct waiter *waiter = of;
	sigset_t all, before;
	char word[WORD];

	sigfillset(&all);
	CHECK(pthread_sigmask(SIG_SETMASK, waiter->index > 0 ? &all : NULL, &before) == 0);
	pthread_barrier_wait(&moment);
	chat(HOT);
	if (waiter->index == 2)
		await(waiter->pair[1], &before);
	else
		pthread_barrier_wait(&moment);
	CHECK(get(waiter->pair[1], 1, word) == WORD);
	atomic_fetch_add(sent, 1);
	chat(HOT);
	return NULL;
}

static rlim_t mapped_bytes(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	CHECK(file && fscanf(file, "%lu", &pages) == 1 && fclose(file) == 0);
	return pages * 4096;
}

/* Some threads are hot, and wait. `limit` is called then, and may have 4 MB more than was mapped
 * before. */
static void among_waiters(void (*limit)(const struct rlimit *))
{
	pthread_attr_t small;
	struct sigaction action = {.sa_handler = fail}, now;

	CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
	CHECK(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 1 << 17) == 0);
	CHECK(pthread_barrier_init(&moment, NULL, WAITERS + 1) == 0);
	for (int i = 0; i < WAITERS; i++) {
		pair_new(waiters[i].pair);
		waiters[i].index = i;
		CHECK(pthread_create(&waiters[i].thread, &small, wait_hot, &waiters[i]) == 0);
	}
	rlim_t room = mapped_bytes() + (4 << 20);
	pthread_barrier_wait(&moment);
	chat(HOT);
	pthread_barrier_wait(&moment);
	usleep(20000);
	limit(&(struct rlimit){room, room});
	for (int i = 0; i < WAITERS; i++)
		CHECK(put(waiters[i].pair[0], 1, "word") == WORD);
	chat(HOT);
	for (int i = 0; i < WAITERS; i++)
		CHECK(pthread_join(waiters[i].thread, NULL) == 0);
	CHECK(sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_handler == fail);
	chat(HOT);
}

/* Who may lock as much as it likes has no limit: root gives that away. */
static void lock_little(const struct rlimit *limit)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct all[2];

	CHECK(syscall(SYS_capget, &head, all) == 0);
	all[0].effective &= ~(1U << CAP_IPC_LOCK);
	CHECK(syscall(SYS_capset, &head, all) == 0);
	CHECK(setrlimit(RLIMIT_MEMLOCK, limit) == 0);
	CHECK(mlockall(MCL_CURRENT) == 0);
}

static void map_little(void)
{
	const size_t size = 2 << 20;
	void *memory = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED && munmap(memory, size) == 0);
}

static void map_little_by_prlimit(const struct rlimit *limit)
{
	CHECK(prlimit(getpid(), RLIMIT_AS, limit, NULL) == 0);
	map_little();
}

static void map_little_by_setrlimit(const struct rlimit *limit)
{
	CHECK(syscall(SYS_setrlimit, RLIMIT_AS, limit) == 0);
	map_little();
}

static void locked_hot(void)
{
	among_waiters(lock_little);
}

static void limited_hot(void)
{
	among_waiters(map_little_by_prlimit);
}

static void limited_plainly(void)
{
	among_waiters(map_little_by_setrlimit);
}

static void no_data(void)
{
	struct rlimit limit = {0, 0};

	CHECK(setrlimit(RLIMIT_DATA, &limit) == 0);
	chat(HOT);
}

/* From now on rdtsc is a fault. */
static void timeless(void)
{
	chat_hot();
	CHECK(prctl(PR_SET_TSC, PR_TSC_SIGSEGV) == 0);
	chat_hot();
	pid_t child = fork();
	if (child == 0) {
		chat(HOT);
		_exit(0);
	}
	expect_child(child);
	CHECK(prctl(PR_SET_TSC, PR_TSC_ENABLE) == 0);
	chat_hot();
}

static void timeless_from_the_start(void)
{
	CHECK(prctl(PR_SET_TSC, PR_TSC_SIGSEGV) == 0);
	chat_hot();
}

/* Memory that is not executable may not become so; older kernels do not know it. */
static void no_gain(void)
{
	prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0);
	chat_hot();
}

/* The processor stops behind each instruction, as the program has asked it to, also around a call;
 * and shows it none that is not its own. */
static void stepped(void)
{
	enum { TRAP_FLAG = 0x100 };
	struct sigaction action = {.sa_sigaction = count_step, .sa_flags = SA_SIGINFO};
	int pair[2];
	char word[WORD];
	ssize_t put, got;

	keep_texts();
	pair_new(pair);
	chat_on(pair[0], pair[1], HOT);
	CHECK(sigaction(SIGTRAP, &action, NULL) == 0);
	__asm__ volatile("pushfq; orl %0, (%%rsp); popfq" ::"i"(TRAP_FLAG) : "memory", "cc");
	put = write(pair[0], "step", WORD);
	got = read(pair[1], word, WORD);
	__asm__ volatile("pushfq; andl %0, (%%rsp); popfq" ::"i"(~TRAP_FLAG) : "memory", "cc");
	CHECK(put == WORD && got == WORD);
	atomic_fetch_add(sent, 1);
	chat_on(pair[0], pair[1], HOT);
	printf("%d steps, strange %d\n", handled, strange);
}

/* Where the library that makes calls lies. */
static struct {
	uintptr_t begin, end;
} library;

static int find_library(struct dl_phdr_info *info, size_t size, void *function)
{
	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
		uintptr_t end = begin + info->dlpi_phdr[i].p_memsz;
		if ((uintptr_t)function < begin || (uintptr_t)function >= end)
			continue;
		library.begin = begin;
		library.end = end;
		return 1;
	}
	return 0;
}

static int told[2];

static int wait_and_chat(void *unused)
{
	char word[3];

	(void)unused;
	if (read(told[0], word, 2) != 2)
		return 1;
	every(300);
	chat(5000);
	every(0);
	return 0;
}

/* Two processes share their memory before any of their calls is hot, and one is hot first. */
static void clone_early(void)
{
	static char stack[1 << 18] __attribute__((aligned(64)));

	CHECK(pipe2(told, O_CLOEXEC) == 0);
	keep_texts();
	handle(SIGALRM, SA_RESTART);
	pid_t child = clone(wait_and_chat, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	chat(HOT);
	CHECK(write(told[1], "go", 2) == 2);
	expect_child(child);
	chat(HOT);
	printf("handled %s, strange %d\n", handled > 10 ? "many" : "few", strange);
}

static volatile char dispatch;

static void dispatched_again(int signal)
{
	(void)signal;
	dispatch = SYSCALL_DISPATCH_FILTER_ALLOW;
	strange = strange + 1;
}

/* Calls that are made elsewhere than in the library are the program's to answer. */
static void dispatch_others(void)
{
	CHECK(dl_iterate_phdr(find_library, (void *)(uintptr_t)write) == 1);
	CHECK(signal(SIGSYS, dispatched_again) != SIG_ERR);
	dispatch = SYSCALL_DISPATCH_FILTER_ALLOW;
	if (prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, library.begin,
		    library.end - library.begin, &dispatch) != 0)
		return; /* not with older kernels */
	dispatch = SYSCALL_DISPATCH_FILTER_BLOCK;
	chat(HOT);
	dispatch = SYSCALL_DISPATCH_FILTER_ALLOW;
	printf("strange %d\n", strange);
}

static void dispatched(void)
{
	chat_hot();
	dispatch_others();
}

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define LOAD_HIGH(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member) + 4)

/* A filter has recvfrom made in the library only. */
static void made_there(void)
{
	CHECK(dl_iterate_phdr(find_library, (void *)(uintptr_t)write) == 1);
	struct sock_filter filter[] = {
		LOAD(nr),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvfrom, 0, 5),
		LOAD_HIGH(instruction_pointer),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(library.begin >> 32), 0, 4),
		LOAD(instruction_pointer),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)library.begin, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)library.end, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};

	chat_hot();
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	chat_hot();
}

static volatile sig_atomic_t trapped, as_before;

static void answer(int signal, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	(void)signal;
	trapped = trapped + 1;
	look_at(c);
	if ((uintptr_t)info->si_call_addr == (uintptr_t)c->uc_mcontext.gregs[REG_RIP] &&
		info->si_syscall == SYS_recvfrom && c->uc_mcontext.gregs[REG_RAX] == SYS_recvfrom)
		as_before = as_before + 1;
	c->uc_mcontext.gregs[REG_RAX] = 77;
}

static struct sock_filter own_filter[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvfrom, 0, 3),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MSG_PEEK, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendto, 0, 3),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MSG_OOB, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 95),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

/* Filters of the program's own, which answer hot calls. */
static void sandboxed(void)
{
	struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO};
	struct sock_fprog filter = {sizeof(own_filter) / sizeof(own_filter[0]), own_filter};
	int pair[2];
	char word[WORD];

	keep_texts();
	pair_new(pair);
	CHECK(sigaction(SIGSYS, &action, NULL) == 0);
	chat_on(pair[0], pair[1], HOT);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0);
	for (int i = 0; i < 200; i++) {
		CHECK(recv(pair[1], word, WORD, MSG_PEEK) == 77);
		CHECK(send(pair[0], word, WORD, MSG_OOB) == -1 && errno == 95);
		chat_on(pair[0], pair[1], 1);
	}
	printf("trapped %d, as before %d, strange %d\n", trapped, as_before, strange);
}

static void *chat_forever(void *unused)
{
	int pair[2];
	char word[3];

	(void)unused;
	pair_new(pair);
	for (;;)
		CHECK(send(pair[0], "abc", 3, 0) == 3 && recv(pair[1], word, 3, 0) == 3);
	return NULL;
}

/* The program ends while some of its threads are hot. */
static void exit_hot(void)
{
	pthread_t thread;

	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&thread, NULL, chat_forever, NULL) == 0);
	chat(5000);
	printf("sent %u\n", atomic_load(sent));
	exit(7);
}

static void *exec_late(void *unused)
{
	(void)unused;
	usleep(20000);
	char *const again[] = {itself, registers_part, NULL};
	execv(again[0], again);
	_exit(1);
}

/* A thread that is not the first loads another program, while others are hot. */
static void exec_hot(void)
{
	pthread_t thread;

	for (int i = 0; i < 3; i++)
		CHECK(pthread_create(&thread, NULL, chat_forever, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, exec_late, NULL) == 0);
	pause();
}

/* Counts in memory that outlives it what it sends; killed at some moment. */
static void killed(void)
{
	for (uint32_t round = 0, state = seed_of(1); round < 20; round++) {
		pid_t child = fork();
		if (child == 0) {
			int pair[2];
			char word[WORD];
			pair_new(pair);
			for (;;) {
				CHECK(send(pair[0], "word", WORD, 0) == WORD);
				atomic_fetch_add(sent, 1);
				CHECK(recv(pair[1], word, WORD, 0) == WORD);
			}
		}
		usleep(2000 + chance(&state, 20000));
		CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	}
}

/* Waits for what is ready, in each of the ways. */
static void waits(void)
{
	int pair[2], epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x1122334455667788}, ready;
	struct pollfd pollfds[2];

	pair_new(pair);
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, pair[1], &event) == 0);
	for (int i = 0; i < 500; i++) {
		char word[WORD];
		pollfds[0] = (struct pollfd){pair[0], POLLIN, 0};
		pollfds[1] = (struct pollfd){pair[1], POLLIN, 0};
		CHECK(epoll_wait(epoll, &ready, 1, 0) == 0 && poll(pollfds, 2, 0) == 0);
		CHECK(send(pair[0], "word", WORD, 0) == WORD);
		CHECK(epoll_wait(epoll, &ready, 1, -1) == 1 && ready.data.u64 == event.data.u64);
		CHECK(poll(pollfds, 2, -1) == 1 && pollfds[1].revents == POLLIN);
		CHECK(recv(pair[1], word, WORD, 0) == WORD);
		CHECK(recv(pair[1], word, WORD, MSG_DONTWAIT) == -1 && errno == EAGAIN);
		atomic_fetch_add(sent, 1);
	}
}

int main(int argc, char **argv)
{
	static const struct part parts[] = {
		{"threads", threads},
		{"crowd", crowd},
		{"births", births},
		{"forks", forks},
		{"vforks", vforks},
		{"clones", clones},
		{"clone-early", clone_early},
		{"tables", tables},
		{"moved", moved},
		{"reused", reused},
		{"storm", storm},
		{"storms", storms},
		{"in-handlers", in_handlers},
		{"left", left},
		{"faulty", faulty},
		{"interrupted", interrupted},
		{"stopped", stopped},
		{"traps", traps},
		{"registers", registers},
		{"segments", segments},
		{"segments-fast", segments_fast},
		{"replaced", replaced},
		{"removed", removed},
		{"protected", protected},
		{"remapped", remapped},
		{"discarded", discarded},
		{"scribbled", scribbled},
		{"disturbed", disturbed},
		{"patched", patched},
		{"libraries", libraries},
		{"made", made},
		{"buffers", buffers},
		{"vanishing", vanishing},
		{"locked", locked},
		{"locked-out", locked_out},
		{"few-descriptors", few_descriptors},
		{"little-memory", little_memory},
		{"no-data", no_data},
		{"locked-hot", locked_hot},
		{"limited-hot", limited_hot},
		{"limited-plainly", limited_plainly},
		{"timeless", timeless},
		{"timeless-from-the-start", timeless_from_the_start},
		{"no-gain", no_gain},
		{"stepped", stepped},
		{"dispatched", dispatched},
		{"dispatched-from-the-start", dispatch_others},
		{"made-there", made_there},
		{"sandboxed", sandboxed},
		{"exit-hot", exit_hot},
		{"exec-hot", exec_hot},
		{"killed", killed},
		{"waits", waits},
		{"loaded", NULL},
	};

	if (argc > 1 && strcmp(argv[1], "loaded") == 0) {
		sent = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		chat(HOT);
		return 0;
	}
	return parts_run(argc > 1 ? argv[1] : NULL, parts, sizeof(parts) / sizeof(parts[0]) - 1);
}
