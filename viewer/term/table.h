/* SPDX-License-Identifier: MIT */
/* Rows of cells in columns that are as wide as what stands in them. */
#ifndef VIEWER_TABLE_H
#define VIEWER_TABLE_H

#include <limits.h>
#include <stddef.h>

#include "viewer/term/text.h"

struct table;

/* One letter a column: l, left; r, right; t, left, and what does not fit is cut at its beginning; o
 * as r and T as t, and optional: left out, the first such column first, when all is wider than the
 * text.
 */
struct table *table_new(const char *columns);

/* So many blanks between two columns instead of two. */
void table_set_gap(struct table *table, size_t columns);

/* The column is left out before anything is cut; those of the highest order first, of this one
 * always. */
#define TABLE_NEVER UINT_MAX
void table_spare(struct table *table, size_t column, unsigned int order);

/* The next cell; after the last one of a row the next row begins. Copied; may say anything. */
void table_add(struct table *table, enum style style, const char *words);
__attribute__((format(printf, 3, 4))) void table_addf(
	struct table *table, enum style style, const char *format, ...);

/* The same; `brief` stands for the words when the table is too wide with them. */
void table_add_either(struct table *table, enum style style, const char *words, const char *brief);

/* Draws it; the widest column that is not aligned right gives room when all is wider than the text,
 * before a column is left out. */
void table_draw(struct text *text, struct table *table);

void table_free(struct table *table);

#endif
