/* SPDX-License-Identifier: MIT */
/* The sequence as shapes: lifelines, arrows that slant from where they leave to where they arrive.
 */
#ifndef VIEWER_SVG_SEQUENCE_H
#define VIEWER_SVG_SEQUENCE_H

#include "viewer/views/svg.h"
#include "viewer/views/view.h"

struct svg_size {
	int width, height;
};

/* Draws below `top`. Returns the width and the bottom of what was drawn. */
struct svg_size svg_sequence_draw(struct text *text, const struct selection *selection,
	const struct view_options *options, int top);

#endif
