/* SPDX-License-Identifier: MIT */
/*
 * Tables whose columns are described once, for text and for JSON: what each is called in both, and
 * what stands in it.
 *
 *	data_table_begin(&table, columns, text, &instants, options->is_full);
 *	for (…)
 *		data_table_row(&table, &row);
 *	data_table_end(&table, text);
 *
 *	for (…)
 *		data_table_tell(output, columns, &row);
 */
#ifndef VIEWER_DATA_TABLE_H
#define VIEWER_DATA_TABLE_H

#include "viewer/model/trace.h"
#include "viewer/term/json_output.h"
#include "viewer/term/table.h"
#include "viewer/wording/instant.h"

enum datum_kind {
	DATUM_NONE, /* not known */
	DATUM_WORDS,
	DATUM_NUMBER,
	DATUM_BYTES,
	DATUM_RATE,     /* bytes a second */
	DATUM_DURATION, /* nanoseconds */
	DATUM_TIME,     /* in the trace's nanoseconds */
	DATUM_SINCE,    /* nanoseconds since the row above */
};

/* What stands in one cell. */
struct datum {
	const char *term; /* the words, if they are a term of ours */
	enum datum_kind kind;
	enum style style;
	int64_t number;
	struct text words; /* its column is not known */
};

struct data_column {
	const char *key;   /* NULL ends the table */
	const char *title; /* NULL: only JSON has it */
	char align;        /* a letter of term/table.h */
	bool is_once;      /* text has it where it is another one than above */
	bool is_since;     /* the time since the row above, which may be another column's */
	/* Above 0: text leaves it out before anything is cut, those of the highest number first;
	 * also where nothing is known of any row. */
	unsigned int spare;
	/* Starts as one that is not known. */
	void (*fill)(struct datum *datum, const void *row);
	/* Instead of that in JSON, where it is more than a cell. */
	void (*tell)(struct json_output *output, const char *key, const void *row);
};

void datum_number(struct datum *datum, enum datum_kind kind, int64_t number);
/* Any words, which may be a trace's; empty ones are not known. */
void datum_words(struct datum *datum, const char *words);

/* Words of our own, in the language of the view. */
void datum_term(struct datum *datum, const char *words);
void datum_address(struct datum *datum, const struct value *address);

/* `tell` of a column that only text has: a bar, say, of which JSON has the number. */
void datum_tell_nothing(struct json_output *output, const char *key, const void *row);

#define DATA_COLUMNS_MOST 32

struct data_table {
	const struct data_column *columns;
	struct table *table;                 /* owned */
	char letters[DATA_COLUMNS_MOST + 1]; /* of its columns */
	char *shown[DATA_COLUMNS_MOST];      /* owned: the cells above, where that counts */
	bool has_some[DATA_COLUMNS_MOST];    /* something is known of a row */
	bool is_ascii, is_full;
	enum language language;
	struct instants instants;
};

/* `instants`: NULL where there are none in it. `is_full`: no column is left out. */
void data_table_begin(struct data_table *table, const struct data_column *columns,
	const struct text *text, const struct instants *instants, bool is_full);
void data_table_row(struct data_table *table, const void *row);
/* Draws it and frees what it holds. */
void data_table_end(struct data_table *table, struct text *text);

/* A row as an object, in an array or as a member. */
void data_table_tell(
	struct json_output *output, const struct data_column *columns, const void *row);
void data_table_tell_member(struct json_output *output, const char *key,
	const struct data_column *columns, const void *row);

#endif
