/* SPDX-License-Identifier: MIT */
/* The exchanges that failed, that have no answer, or that took longest: at most a few of them. */
#ifndef VIEWER_SLOW_EXCHANGES_H
#define VIEWER_SLOW_EXCHANGES_H

#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"
#include "viewer/views/view.h"

/* Nothing when nothing was asked. */
void slow_exchanges_draw(
	struct text *text, const struct selection *selection, const struct view_options *options);

/* The same as members "exchanges" and "exchanges_left_out". */
void slow_exchanges_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);

/* Marks their sockets, by their numbers. */
void slow_exchanges_mark(
	const struct selection *selection, const struct view_options *options, bool *is_marked);

#endif
