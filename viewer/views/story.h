/* SPDX-License-Identifier: MIT */
/* A descriptor's story: what was done with it, in the three phases of a connection. */
#ifndef VIEWER_STORY_H
#define VIEWER_STORY_H

#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"
#include "viewer/term/text.h"
#include "viewer/views/view.h"

/* `is_full`: every call, where otherwise the middle of a long run is summed up. */
void story_draw(struct text *text, const struct selection *selection,
	const struct descriptor *descriptor, const struct view_options *options);

/* The same as an object of JSON. */
void story_tell(struct json_output *output, const struct selection *selection,
	const struct descriptor *descriptor, const struct view_options *options);

/* From how many calls on a phase is told in short, and how long a call takes that waited: the
 * member "story", for the page, which tells stories itself. */
void story_tell_limits(struct json_writer *w);

#endif
