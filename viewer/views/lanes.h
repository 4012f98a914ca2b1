/* SPDX-License-Identifier: MIT */
/* The timeline as lines of text: axis, lanes under their processes, legend. */
#ifndef VIEWER_LANES_H
#define VIEWER_LANES_H

#include "viewer/layout/timeline.h"

/* Gives the timeline as many cells as there are columns beside its labels. Returns the column at
 * which they begin. */
size_t lanes_scale(struct timeline *timeline, size_t width, bool is_linear);

/* Draws a timeline that has such a scale. */
void lanes_draw(struct text *text, struct timeline *timeline, size_t column);

/* Says how many lanes were left out, if any. */
void lanes_draw_rest(struct text *text, const struct timeline *timeline);

/* Says which lanes are left out as they only asked for a name service that is not there. */
void lanes_draw_absent(struct text *text, const struct timeline *timeline);

#endif
