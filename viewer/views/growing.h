/* SPDX-License-Identifier: MIT */
/* A trace that still grows, completed and looked at now and then. */
#ifndef VIEWER_GROWING_H
#define VIEWER_GROWING_H

#include "viewer/model/filter.h"
#include "viewer/model/trace.h"
#include "viewer/term/text.h"

struct growing {
	struct text *text; /* no more is read when it is unwanted */
	struct trace *trace;
	struct filter *filter; /* settled before the first look */
	void *context;
	/* Called with the trace complete; `is_last`: it does not grow any more. True: it is to be
	 * called again, whether or not more comes. */
	bool (*look)(void *context, bool is_last);
	/* Called before the first look, and with each warning, or NULL. */
	void (*begin)(void *context);
	void (*warn)(void *context, const struct record_warning *warning);
	/* The function's own. */
	size_t looked_at; /* so many calls */
	int64_t next_ns;
	bool has_begun, is_wrong, looks_again;
};

/* Reads the source, which becomes the trace's, to the trace's end. False when it was no trace, or
 * has no clock that the filter needs. */
bool growing_follow(struct growing *growing, struct source *source);

#endif
