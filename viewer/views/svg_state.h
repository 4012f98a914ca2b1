/* SPDX-License-Identifier: MIT */
/* The kernel at one instant as shapes: tables of descriptors at the sides, boxes of sockets
 * between. */
#ifndef VIEWER_SVG_STATE_H
#define VIEWER_SVG_STATE_H

#include "viewer/views/svg_sequence.h"

/* Draws below `top`. Returns the width and the bottom of what was drawn. */
struct svg_size svg_state_draw(struct text *text, const struct selection *selection,
	const struct view_options *options, int top);

#endif
