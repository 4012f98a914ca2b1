/* SPDX-License-Identifier: MIT */
/* Rows of numbers, each kept once: what many things share is told once, and they say its place. */
#ifndef VIEWER_ROW_SET_H
#define VIEWER_ROW_SET_H

#include "format/id_map.h"
#include "viewer/term/json_output.h"

#define ROW_SET_MOST 8

/* Starts as a struct of zeros but for these two. */
struct row_set {
	size_t width;             /* numbers in a row, ROW_SET_MOST at the most */
	const char *const *names; /* of the columns */
	int64_t *rows;            /* owned */
	size_t count, capacity;
	struct id_map by_hash;
};

/* The place of the row, counting from 0. */
size_t row_set_put(struct row_set *set, const int64_t *row);

/* Tells the rows as an object with a column for each name, and frees what the set holds. */
void row_set_tell(struct row_set *set, struct json_output *output, const char *key);

#endif
