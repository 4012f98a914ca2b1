/* SPDX-License-Identifier: MIT */
/* The heaviest hints of a trace, a line each, for views that are about something else. */
#ifndef VIEWER_HINT_LINES_H
#define VIEWER_HINT_LINES_H

#include "format/json_writer.h"
#include "viewer/model/selection.h"
#include "viewer/term/text.h"

void hint_lines_draw(struct text *text, const struct selection *selection);

/* The same as members "hints" and "hints_left_out". */
void hint_lines_tell(struct json_writer *w, const struct selection *selection, bool is_ascii);

#endif
