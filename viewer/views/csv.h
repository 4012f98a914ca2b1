/* SPDX-License-Identifier: MIT */
/*
 * One table of a view as CSV (RFC 4180), made of what the view tells as JSON, so that both say the
 * same: a heading, then a line for each row.
 *
 *	struct csv *csv = csv_new(text, table);
 *	… csv_read(csv, bytes, length);
 *	left_out = csv_finish(csv);
 *
 * Numbers are JSON's, and so are true, false and lists; what is not known is empty, words that are
 * empty are "". No spreadsheet takes a word for a formula: one that begins as these do (=, +, -, @,
 * of any width) has ' before it. So has one that begins with ' itself, so that who wants the word
 *takes the first ' away. Nothing in a word is obeyed by a terminal, or ends a line.
 */
#ifndef VIEWER_CSV_H
#define VIEWER_CSV_H

#include "viewer/term/text.h"
#include "viewer/views/csv_tables.h"

struct csv;

/* Both are borrowed. */
struct csv *csv_new(struct text *text, const struct csv_table *table);

/* Takes JSON as our own writer makes it, in any pieces: a sink of a struct text. */
bool csv_read(void *csv, const char *bytes, size_t length);

/* How many rows the view leaves out; csv_finish frees the csv, too. */
size_t csv_finish(struct csv *csv);

#endif
