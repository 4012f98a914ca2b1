/* SPDX-License-Identifier: MIT */
/* Whether the lines of a trace are all there, once and in the order in which they were written: by
 * `seq`, which counts calls without a gap. */
#ifndef VIEWER_LINE_ORDER_H
#define VIEWER_LINE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"
#include "viewer/read/parser.h"

/* Starts as a struct of zeros. */
struct line_order {
	int64_t last_seq;         /* the highest one so far; 0: there was none */
	size_t taken;             /* lines */
	size_t unread;            /* bad lines since the last call, which may be what is missing */
	int64_t whole;            /* all calls from 1 to this one were there */
	struct id_map calls_had;  /* of others bits, a block of them for neighbouring numbers */
	uint64_t block, *bits;    /* the block that was used last */
	struct id_map others_had; /* hashes of lines that are no calls */
	bool has_header, is_ended, is_end_passed;
};

void line_order_free(struct line_order *order);

/* Takes the next line of the trace, which is a good one. Returns what is wrong with it, or what is
 * missing before it: a text that is good until the next call; NULL: nothing. A line that is there a
 * second time `is_again`, and is not to be used. */
const char *line_order_take(
	struct line_order *order, const struct parsed_line *line, bool *is_again);

/* The first line of a file comes next in which the trace goes on, behind the call of that number.
 */
void line_order_continue(struct line_order *order, int64_t last_seq);

bool line_order_is_begun(const struct line_order *order);

/* The line is the first one of another trace, not the same one as before a second time. */
bool line_order_begins_another(const struct line_order *order, const struct parsed_line *line);

/* A bad line was passed over. */
void line_order_skip(struct line_order *order);

/* What is wrong with the number of calls that the end counts, or NULL. RECORD_ABSENT: it does not.
 */
const char *line_order_count(const struct line_order *order, int64_t calls);

#endif
