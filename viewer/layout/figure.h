/* SPDX-License-Identifier: MIT */
/* The sequence on a terminal: where the lifelines stand, and one row after the other. */
#ifndef VIEWER_FIGURE_H
#define VIEWER_FIGURE_H

#include "viewer/layout/sequence.h"
#include "viewer/term/text.h"
#include "viewer/wording/instant.h"

#define NO_SLOT UINT32_MAX

/* A lifeline's place. */
struct figure_place {
	uint32_t slot;      /* NO_SLOT: it does not fit */
	size_t first, last; /* steps */
};

struct figure {
	struct text *text;
	const struct sequence *sequence;
	struct figure_place *places; /* owned, by lifeline */
	struct instants instants;
	size_t left; /* columns before the first lifeline */
	size_t slot_count;
	size_t *columns;     /* owned, by slot: of its line; one more for the end */
	uint32_t *occupants; /* owned, by slot: the lifeline that stands there now */
	size_t hidden_lifelines, hidden_steps;
	size_t step;                            /* that is being drawn */
	size_t *blocked;                        /* owned, by lifeline: up to that step, plus one */
	size_t next_wait;                       /* of the sequence's */
	bool has_dashes, has_breaks, has_waits; /* were drawn */
};

/* Finds a place for as many lifelines as fit into the width; times since the step before are there
 * if none of them has to go for it. */
void figure_lay_out(struct figure *figure, enum time_mode time);
void figure_free(struct figure *figure);

/* The names of those lifelines that stand there first. */
void figure_draw_header(struct figure *figure);

/* That step is drawn next. */
void figure_go_on(struct figure *figure, size_t step);

/* One row, or two when somebody takes a place over. */
void figure_draw_step(struct figure *figure, const struct step *step);

/* The lines between the columns, from slot `from` on; nothing where the row has come further. */
void figure_draw_lines(struct figure *figure, size_t from);

/* Its lifeline lives, and waits in a call. */
bool figure_is_blocked(struct figure *figure, size_t slot);

/* The lifeline of one slot, and whether anybody lives there now. */
void figure_draw_line(struct figure *figure, size_t slot);
bool figure_is_alive(const struct figure *figure, size_t slot);

const char *figure_choose(const struct figure *figure, const char *unicode, const char *ascii);

/* An arrow with its caption from the present column up to `end`. */
void figure_draw_rightward(struct figure *figure, const struct step *step, size_t end);
void figure_draw_leftward(struct figure *figure, const struct step *step, size_t end);

/* Their parts, for arrows of other shapes: the line up to `column`, which crosses the lifelines on
 * its way; the head; what the arrow carries, and how many of `room` columns that takes. */
void figure_lead(struct figure *figure, enum style style, size_t column, bool is_dashed);
const char *figure_head(struct figure *figure, const struct step *step, bool is_leftward);
size_t figure_caption_columns(
	const struct figure *figure, const struct step *step, bool is_leftward, size_t room);
void figure_add_caption(
	struct figure *figure, const struct step *step, bool is_leftward, size_t room);

#endif
