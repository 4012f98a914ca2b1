/* SPDX-License-Identifier: MIT */
/* The lanes of the timeline as shapes: a line for each descriptor over the time. */
#ifndef VIEWER_SVG_LANES_H
#define VIEWER_SVG_LANES_H

#include "viewer/layout/timeline.h"
#include "viewer/views/svg.h"
#include "viewer/views/svg_sequence.h"

/* What is drawn, for the caller to free. */
struct timeline *svg_lanes_timeline(const struct selection *selection,
	const struct view_options *options, const struct text *text);

/* Draws below `top`. Returns the width and the bottom of what was drawn. */
struct svg_size svg_lanes_draw(struct text *text, const struct selection *selection,
	const struct view_options *options, int top);

#endif
