/* SPDX-License-Identifier: MIT */
/* A trace that still grows, call by call as they end. */
#ifndef VIEWER_FOLLOW_H
#define VIEWER_FOLLOW_H

#include "viewer/model/filter.h"
#include "viewer/model/trace.h"
#include "viewer/term/text.h"
#include "viewer/wording/instant.h"

/* Reads the source, which becomes the trace's, to the trace's end, and draws each call that fits
 * when it comes; `shown` says how many did. False when it was no trace, or has no clock that the
 * filter needs. */
bool follow(struct text *text, struct trace *trace, struct source *source, struct filter *filter,
	enum time_mode time, size_t *shown);

/* The same of exchanges, when they have ended, or with the trace. */
bool follow_exchanges(struct text *text, struct trace *trace, struct source *source,
	struct filter *filter, enum time_mode time, size_t *shown);

/* The same of packets, as a file of them. */
bool follow_pcapng(struct text *text, struct trace *trace, struct source *source,
	struct filter *filter, enum time_mode time, size_t *shown);

#endif
