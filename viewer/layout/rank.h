/* SPDX-License-Identifier: MIT */
/* Of many the most: by bytes, time or calls, and how many are left out. */
#ifndef VIEWER_RANK_H
#define VIEWER_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viewer/term/text.h"

/* SORT_NONE keeps the order in which they came. */
enum sort {
	SORT_NONE,
	SORT_BYTES,
	SORT_TIME,
	SORT_CALLS,
	/* Of exchanges. */
	SORT_WAIT,
	SORT_TOTAL,
	SORT_BEGIN,
};

struct ranked {
	uint32_t number;
	bool is_kept; /* never left out */
	int64_t bytes, time_ns, calls;
};

/* Starts as a struct of zeros. */
struct rank {
	struct ranked *list; /* owned; in order once it was chosen */
	size_t count, capacity, chosen;
};

void rank_add(struct rank *rank, uint32_t number, int64_t bytes_in, int64_t bytes_out,
	int64_t time_ns, int64_t calls);

/* What was added last is never left out. */
void rank_keep(struct rank *rank);

/* Chooses `most` at the most: those that are kept, then the first by that order; but where many are
 * kept half as many others have a place. Unless asked for an order, those chosen stay in the order
 * in which they came. */
void rank_choose(struct rank *rank, enum sort sort, size_t most);

/* Adds "and 183 more sockets", if any were not chosen; rank_say_rest: as a line. */
void rank_add_rest(struct text *text, const struct rank *rank, const char *what);
void rank_say_rest(struct text *text, const struct rank *rank, const char *what);

void rank_free(struct rank *rank);

#endif
