/* SPDX-License-Identifier: MIT */
/* The calls that were under way, for long already, where the trace has no end yet. */
#ifndef VIEWER_UNDER_WAY_H
#define VIEWER_UNDER_WAY_H

#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"
#include "viewer/wording/instant.h"

/* Those that began first. */
void under_way_draw(struct text *text, const struct selection *selection, enum time_mode time);

/* The same as members "under_way" and "under_way_left_out". */
void under_way_tell(struct json_output *output, const struct selection *selection);

#endif
