/* SPDX-License-Identifier: MIT */
/* The tables of --format=csv: which of the lists in a view's JSON they are, and which columns they
 * have, whatever a trace has for them. */
#ifndef VIEWER_CSV_TABLES_H
#define VIEWER_CSV_TABLES_H

#include <stdbool.h>
#include <stddef.h>

struct csv_table {
	const char *view;
	const char *name; /* NULL ends the tables */
	/* The lists, from the outermost, with commas between: a row is an element of the last. */
	const char *path;
	/* The members that are columns, with commas between, as members of a row; that of an object
	 * in it behind its name and a dot. Each ^ means the list outside of the row's. Before "="
	 * stands the column's name, where it is another. */
	const char *columns;
};

/* The table of that name that the view has, or its first one where the name is NULL. NULL: there is
 * none. */
const struct csv_table *csv_table_find(const char *view, const char *name);

/* The name of the table of a view at `index`; where that is NULL, of any view, each name once. NULL
 * after the last one. */
const char *csv_table_of(const char *view, size_t index);
const char *csv_table_word(size_t index);

#endif
