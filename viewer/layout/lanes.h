/* SPDX-License-Identifier: MIT */
/* The lanes of the timeline: one a descriptor, under the process that holds it. */
#ifndef VIEWER_LANES_H
#define VIEWER_LANES_H

#include "viewer/model/selection.h"
#include "viewer/term/text.h"

/* `is_shown`: by the numbers of descriptors. */
void lanes_draw(
	struct text *text, const struct selection *selection, const bool *is_shown, bool is_linear);

#endif
