/* SPDX-License-Identifier: MIT */
/*
 * When something happened, as all of a view says it: to the microsecond and in one unit, so that
 * instants can be compared, and given to --since. In a list, also how long that was after the line
 * before.
 *
 *	struct instants instants = instants_of(trace, options->time, text->is_ascii);
 *	instants_add_heading(text, &instants);
 *	for (…)
 *		instants_add(text, &instants, call->time_ns);
 */
#ifndef VIEWER_INSTANT_H
#define VIEWER_INSTANT_H

#include "viewer/model/trace.h"
#include "viewer/term/quantity.h"
#include "viewer/term/text.h"

enum time_mode {
	TIME_RELATIVE, /* since the trace began */
	TIME_DELTA,    /* in lists since the line before, elsewhere as above */
	TIME_CLOCK,    /* of the clock on the wall, in the local zone */
};

#define INSTANT_SIZE 48

struct instants {
	enum time_mode mode;
	bool is_ascii;
	bool is_short;        /* in milliseconds; else in seconds */
	bool has_date;        /* it differs between beginning and end */
	int64_t begin_ns;     /* of the trace */
	int64_t started_ns;   /* by the clock, when the trace's time was 0 */
	size_t columns;       /* of the longest instant */
	size_t since_columns; /* of the time since the line before; 0: there is none */
	bool has_line;        /* there is a line before, */
	int64_t last_ns;      /* and that is its time */
};

/* A trace that does not say when it began has no clock: relative, then. */
struct instants instants_of(const struct trace *trace, enum time_mode mode, bool is_ascii);

/* The same of a trace that grows: its end is not known. */
struct instants instants_of_growing(const struct trace *trace, enum time_mode mode, bool is_ascii);

/* Says on standard error when the clock is asked for, and there is none. */
void instants_check(const struct trace *trace, enum time_mode mode);

/* "3.405 ms", "1.213405 s", "10:07:25.123456". */
void instant_words(const struct instants *instants, char words[INSTANT_SIZE], int64_t time_ns);

/* "+112 µs"; with TIME_DELTA in the view's unit, to the microsecond: "+0.112 ms". */
void instant_since_words(
	const struct instants *instants, char words[INSTANT_SIZE], int64_t from_ns, int64_t to_ns);

/* Of the next line of a list the instant and the time since the line before; each is empty where
 * there is none. */
void instants_next(struct instants *instants, int64_t time_ns, char when[INSTANT_SIZE],
	char since[INSTANT_SIZE]);

/* Adds both, each aligned right in columns of its own. */
void instants_add(struct text *text, struct instants *instants, int64_t time_ns);

/* What stands above them. */
void instants_add_heading(struct text *text, const struct instants *instants);

/* The columns that this takes. */
size_t instants_columns(const struct instants *instants);

/* A line of the list has been told, at that time. */
void instants_pass(struct instants *instants, int64_t time_ns);

/* The next line is the first one of another list. */
void instants_begin_list(struct instants *instants);

#endif
