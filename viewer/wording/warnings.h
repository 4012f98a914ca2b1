/* SPDX-License-Identifier: MIT */
/* What a trace says that it does not show as it was: it stands above every view. */
#ifndef VIEWER_WARNINGS_H
#define VIEWER_WARNINGS_H

#include "format/json_writer.h"
#include "viewer/model/trace.h"
#include "viewer/term/text.h"

/* A line for each. */
void warnings_draw(struct text *text, const struct trace *trace);

/* One alone; `more` say the same. */
void warnings_draw_one(struct text *text, const struct record_warning *warning, size_t more);

/* The same as a member "warnings". */
void warnings_tell(struct json_writer *w, const struct trace *trace);

#endif
