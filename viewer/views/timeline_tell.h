/* SPDX-License-Identifier: MIT */
/* The timeline's layout as JSON: docs/view-format.md. */
#ifndef VIEWER_TIMELINE_TELL_H
#define VIEWER_TIMELINE_TELL_H

#include "viewer/layout/timeline.h"
#include "viewer/term/json_output.h"

/* As members of an object that has begun. The timeline has its scale. */
void timeline_tell(struct json_output *output, struct timeline *timeline);

#endif
