/* SPDX-License-Identifier: MIT */
/* Who talks to whom, as a table: a row for each pair of ends. */
#ifndef VIEWER_TALK_TABLE_H
#define VIEWER_TALK_TABLE_H

#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"

/* At most that many rows. Nothing when nobody talks. */
void talk_table_draw(struct text *text, const struct selection *selection, size_t most);

/* All of them, as members "talks" and "talks_left_out". */
void talk_table_tell(struct json_output *output, const struct selection *selection, size_t most);

#endif
