/* SPDX-License-Identifier: MIT */
/* The words in pictures of the kernel, for all that draw them. */
#ifndef VIEWER_STATE_CAPTION_H
#define VIEWER_STATE_CAPTION_H

#include "viewer/layout/state.h"
#include "viewer/term/text.h"
#include "viewer/wording/instant.h"

/* "call 9 of 24   client 24887   connect fd 3 127.0.0.1:40037   1.204 ms", up to the column `end`.
 */
void state_caption_step(struct text *text, const struct state_picture *picture,
	const struct instants *instants, size_t end);

/* The same in two parts: up to the descriptor, and what the call did. */
void state_caption_call(struct text *text, const struct state_picture *picture,
	const struct instants *instants, size_t end);
void state_caption_did(struct text *text, const struct state_picture *picture, size_t end);

/* Of the head of a table what stands behind the name: "27870", "27870 +3". */
void state_caption_ids(struct text *text, const struct state_row *row);

/* What stands in a row of a side. */
void state_caption_row(struct text *text, const struct state_picture *picture,
	const struct state_row *row, size_t end);
enum style state_caption_row_style(
	const struct state_picture *picture, const struct state_row *row);

/* A line of a box, and the style that pictures have it in: a label, if it has one, and the value
 * behind it. Values begin in one column, behind the longest label. */
void state_caption_line(struct text *text, const struct state_picture *picture,
	const struct state_box *box, size_t line, size_t end);
void state_caption_label(struct text *text, const struct state_box *box, size_t line);
void state_caption_value(struct text *text, const struct state_picture *picture,
	const struct state_box *box, size_t line, size_t end);
enum style state_caption_line_style(const struct state_box *box, size_t line);
bool state_caption_is_changed(const struct state_box *box, size_t line);

/* What the signs mean, as far as they are there; a line, perhaps of several rows. */
void state_caption_legend(struct text *text, const struct state_picture *picture);

/* "12 sockets and 3 processes are not shown: see --full", if that is so. */
void state_caption_rest(struct text *text, const struct state_picture *picture);

#endif
