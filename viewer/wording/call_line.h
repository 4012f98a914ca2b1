/* SPDX-License-Identifier: MIT */
/*
 * A call in a line that can be searched, in columns under a heading: when, who, on which socket
 * between which addresses, which call, for how long, what it did. Nothing is cut: in a window that
 *is too narrow what a call did stands in a line below it.
 *
 *	struct line_columns columns = line_columns_of(text, trace, &instants, calls, count);
 *	line_columns_draw_heading(text, &columns);
 *	for (…)
 *		call_line_draw(text, &columns, trace, call);
 */
#ifndef VIEWER_CALL_LINE_H
#define VIEWER_CALL_LINE_H

#include "viewer/model/trace.h"
#include "viewer/term/text.h"
#include "viewer/wording/instant.h"

/* Where the columns begin; 0: what stands in it has no column, and is in the line below. */
struct line_columns {
	struct instants instants;
	size_t process, fd, socket, ends, call, took, details;
	size_t process_end; /* programs of longer names are cut */
	bool is_narrow;     /* each call has a line below it */
};

/* As wide as what stands in them. */
struct line_columns line_columns_of(const struct text *text, const struct trace *trace,
	const struct instants *instants, const uint32_t *calls, size_t count);

/* The same of calls that are still to come. */
struct line_columns line_columns_usual(const struct text *text, const struct instants *instants);

void line_columns_draw_heading(struct text *text, const struct line_columns *columns);

void call_line_draw(struct text *text, struct line_columns *columns, const struct trace *trace,
	const struct call *call);

#endif
