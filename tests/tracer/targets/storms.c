/* SPDX-License-Identifier: MIT */
/* Very many threads, descriptors, processes and programs at once, as SEED decides. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/tracer/targets/parts.h"

extern char **environ;

#define THREADS 1000

/* Some end while others are still made; the last half waits until all are there. */
static pthread_barrier_t all_there;

static void *live(void *argument)
{
	uint32_t index = (uint32_t)(uintptr_t)argument, state = seed_of(index);
	int pair[2], high;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	talk_on(pair[0], pair[1], chance(&state, 3));
	if (index >= THREADS / 2)
		pthread_barrier_wait(&all_there);
	else
		usleep(chance(&state, 20000));
	CHECK((high = fcntl(pair[1], F_DUPFD, (int)chance(&state, 3000))) >= 0);
	talk_on(pair[0], high, chance(&state, 3));
	close(high);
	close(pair[0]);
	if (index % 2)
		pthread_exit(NULL);
	close(pair[1]);
	return NULL;
}

static void allow_descriptors(rlim_t count)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	if (limit.rlim_cur >= count)
		return;
	limit.rlim_cur = count;
	if (limit.rlim_max < count)
		limit.rlim_max = count;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static void threads(void)
{
	static pthread_t all[THREADS];
	pthread_attr_t attributes;

	allow_descriptors(8192);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 65536);
	pthread_barrier_init(&all_there, NULL, THREADS - THREADS / 2);
	for (uintptr_t i = 0; i < THREADS; i++)
		CHECK(pthread_create(&all[i], &attributes, live, (void *)i) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(all[i], NULL) == 0);
}

/* 3000 pairs, 2000 copies and 2000 that were passed through a socket. */
#define PAIRS       3000
#define DESCRIPTORS (2 * PAIRS + 4000)
#define AT_ONCE     50

static int held[DESCRIPTORS], held_count;

static void hold(int fd)
{
	CHECK(fd >= 0);
	held[held_count++] = fd;
}

/* Sends descriptors through the first pair and takes them out at its other end. */
static void pass(uint32_t *state)
{
	union {
		char bytes[CMSG_SPACE(AT_ONCE * sizeof(int))];
		struct cmsghdr head;
	} control = {0};
	char byte = 'f';
	struct iovec segment = {&byte, 1};
	struct msghdr message = {.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	int some[AT_ONCE];

	for (int i = 0; i < AT_ONCE; i++)
		some[i] = held[chance(state, (uint32_t)held_count)];
	control.head = (struct cmsghdr){CMSG_LEN(sizeof(some)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.head), some, sizeof(some));
	CHECK(sendmsg(held[0], &message, 0) == 1);
	CHECK(recvmsg(held[1], &message, MSG_CMSG_CLOEXEC) == 1);
	CHECK(!(message.msg_flags & MSG_CTRUNC));
	memcpy(some, CMSG_DATA(&control.head), sizeof(some));
	for (int i = 0; i < AT_ONCE; i++)
		hold(some[i]);
}

static int open_count(void)
{
	struct rlimit limit;
	int count = 0;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	for (int fd = 0; fd < (int)limit.rlim_cur && fd < 16384; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void descriptors(void)
{
	uint32_t state = seed_of(0);

	allow_descriptors(16384);
	int before = open_count();
	for (int i = 0; i < PAIRS; i++) {
		int pair[2];
		CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
		hold(pair[0]);
		hold(pair[1]);
	}
	for (int i = 0; i < 2000; i++)
		hold(chance(&state, 2) ? dup(held[chance(&state, (uint32_t)held_count)])
				       : fcntl(held[chance(&state, (uint32_t)held_count)],
						 F_DUPFD_CLOEXEC, (int)chance(&state, 11000)));
	for (int i = 0; i < 2000 / AT_ONCE; i++)
		pass(&state);
	for (int i = 0; i < 200; i++) {
		uint32_t which = 2 * chance(&state, PAIRS);
		talk_on(held[which], held[which + 1], 1);
	}
	printf("held %d\n", open_count() - before);
	/* Closed in any order; some by a dup2 onto them, some as a range. */
	while (held_count > 0) {
		uint32_t which = chance(&state, (uint32_t)held_count);
		int fd = held[which];
		held[which] = held[--held_count];
		if (chance(&state, 10) == 0)
			CHECK(dup2(0, fd) == fd);
		CHECK(chance(&state, 10) == 0
				? close_range((unsigned int)fd, (unsigned int)fd, 0) == 0
				: close(fd) == 0);
	}
	printf("left %d\n", open_count() - before);
}

/* Each process makes others, uses sockets, and ends with or without waiting for them. */
static void grow(uint32_t index, int depth)
{
	uint32_t state = seed_of(index);

	talk(1 + chance(&state, 3));
	uint32_t children = depth == 0 ? 3 : depth > 5 ? 0 : chance(&state, 4);
	for (uint32_t i = 0; i < children; i++) {
		pid_t child = chance(&state, 2) ? fork() : (pid_t)_Fork();
		CHECK(child >= 0);
		if (child == 0) {
			grow(index * 5 + i + 1, depth + 1);
			_exit((int)chance(&state, 3));
		}
	}
	usleep(chance(&state, 3000));
	if (depth > 0 && chance(&state, 2))
		while (waitpid(-1, NULL, 0) > 0)
			;
	talk(chance(&state, 2));
}

/* Orphans are waited for here, too, so that none outlives the count. */
static void forks(void)
{
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
	for (uint32_t i = 0; i < 10; i++)
		grow(1000 * i, 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
	CHECK(errno == ECHILD);
}

/* exec by the leader or by another thread while others work, after some that fail. */
static void *work(void *nothing)
{
	for (;;)
		talk(1);
	return nothing;
}

static void *go_on(void *left)
{
	char *words[] = {(char *)"storms", (char *)"links", left, NULL};
	uint32_t state = seed_of((uint32_t)atoi(left));

	if (chance(&state, 2)) {
		CHECK(execv("/no/such/program", words) == -1 && errno == ENOENT);
		CHECK(execv("/etc/passwd", words) == -1 && errno == EACCES);
		CHECK(execv("/", words) == -1 && errno == EACCES);
	}
	usleep(chance(&state, 2000));
	/* Where the leader has ended, /proc/self has no program. */
	CHECK(execv("/proc/thread-self/exe", words) != -1);
	return NULL;
}

static int chain_pair[2] = {40, 41};

static void links(int left)
{
	uint32_t state = seed_of((uint32_t)left * 7);
	char next[16];
	pthread_t thread;

	talk_on(chain_pair[0], chain_pair[1], 1);
	if (left == 0)
		exit(42);
	snprintf(next, sizeof(next), "%d", left - 1);
	for (uint32_t i = chance(&state, 3); i > 0; i--)
		CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
	if (chance(&state, 2)) {
		CHECK(pthread_create(&thread, NULL, go_on, next) == 0);
		if (chance(&state, 2))
			pthread_exit(NULL);
		for (;;)
			chance(&state, 2) ? (void)pause() : talk(1);
	}
	go_on(next);
}

/* How often the workers talk nobody knows: only the chains' ends are told. */
static void execs(void)
{
	int pair[2], status;
	char left[16];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(dup2(pair[0], 40) == 40 && dup2(pair[1], 41) == 41);
	for (int i = 0; i < 16; i++) {
		pid_t child = fork();
		if (child == 0) {
			snprintf(left, sizeof(left), "%d", 3 + i % 5);
			execl("/proc/self/exe", "storms", "links", left, (char *)NULL);
		}
		CHECK(waitpid(child, &status, 0) == child);
		printf("%d ", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
	}
	printf("\n");
}

/* A child that ends at once, in its parent's memory until then. */
static void one_vfork(uint32_t *state)
{
	uint32_t how = chance(state, 3);
	int status;
	pid_t child = vfork();

	if (child == 0) {
		if (how == 0)
			_exit(0);
		if (how == 1)
			execl("/proc/self/exe", "storms", "leaf", (char *)NULL);
		kill(getpid(), SIGKILL);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(how == 2 ? WTERMSIG(status) == SIGKILL : status == 0);
}

static void *spawning(void *argument)
{
	uint32_t state = seed_of((uint32_t)(uintptr_t)argument);

	for (int i = 0; i < 60; i++) {
		char *words[] = {(char *)"storms", (char *)"leaf", (char *)"50", NULL};
		posix_spawn_file_actions_t actions;
		int pair[2], status;
		char text[4];
		pid_t child;

		if (chance(&state, 3) == 0) {
			one_vfork(&state);
			continue;
		}
		CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
		posix_spawn_file_actions_init(&actions);
		posix_spawn_file_actions_adddup2(&actions, pair[1], 50);
		bool is_wrong = chance(&state, 8) == 0;
		int problem = posix_spawn(&child, is_wrong ? "/no/such" : "/proc/self/exe",
			&actions, NULL, words, environ);
		posix_spawn_file_actions_destroy(&actions);
		CHECK(problem == (is_wrong ? ENOENT : 0));
		if (!is_wrong) {
			CHECK(read(pair[0], text, 4) == 4 && memcmp(text, "leaf", 4) == 0);
			CHECK(waitpid(child, &status, 0) == child && status == 0);
			atomic_fetch_add(sent, 1);
		}
		close(pair[0]);
		close(pair[1]);
	}
	return NULL;
}

static void spawns(void)
{
	pthread_t all[4];

	for (uintptr_t i = 0; i < 4; i++)
		CHECK(pthread_create(&all[i], NULL, spawning, (void *)i) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(all[i], NULL) == 0);
}

/* Restless until the time given in milliseconds is over: what one attaches to, and detaches from.
 */
static void *short_life(void *argument)
{
	uint32_t state = seed_of((uint32_t)(uintptr_t)argument);

	talk(chance(&state, 4));
	usleep(chance(&state, 2000));
	return NULL;
}

static void restless_child(uint32_t *state)
{
	uint32_t how = chance(state, 4);
	int status;
	pid_t child = fork();

	if (child == 0) {
		talk(2);
		if (how == 0)
			execl("/proc/self/exe", "storms", "leaf", (char *)NULL);
		if (how == 1)
			raise(SIGSTOP);
		usleep(chance(state, 2000));
		_exit(how == 2 ? 5 : 0);
	}
	if (how == 1) {
		CHECK(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
		usleep(chance(state, 1000));
		kill(child, SIGCONT);
	}
	if (how == 3 && chance(state, 2)) {
		usleep(chance(state, 1000));
		kill(child, SIGKILL);
		CHECK(waitpid(child, &status, 0) == child);
		CHECK(status == 0 || WTERMSIG(status) == SIGKILL);
		return;
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == (how == 2 ? 5 : 0));
}

static void restless(void)
{
	uint32_t state = seed_of(0);
	const char *rounds = getenv("ROUNDS");

	for (int i = rounds ? atoi(rounds) : 100; i > 0; i--) {
		pthread_t some[4];
		for (uintptr_t j = 0; j < 4; j++)
			CHECK(pthread_create(&some[j], NULL, short_life, (void *)j) == 0);
		restless_child(&state);
		for (int j = 0; j < 4; j++)
			CHECK(pthread_join(some[j], NULL) == 0);
	}
}

int main(int argc, char **argv)
{
	static const struct part parts[] = {{"threads", threads}, {"descriptors", descriptors},
		{"forks", forks}, {"execs", execs}, {"spawns", spawns}, {"restless", restless}};

	if (argc > 1 && strcmp(argv[1], "leaf") == 0)
		return argc > 2 && write(atoi(argv[2]), "leaf", 4) != 4;
	if (argc > 2 && strcmp(argv[1], "links") == 0) {
		parts_run(NULL, NULL, 0);
		links(atoi(argv[2]));
	}
	return parts_run(argc > 1 ? argv[1] : NULL, parts, sizeof(parts) / sizeof(parts[0]));
}
