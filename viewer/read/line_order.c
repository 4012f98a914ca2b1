/* SPDX-License-Identifier: MIT */
#include "viewer/read/line_order.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/memory.h"

#define BLOCK_BITS 512

static char problem[160];

void line_order_free(struct line_order *order)
{
	uint64_t *bits;

	for (size_t at = 0; (bits = id_map_next(&order->calls_had, &at));)
		free(bits);
	id_map_free(&order->calls_had);
	id_map_free(&order->others_had);
	*order = (struct line_order){0};
}

/* A hostile log decides how many blocks there are: each is small, so that they take little more
 * memory than the log has bytes. */
static uint64_t *bits_of(struct line_order *order, uint64_t seq)
{
	uint64_t block = seq / BLOCK_BITS + 1;

	if (order->bits && order->block == block)
		return order->bits;
	order->block = block;
	order->bits = id_map_get(&order->calls_had, block);
	if (!order->bits) {
		order->bits = xcalloc(BLOCK_BITS / 64, sizeof(*order->bits));
		id_map_put(&order->calls_had, block, order->bits);
	}
	return order->bits;
}

static bool was_had(struct line_order *order, int64_t seq)
{
	if (seq <= order->whole)
		return true;
	if (seq == order->whole + 1 && order->calls_had.count == 0) {
		order->whole++;
		return false;
	}
	uint64_t *word = &bits_of(order, (uint64_t)seq)[(uint64_t)seq % BLOCK_BITS / 64];
	uint64_t bit = UINT64_C(1) << ((uint64_t)seq % 64);
	bool had = *word & bit;

	*word |= bit;
	return had;
}

static const char *say_missing(int64_t first, int64_t last)
{
	if (first == last)
		snprintf(problem, sizeof(problem),
			"call %" PRId64 " is missing before this line, or not in its place", first);
	else
		snprintf(problem, sizeof(problem),
			"calls %" PRId64 " to %" PRId64
			" are missing before this line, or not in their place",
			first, last);
	return problem;
}

/* Where the beginning of a trace is missing, which is said, its first call may have any number. */
static const char *take_in_order(struct line_order *order, int64_t seq)
{
	int64_t last = order->last_seq;
	bool is_gap = (uint64_t)(seq - last - 1) > order->unread && (order->has_header || last > 0);

	order->last_seq = seq;
	return is_gap ? say_missing(last + 1, seq - 1) : NULL;
}

static const char *take_call(struct line_order *order, int64_t seq, bool *is_again)
{
	const char *what = problem;

	if (seq < 1) {
		snprintf(
			problem, sizeof(problem), "\"seq\" is %" PRId64 ", and counts from 1", seq);
		return problem;
	}
	if (was_had(order, seq)) {
		snprintf(problem, sizeof(problem),
			"call %" PRId64 " is there a second time, and is passed over", seq);
		*is_again = true;
		return problem;
	}
	if (seq > order->last_seq)
		what = take_in_order(order, seq);
	else
		snprintf(problem, sizeof(problem),
			"call %" PRId64 " stands after call %" PRId64
			": these lines are not in order",
			seq, order->last_seq);
	order->unread = 0;
	return what;
}

static const char *take_other(struct line_order *order, uint64_t hash, bool *is_again)
{
	if (id_map_get(&order->others_had, hash)) {
		*is_again = true;
		return "this line is there a second time, and is passed over";
	}
	id_map_put(&order->others_had, hash, order);
	return NULL;
}

const char *line_order_take(
	struct line_order *order, const struct parsed_line *line, bool *is_again)
{
	const struct record *record = &line->record;
	const char *what;

	*is_again = false;
	order->has_header |= record->type == RECORD_TRACE;
	what = record->type == RECORD_CALL ? take_call(order, record->call.seq, is_again)
					   : take_other(order, line->hash, is_again);
	if (!what && order->is_ended && !order->is_end_passed) {
		order->is_end_passed = true;
		what = "this line stands after the end of the trace";
	}
	order->is_ended |= record->type == RECORD_END;
	order->taken += !*is_again;
	return what;
}

void line_order_continue(struct line_order *order, int64_t last_seq)
{
	order->is_ended = order->is_end_passed = false;
	if (line_order_is_begun(order))
		return;
	order->last_seq = order->whole = last_seq;
}

void line_order_skip(struct line_order *order)
{
	order->unread++;
}

bool line_order_is_begun(const struct line_order *order)
{
	return order->taken > 0;
}

bool line_order_begins_another(const struct line_order *order, const struct parsed_line *line)
{
	bool is_same_line = order->taken == 1 && id_map_get(&order->others_had, line->hash) != NULL;

	return line->record.type == RECORD_TRACE && line_order_is_begun(order) && !is_same_line;
}

const char *line_order_count(const struct line_order *order, int64_t calls)
{
	if (calls == RECORD_ABSENT || calls == order->last_seq ||
		(calls > order->last_seq &&
			(uint64_t)calls - (uint64_t)order->last_seq <= order->unread))
		return NULL;
	snprintf(problem, sizeof(problem),
		"the end counts %" PRId64
		" calls, and the last call of the trace is number %" PRId64,
		calls, order->last_seq);
	return problem;
}
