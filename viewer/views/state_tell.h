/* SPDX-License-Identifier: MIT */
/* Pictures of the kernel at one instant as JSON: docs/view-format.md. */
#ifndef VIEWER_STATE_TELL_H
#define VIEWER_STATE_TELL_H

#include "viewer/layout/state.h"
#include "viewer/views/view.h"

/* The steps that --at and --steps choose: from `*first` on, before `*end`. */
void state_choose(
	struct state_steps *steps, const struct view_options *options, size_t *first, size_t *end);

/* `columns` of the kernel. */
void state_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options, size_t columns);

/* A row of a side, and a box, as objects. */
void state_tell_row(struct json_output *output, const struct state_picture *picture,
	const struct state_row *row);
void state_tell_box(struct json_output *output, const struct state_picture *picture,
	const struct state_box *box);

/* What is written at the top of a picture. */
void state_tell_step(struct json_output *output, const struct state_picture *picture);

#endif
