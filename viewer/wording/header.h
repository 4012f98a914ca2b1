/* SPDX-License-Identifier: MIT */
/* The first line of a view: what is shown, and how much of it there is. */
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
void header_tell_counts(struct json_writer *w, const struct selection *selection);

/* True when no call is left to be shown. */
bool header_is_empty(const struct selection *selection);

/* Says of a view with nothing in it why. */
void header_draw_nothing(struct text *text, const struct selection *selection);

#endif
