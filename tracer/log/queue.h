/* SPDX-License-Identifier: MIT */
/*
 * The bounded queue between the tracer's thread, which puts, and the writer's thread, which takes.
 * When it is full, queue_put waits, and with it the traced program: nothing is ever dropped.
 *
 *	while (queue_collect(queue, until_ns))
 *		while ((entry = queue_next(queue)))
 *			…
 */
#ifndef TRACER_QUEUE_H
#define TRACER_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct trace_queue;

enum entry_kind {
	ENTRY_LINE, /* a whole line of the trace */
	ENTRY_CALL, /* a struct captured_call, to be decoded */
	ENTRY_PADDING,
};

struct entry {
	uint32_t length; /* of the bytes */
	uint32_t kind;
	unsigned char bytes[] __attribute__((aligned(8)));
};

/* `capacity` in bytes, a power of two; one larger entry makes it grow. */
struct trace_queue *queue_new(size_t capacity);
void queue_free(struct trace_queue *queue);

/* Copies an entry to the end of the queue. */
void queue_put(struct trace_queue *queue, enum entry_kind kind, const void *bytes, size_t length);

/* No entry follows: lets the writer end when it has taken what is there. */
void queue_close(struct trace_queue *queue);

/*
 * Gives back what was taken and waits for more, but no longer than until `until_ns` by
 * CLOCK_MONOTONIC (INT64_MAX: as long as it takes). Waits a little longer after the first new
 * entry, so that a busy program does not wake the writer for each of its calls, but never so long
 * that a reader of the log would notice (QUEUE_DELAY_NS). Returns 0 when the queue is closed and
 * empty.
 */
#define QUEUE_DELAY_NS 20000000
int queue_collect(struct trace_queue *queue, int64_t until_ns);

/* The next entry of those collected, good until queue_collect; NULL after the last one. */
const struct entry *queue_next(struct trace_queue *queue);

#endif
