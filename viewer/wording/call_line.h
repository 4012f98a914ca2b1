/* SPDX-License-Identifier: MIT */
/* A call in one line that can be searched: when, who, on which socket, what, for how long, between
 * which addresses. */
#ifndef VIEWER_CALL_LINE_H
#define VIEWER_CALL_LINE_H

#include "viewer/model/trace.h"
#include "viewer/term/text.h"

void call_line_draw(struct text *text, const struct trace *trace, const struct call *call);

#endif
