/* SPDX-License-Identifier: MIT */
/* The first lines of a view: what is shown, and how much of it there is, and warnings. */
#ifndef VIEWER_HEADER_H
#define VIEWER_HEADER_H

#include <stdbool.h>

#include "format/json_writer.h"
#include "viewer/model/selection.h"
#include "viewer/term/text.h"

void header_draw(struct text *text, const struct selection *selection);

/* The same as a member "header". */
void header_tell(struct json_writer *w, const struct selection *selection);

/* What it counts, in words and in their styles, as a member "counts". */
void header_tell_counts(
	struct json_writer *w, const struct selection *selection, enum language language);

/* True when no call is left to be shown. */
bool header_is_empty(const struct selection *selection);

/* True of a trace that was made with --calls. */
bool header_leaves_calls_out(const struct trace *trace);

/* Why there is no call to show: words that begin in lower case. `has_filter`: calls are left out of
 * the view. */
const char *header_nothing(const struct trace *trace, bool has_filter);

/* Says it in the view. */
void header_draw_nothing(struct text *text, const struct selection *selection);

#endif
