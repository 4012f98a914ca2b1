/* SPDX-License-Identifier: MIT */
/*
 * The ring of an area, as the tracer reads it: records that a thread of the program has written of
 * its calls become calls of the trace. The program can write anything there, at any time: each byte
 * is copied before it is looked at, nothing that stands there is believed, and a look takes no
 * longer than a ring is long.
 *
 *	ring_look(), then ring_next() and ring_take() in turns, then ring_release()
 */
#ifndef TRACER_RING_H
#define TRACER_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracer/call/call.h"
#include "tracer/recorder/area.h"

enum ring_answer {
	RING_EMPTY,
	RING_RECORD, /* there is one: ring->record */
	RING_BROKEN, /* what stands there the recorder has not written */
};

struct area_ring {
	struct area *area; /* borrowed, as the tracer has it mapped; NULL: none */
	uint32_t payload;  /* bytes of payload that are kept of a call */
	uint64_t tail;     /* up to here records were taken, */
	uint64_t head;     /* up to here there were some at the last look */
	uint64_t last_exit;
	uint64_t latest;           /* a call that ends later had not been published by then */
	struct area_record record; /* the next one but for its parts: a copy */
	bool has_record;
	/* The row of the last record's number and kind: most are of the same call. */
	uint64_t row_number, row_kind;
	int row;
};

/* What a wait is for, or what it reported: struct pollfd[], struct epoll_event[]. */
struct ring_list {
	size_t length; /* bytes; 0: it is not in the record */
	unsigned char bytes[AREA_RECORD_MAX] __attribute__((aligned(8)));
};

/* No thread uses the area: it begins empty. */
void ring_begin(struct area_ring *ring, struct area *area, uint32_t payload);

/* Sees what has been published by now. Only RING_EMPTY, and what it means that there is more, or
 * RING_BROKEN. */
enum ring_answer ring_look(struct area_ring *ring);

/* Finds the next record of those, or says that there is none. */
enum ring_answer ring_next(struct area_ring *ring);

/*
 * Makes `*call` the call of ring->record, but for what the tracer knows: who made it, on what, and
 * the time; capture_recorded() comes next. Of a wait the list is put into `list`. False when the
 * record is none.
 */
bool ring_take(struct area_ring *ring, struct captured_call **call, struct ring_list *list);

/* Gives the room of what was taken back to the thread. */
void ring_release(struct area_ring *ring);

/* The thread writes a record, as it says. */
bool ring_is_writing(const struct area_ring *ring);

/* When the call ended whose record it writes; 0: none. */
uint64_t ring_written(const struct area_ring *ring);

/* The thread is in a call that waits for descriptors, as it says. */
bool ring_is_waiting(const struct area_ring *ring);

/* A call that the thread is in. */
struct ring_call {
	int row;
	uint32_t state; /* AREA_IN_CALL, or AREA_WRITING: then it has returned `result` at `exit` */
	uint64_t arguments[SYSCALL_ARGUMENTS];
	uint64_t word, entry, exit;
	int64_t result;
	uint64_t instruction_pointer, stack_pointer;
};

/* The call that the thread has begun in the recorder and that has no record yet. False when there
 * is none. */
bool ring_pending(const struct area_ring *ring, struct ring_call *pending);

#endif
