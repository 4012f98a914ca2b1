/* SPDX-License-Identifier: MIT */
/*
 * Stopping and continuing a process interrupts its calls, and a signal that does nothing does not.
 * Says what each call returns: the same whether it is traced or not.
 *
 * stops WHAT
 */
#include <errno.h>
#include <pthread.h>
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
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum wait { IN_EPOLL, IN_RECV, IN_SEMOP, WAITS };

static const char *const names[WAITS] = {"epoll_wait", "recv", "semop"};
static int fds[2], epoll, semaphore;
static int results[WAITS], errors[WAITS];

/* The first two end by themselves after a while. At the last socktrace has no stop of its own. */
static int make(enum wait which)
{
	struct sembuf operation = {0, -1, 0};
	struct epoll_event event;
	char byte;

	if (which == IN_EPOLL)
		return epoll_wait(epoll, &event, 1, 600);
	if (which == IN_RECV)
		return (int)recv(fds[0], &byte, 1, 0);
	return semop(semaphore, &operation, 1);
}

static void *make_one(void *which)
{
	enum wait at = (enum wait)(intptr_t)which;

	results[at] = make(at);
	errors[at] = errno;
	return NULL;
}

static _Noreturn void make_all(bool has_threads)
{
	pthread_t threads[WAITS];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTSTP, SIG_IGN);
	for (intptr_t i = 0; i < WAITS; i++)
		if (!has_threads)
			make_one((void *)i);
		else if (pthread_create(&threads[i], NULL, make_one, (void *)i) != 0)
			_exit(1);
	for (int i = 0; has_threads && i < WAITS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < WAITS; i++)
		printf("%s %d %s\n", names[i], results[i],
			results[i] < 0 ? strerror(errors[i]) : "");
	fflush(stdout);
	_exit(0);
}

/* Not only on its way to sleep; or it has ended. */
static void until_asleep(pid_t pid)
{
	char path[64], line[512];
	int times = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (times < 10) {
		FILE *stat = fopen(path, "r");
		bool is_read = stat && fgets(line, sizeof(line), stat);
		times = is_read && (strstr(line, ") S ") || strstr(line, ") Z ")) ? times + 1 : 0;
		if (stat)
			fclose(stat);
		usleep(5000);
	}
}

static void act(const char *what, pid_t pid)
{
	int status;

	until_asleep(pid);
	if (strncmp(what, "stopped", 7) != 0) {
		kill(pid, strncmp(what, "continued", 9) == 0 ? SIGCONT : SIGTSTP);
		return;
	}
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	kill(pid, SIGCONT);
	/* One that is ignored does not make it undone. */
	kill(pid, SIGWINCH);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	bool has_threads = strstr(what, "threads") != NULL;
	struct timeval limit = {0, 600000};
	struct epoll_event event = {.events = EPOLLIN};
	struct sembuf operation = {0, 1, 0};

	alarm(60);
	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	epoll = epoll_create1(0);
	epoll_ctl(epoll, EPOLL_CTL_ADD, fds[1], &event);
	semaphore = semget(IPC_PRIVATE, 1, 0600);
	pid_t pid = fork();
	if (pid == 0)
		make_all(has_threads);
	for (int i = 0; i < (has_threads ? 1 : WAITS); i++)
		act(what, pid);
	until_asleep(pid);
	semop(semaphore, &operation, 1);
	waitpid(pid, NULL, 0);
	semctl(semaphore, 0, IPC_RMID);
	return 0;
}
