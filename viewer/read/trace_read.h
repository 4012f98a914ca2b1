/* SPDX-License-Identifier: MIT */
/* Reads a trace line by line; every byte of it is hostile. */
#ifndef VIEWER_TRACE_READ_H
#define VIEWER_TRACE_READ_H

#include <stdbool.h>

#include "viewer/model/trace.h"

/*
 * Reads all lines of the source, which becomes the trace's, as one more part of it, or several when
 * traces stand behind each other in it. What is wrong is said on standard error, with the line's
 * number, and counted in `problems`; what could be used is in the trace. False when nothing could:
 * it is empty, no trace, or of a newer version.
 */
bool trace_read(struct trace *trace, struct source *source);

/* Called after each call that was added, and each warning (NULL: it is a call); returns false when
 * it wants no more. */
typedef bool trace_seen(
	void *context, const struct trace *trace, const struct record_warning *warning);

/* The same, and calls `seen`. A file that is followed ends where a trace ends and nothing follows.
 * Says nothing of an empty one. */
bool trace_read_each(struct trace *trace, struct source *source, trace_seen *seen, void *context);

#endif
