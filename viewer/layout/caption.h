/* SPDX-License-Identifier: MIT */
/* The words at the steps of a sequence, for all views that draw one. */
#ifndef VIEWER_CAPTION_H
#define VIEWER_CAPTION_H

#include "viewer/layout/sequence.h"
#include "viewer/term/text.h"

/* "curl 4121 · client", "nginx 4120/4122", "93.184.216.34:443", up to the column `end`. */
void caption_lifeline(
	struct text *text, enum style style, const struct lifeline *lifeline, size_t end);

/* The same on two lines: the first says what, the second who; -1 for what there is room for. */
void caption_lifeline_line(
	struct text *text, enum style style, const struct lifeline *lifeline, int line, size_t end);

/* What stands at one end of a step, up to the column `end`: "accept fd 3 → fd 4", what was called,
 * on what, and what came of it; or "exit", where it was no call. `is_short`: not on what. */
void caption_end(struct text *text, const struct trace *trace, const struct step *step,
	enum step_end at, bool is_short, size_t end);
enum style caption_end_style(const struct trace *trace, const struct step *step, enum step_end at);

/* The first part of a call alone, "connect fd 5", and the last one, " ECONNREFUSED". */
void caption_word(struct text *text, const struct trace *trace, const struct call *call,
	bool is_short, size_t end);
void caption_outcome(
	struct text *text, const struct trace *trace, const struct call *call, size_t end);

/* What the arrow carries: "12 B "hello, world"", or the other way round when it goes to the left.
 * Nothing when there is no room for it. */
void caption_arrow(struct text *text, const struct trace *trace, const struct step *step,
	bool is_leftward, size_t end);

/* "data transfer" of a step where a phase begins; "… 1,204 more exchanges, 98 kB →, 12 kB ←" of one
 * that stands for many. */
void caption_sum(struct text *text, const struct sequence *sequence, const struct step *step);

/* "1,204" */
void caption_count(char words[32], uint64_t count);

#endif
