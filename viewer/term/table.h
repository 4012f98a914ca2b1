/* SPDX-License-Identifier: MIT */
/* Rows of cells in columns that are as wide as what stands in them. */
#ifndef VIEWER_TABLE_H
#define VIEWER_TABLE_H

#include <stddef.h>

#include "viewer/term/text.h"

struct table;

/* One letter a column: l, left; r, right; o, right, and optional: left out, the first such column
 * first, when all is wider than the text; t, left, and what does not fit is cut at its beginning.
 */
struct table *table_new(const char *columns);

/* The next cell; after the last one of a row the next row begins. Copied; may say anything. */
void table_add(struct table *table, enum style style, const char *words);
__attribute__((format(printf, 3, 4))) void table_addf(
	struct table *table, enum style style, const char *format, ...);

/* Draws it; the widest column that is not aligned right gives room when all is wider than the text,
 * before a column is left out. */
void table_draw(struct text *text, const struct table *table);

void table_free(struct table *table);

#endif
