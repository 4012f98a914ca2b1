/* SPDX-License-Identifier: MIT */
#include "tracer/log/queue.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format/memory.h"
#include "tracer/ptrace/clock.h"

/*
 * A ring of bytes. Positions only grow; a position's place in the ring is its remainder. Entries
 * are never split: padding fills the end of the ring where one does not fit.
 */
struct trace_queue {
	pthread_mutex_t lock;
	pthread_cond_t has_entries, has_room;
	unsigned char *ring; /* owned */
	size_t capacity;
	size_t taken; /* up to here the room may be used again */
	size_t next;  /* the writer's place; up to `collected` it is its own */
	size_t collected;
	size_t end;
	bool is_closed;
};

struct trace_queue *queue_new(size_t capacity)
{
	struct trace_queue *queue = xcalloc(1, sizeof(*queue));
	pthread_condattr_t monotonic;

	queue->capacity = capacity;
	queue->ring = xrealloc(NULL, capacity);
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->has_entries, &monotonic);
	pthread_cond_init(&queue->has_room, NULL);
	pthread_condattr_destroy(&monotonic);
	return queue;
}

void queue_free(struct trace_queue *queue)
{
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->has_entries);
	pthread_cond_destroy(&queue->has_room);
	free(queue->ring);
	free(queue);
}

static size_t entry_size(size_t length)
{
	return (sizeof(struct entry) + length + 7) / 8 * 8;
}

static struct entry *entry_at(struct trace_queue *queue, size_t position)
{
	return (struct entry *)(queue->ring + (position & (queue->capacity - 1)));
}

static size_t used(const struct trace_queue *queue)
{
	return queue->end - queue->taken;
}

/* The room that the ring has left before its end. */
static size_t before_wrap(const struct trace_queue *queue)
{
	return queue->capacity - (queue->end & (queue->capacity - 1));
}

static void wait_for_room(struct trace_queue *queue, size_t wanted)
{
	while (queue->capacity - used(queue) < wanted)
		pthread_cond_wait(&queue->has_room, &queue->lock);
}

/* No thread holds a pointer into an empty ring. Only the tracer's thread changes the capacity. It
 * allocates before it takes the lock, because a failing allocation jumps away. */
static void grow(struct trace_queue *queue, size_t size)
{
	size_t capacity = queue->capacity;

	while (capacity < size * 2)
		capacity *= 2;
	unsigned char *ring = xrealloc(NULL, capacity);
	pthread_mutex_lock(&queue->lock);
	wait_for_room(queue, queue->capacity);
	free(queue->ring);
	queue->ring = ring;
	queue->capacity = capacity;
	queue->taken = queue->next = queue->collected = queue->end = 0;
	pthread_mutex_unlock(&queue->lock);
}

static void pad(struct trace_queue *queue, size_t size)
{
	*entry_at(queue, queue->end) = (struct entry){
		.length = (uint32_t)(size - sizeof(struct entry)), .kind = ENTRY_PADDING};
	queue->end += size;
}

void queue_put(struct trace_queue *queue, enum entry_kind kind, const void *bytes, size_t length)
{
	size_t size = entry_size(length);

	if (size > queue->capacity / 2)
		grow(queue, size);
	pthread_mutex_lock(&queue->lock);
	size_t padding = before_wrap(queue) < size ? before_wrap(queue) : 0;
	wait_for_room(queue, size + padding);
	/* Not before: while this thread waited for room, the writer may have emptied the queue. */
	bool was_low = used(queue) < queue->capacity / 2, was_empty = used(queue) == 0;
	if (padding)
		pad(queue, padding);
	struct entry *entry = entry_at(queue, queue->end);
	entry->length = (uint32_t)length;
	entry->kind = kind;
	memcpy(entry->bytes, bytes, length);
	queue->end += size;
	if (was_empty || (was_low && used(queue) >= queue->capacity / 2))
		pthread_cond_signal(&queue->has_entries);
	pthread_mutex_unlock(&queue->lock);
}

void queue_close(struct trace_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	pthread_cond_signal(&queue->has_entries);
	pthread_mutex_unlock(&queue->lock);
}

static struct timespec time_of(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

int queue_collect(struct trace_queue *queue, int64_t until_ns)
{
	struct timespec until = time_of(until_ns);

	pthread_mutex_lock(&queue->lock);
	queue->taken = queue->next;
	pthread_cond_signal(&queue->has_room);
	while (used(queue) == 0 && !queue->is_closed)
		if (pthread_cond_timedwait(&queue->has_entries, &queue->lock, &until) != 0)
			break;
	until = time_of(clock_ns() + QUEUE_DELAY_NS);
	while (used(queue) > 0 && used(queue) < queue->capacity / 2 && !queue->is_closed)
		if (pthread_cond_timedwait(&queue->has_entries, &queue->lock, &until) != 0)
			break;
	queue->collected = queue->end;
	bool has_more = queue->collected != queue->next || !queue->is_closed;
	pthread_mutex_unlock(&queue->lock);
	return has_more;
}

const struct entry *queue_next(struct trace_queue *queue)
{
	while (queue->next != queue->collected) {
		const struct entry *entry = entry_at(queue, queue->next);
		queue->next += entry_size(entry->length);
		if (entry->kind != ENTRY_PADDING)
			return entry;
	}
	return NULL;
}
