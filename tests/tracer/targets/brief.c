/* SPDX-License-Identifier: MIT */
/* Threads that fork children which end at once, beside threads that make threads which end at once.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAIRS    4
#define CHILDREN 150
#define THREADS  300

static void *nothing(void *context)
{
	return context;
}

static void *make_threads(void *context)
{
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, nothing, NULL) != 0)
			exit(1);
		pthread_join(thread, NULL);
	}
	return context;
}

static void *make_children(void *context)
{
	for (int i = 0; i < CHILDREN; i++) {
		pid_t child = fork();
		if (child == 0)
			_exit(0);
		if (waitpid(child, NULL, 0) != child)
			exit(1);
	}
	return context;
}

int main(void)
{
	pthread_t threads[2 * PAIRS];

	for (int i = 0; i < 2 * PAIRS; i++)
		pthread_create(&threads[i], NULL, i % 2 ? make_threads : make_children, NULL);
	for (int i = 0; i < 2 * PAIRS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
