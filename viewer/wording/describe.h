/* SPDX-License-Identifier: MIT */
/* Describes in the rest of a line what a call did. It knows effects and shapes of values, no system
 * calls. */
#ifndef VIEWER_DESCRIBE_H
#define VIEWER_DESCRIBE_H

#include "viewer/model/trace.h"
#include "viewer/term/text.h"
#include "viewer/wording/readable.h"

/* Adds what the call was given, moved and returned, up to the column `end`. */
void describe_call(struct text *text, const struct record_call *call, size_t end);

/* Adds what a call moved, as text or as digits, up to the column `end`. */
void describe_payload(struct text *text, const struct readable *shown, size_t end);

/* The style for calls of that effect. */
enum style describe_style(enum effect effect);

/* The style for one call. It failed, made no connection, or never returned: an error; what is told
 * the end of a stream belongs to the release. */
enum style describe_call_style(const struct trace *trace, const struct call *call);

/* How many bytes the call was to move. False when it does not say. */
bool describe_size_asked(const struct record_call *call, int64_t *size);

/* How long a wait was to take at most; -1: any time. False when the call does not say. */
bool describe_limit(const struct record_call *call, int64_t *limit_ns);

#endif
