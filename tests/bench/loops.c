/* SPDX-License-Identifier: MIT */
/*
 * What the bench measures on sockets alone:
 *
 *	loops sendrecv N       one thread sends to itself over a socketpair
 *	loops echo N           two processes, TCP on loopback
 *	loops pool N           a thread pool of 8, each with a TCP connection that it echoes, and 8
 *	                       threads that talk to them
 *	loops parallel N       two threads that compute, a millisecond between two messages
 *	loops processes P N    P processes that only wait, and N send/recv of one more
 *	loops threads T N      the same with threads, and
 *	loops descriptors D N  with open sockets
 *
 * N messages of 64 bytes each. Ends with status 0 when each came back as it was sent.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 64

#define MUST(claim)                               \
	do {                                      \
		if (!(claim)) {                   \
			perror("loops: " #claim); \
			exit(1);                  \
		}                                 \
	} while (0)

static void send_recv(int n)
{
	char text[SIZE];
	int pair[2];

	memset(text, 'x', sizeof(text));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	for (int i = 0; i < n; i++) {
		MUST(send(pair[0], text, SIZE, 0) == SIZE);
		MUST(recv(pair[1], text, SIZE, 0) == SIZE);
	}
}

static int listening(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int s = socket(AF_INET, SOCK_STREAM, 0);

	*address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	MUST(bind(s, (struct sockaddr *)address, sizeof(*address)) == 0 && listen(s, 16) == 0);
	MUST(getsockname(s, (struct sockaddr *)address, &length) == 0);
	return s;
}

static int connected(const struct sockaddr_in *address)
{
	int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	MUST(connect(s, (const struct sockaddr *)address, sizeof(*address)) == 0);
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return s;
}

static void echo_all(int s)
{
	char text[SIZE];
	int one = 1;

	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	while (recv(s, text, SIZE, MSG_WAITALL) == SIZE)
		MUST(send(s, text, SIZE, 0) == SIZE);
	close(s);
}

static void talk(int s, int n)
{
	char text[SIZE], back[SIZE];

	for (int i = 0; i < n; i++) {
		memset(text, 'a' + i % 26, SIZE);
		MUST(send(s, text, SIZE, 0) == SIZE);
		MUST(recv(s, back, SIZE, MSG_WAITALL) == SIZE && memcmp(text, back, SIZE) == 0);
	}
	close(s);
}

static void echo(int n)
{
	struct sockaddr_in address;
	int s = listening(&address);

	if (fork() == 0) {
		echo_all(accept(s, NULL, NULL));
		_exit(0);
	}
	talk(connected(&address), n);
	wait(NULL);
}

static void *serve(void *argument)
{
	echo_all(accept(*(int *)argument, NULL, NULL));
	return NULL;
}

static struct {
	struct sockaddr_in address;
	int n;
} pool;

static void *ask(void *nothing)
{
	(void)nothing;
	talk(connected(&pool.address), pool.n);
	return NULL;
}

static void pool_of_threads(int n)
{
	pthread_t threads[16];
	int s = listening(&pool.address);

	pool.n = n / 8;
	for (int i = 0; i < 16; i++)
		pthread_create(&threads[i], NULL, i < 8 ? serve : ask, &s);
	for (int i = 0; i < 16; i++)
		pthread_join(threads[i], NULL);
}

static void *compute(void *n)
{
	volatile unsigned int sum = 0;
	char text[SIZE] = "computed";
	int pair[2];

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	for (int i = 0; i < *(int *)n; i++) {
		for (unsigned int j = 0; j < 3500000; j++)
			sum = sum + j;
		MUST(send(pair[0], text, SIZE, 0) == SIZE);
		MUST(recv(pair[1], text, SIZE, 0) == SIZE);
	}
	return NULL;
}

static void parallel(int n)
{
	pthread_t thread;

	pthread_create(&thread, NULL, compute, &n);
	compute(&n);
	pthread_join(thread, NULL);
}

static void processes(int count, int n)
{
	pid_t *all = calloc((size_t)count, sizeof(*all));

	for (int i = 0; i < count; i++) {
		MUST((all[i] = fork()) >= 0);
		if (all[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			pause();
			_exit(0);
		}
	}
	send_recv(n);
	for (int i = 0; i < count; i++)
		kill(all[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	free(all);
}

static void *rest(void *nothing)
{
	pause();
	return nothing;
}

static void threads(int count, int n)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 16384);
	for (int i = 0; i < count; i++)
		MUST(pthread_create(&thread, &attributes, rest, NULL) == 0);
	send_recv(n);
	_exit(0);
}

static void descriptors(int count, int n)
{
	struct rlimit limit = {(rlim_t)count + 100, (rlim_t)count + 100};

	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < count; i++)
		MUST(socket(AF_INET, SOCK_STREAM, 0) >= 0);
	send_recv(n);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(int n);
		void (*run_beside)(int count, int n);
	} all[] = {{"sendrecv", send_recv, NULL}, {"echo", echo, NULL},
		{"pool", pool_of_threads, NULL}, {"parallel", parallel, NULL},
		{"processes", NULL, processes}, {"threads", NULL, threads},
		{"descriptors", NULL, descriptors}};

	for (size_t i = 0; argc > 2 && i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(argv[1], all[i].name) != 0)
			continue;
		if (all[i].run)
			all[i].run(atoi(argv[2]));
		else if (argc > 3)
			all[i].run_beside(atoi(argv[2]), atoi(argv[3]));
		return 0;
	}
	fprintf(stderr,
		"usage: loops sendrecv|echo|pool N | processes|threads|descriptors COUNT N\n");
	return 2;
}
