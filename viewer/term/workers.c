/* SPDX-License-Identifier: MIT */
#include "viewer/term/workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "format/memory.h"

#define MAX_THREADS 8

struct workers {
	work_on *work;
	pthread_mutex_t lock;
	pthread_cond_t has_started, has_finished;
	pthread_t threads[MAX_THREADS];
	size_t thread_count; /* 0: the work is done by who waits for it */
	bool is_closed;
	char *pieces; /* owned; a ring of `count` */
	size_t size, count;
	bool *is_finished; /* owned; of each piece */
	/* Positions only grow; the place is the remainder. */
	size_t to_take, to_work_on, to_start;
};

static void *piece_at(const struct workers *workers, size_t position)
{
	return workers->pieces + position % workers->count * workers->size;
}

static bool *is_finished(struct workers *workers, size_t position)
{
	return &workers->is_finished[position % workers->count];
}

static void *run(void *context)
{
	struct workers *workers = context;

	pthread_mutex_lock(&workers->lock);
	while (true) {
		while (workers->to_work_on == workers->to_start && !workers->is_closed)
			pthread_cond_wait(&workers->has_started, &workers->lock);
		if (workers->is_closed)
			break;
		size_t position = workers->to_work_on++;
		pthread_mutex_unlock(&workers->lock);
		workers->work(piece_at(workers, position));
		pthread_mutex_lock(&workers->lock);
		*is_finished(workers, position) = true;
		pthread_cond_signal(&workers->has_finished);
	}
	pthread_mutex_unlock(&workers->lock);
	return NULL;
}

struct workers *workers_new(work_on *work, size_t size)
{
	struct workers *workers = xcalloc(1, sizeof(*workers));
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = processors < 1             ? 1
			: processors > MAX_THREADS ? MAX_THREADS
						   : (size_t)processors;

	workers->work = work;
	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->has_started, NULL);
	pthread_cond_init(&workers->has_finished, NULL);
	workers->size = size;
	workers->count = 2 * wanted + 2;
	workers->pieces = xcalloc(workers->count, size);
	workers->is_finished = xcalloc(workers->count, sizeof(*workers->is_finished));
	while (workers->thread_count < wanted &&
		pthread_create(&workers->threads[workers->thread_count], NULL, run, workers) == 0)
		workers->thread_count++;
	return workers;
}

void workers_free(struct workers *workers, void (*release)(void *piece))
{
	pthread_mutex_lock(&workers->lock);
	workers->is_closed = true;
	pthread_cond_broadcast(&workers->has_started);
	pthread_mutex_unlock(&workers->lock);
	for (size_t i = 0; i < workers->thread_count; i++)
		pthread_join(workers->threads[i], NULL);
	for (size_t i = 0; i < workers->count; i++)
		release(piece_at(workers, i));
	pthread_mutex_destroy(&workers->lock);
	pthread_cond_destroy(&workers->has_started);
	pthread_cond_destroy(&workers->has_finished);
	free(workers->pieces);
	free(workers->is_finished);
	free(workers);
}

void *workers_free_piece(struct workers *workers)
{
	return workers->to_start - workers->to_take < workers->count
		       ? piece_at(workers, workers->to_start)
		       : NULL;
}

void workers_start(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	*is_finished(workers, workers->to_start) = false;
	workers->to_start++;
	pthread_cond_signal(&workers->has_started);
	pthread_mutex_unlock(&workers->lock);
}

bool workers_are_idle(const struct workers *workers)
{
	return workers->to_take == workers->to_start;
}

void *workers_finished(struct workers *workers)
{
	void *piece = piece_at(workers, workers->to_take);
	bool *finished = is_finished(workers, workers->to_take);

	if (workers_are_idle(workers))
		return NULL;
	pthread_mutex_lock(&workers->lock);
	if (workers->thread_count == 0 && !*finished) {
		workers->work(piece);
		*finished = true;
	}
	while (!*finished)
		pthread_cond_wait(&workers->has_finished, &workers->lock);
	pthread_mutex_unlock(&workers->lock);
	return piece;
}

void workers_take(struct workers *workers)
{
	workers->to_take++;
}
