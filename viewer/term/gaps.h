/* SPDX-License-Identifier: MIT */
/*
 * An exercise: what is marked in a text that has gaps stands as (1), (2) …, as wide as it was, and
 * is listed behind it.
 *
 *	struct gaps *gaps = gaps_new(text);
 *	… text …
 *	gaps_finish(gaps);
 */
#ifndef VIEWER_GAPS_H
#define VIEWER_GAPS_H

#include "viewer/term/text.h"

/* Numbers those of the text, which has a sink and no line yet, as lines go there. In a line the
 * same has the same number. */
struct gaps *gaps_new(struct text *text);

/* Adds the answers, and leaves the text as it was. */
void gaps_finish(struct gaps *gaps);

/* The same, with the answers in lines of another text: as they stand in the first one. */
void gaps_finish_into(struct gaps *gaps, struct text *answers);

#endif
