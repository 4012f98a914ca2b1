/* SPDX-License-Identifier: MIT */
/*
 * Tables whose columns are described once, for text and for JSON: what each is called in both, and
 * what stands in it.
 *
 *	data_table_begin(&table, columns, text, trace, options->is_full);
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

enum datum_kind {
	DATUM_NONE, /* not known */
	DATUM_WORDS,
	DATUM_NUMBER,
	DATUM_BYTES,
	DATUM_RATE,     /* bytes a second */
	DATUM_DURATION, /* nanoseconds */
	DATUM_TIME,     /* in the trace's nanoseconds */
};

/* What stands in one cell. */
struct datum {
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
	/* Starts as one that is not known. */
	void (*fill)(struct datum *datum, const void *row);
	/* Instead of that in JSON, where it is more than a cell. */
	void (*tell)(struct json_output *output, const char *key, const void *row);
};

void datum_number(struct datum *datum, enum datum_kind kind, int64_t number);
/* Any words, which may be a trace's; empty ones are not known. */
void datum_words(struct datum *datum, const char *words);
void datum_address(struct datum *datum, const struct value *address);

#define DATA_COLUMNS_MOST 24

struct data_table {
	const struct data_column *columns;
	struct table *table;                 /* owned */
	char letters[DATA_COLUMNS_MOST + 1]; /* of its columns */
	char *shown[DATA_COLUMNS_MOST];      /* owned: the cells above, where that counts */
	bool is_ascii;
	int64_t begin_ns;
};

/* `is_full`: no column is left out. */
void data_table_begin(struct data_table *table, const struct data_column *columns,
	const struct text *text, const struct trace *trace, bool is_full);
void data_table_row(struct data_table *table, const void *row);
/* Draws it and frees what it holds. */
void data_table_end(struct data_table *table, struct text *text);

/* A row as an object. */
void data_table_tell(
	struct json_output *output, const struct data_column *columns, const void *row);

#endif
