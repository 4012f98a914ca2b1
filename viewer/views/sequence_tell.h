/* SPDX-License-Identifier: MIT */
/* The sequence as data: what its painters draw, for programs. docs/view-format.md. */
#ifndef VIEWER_SEQUENCE_TELL_H
#define VIEWER_SEQUENCE_TELL_H

#include "viewer/views/view.h"

/* Adds the members of the sequence to the object that is open. */
void sequence_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);

#endif
