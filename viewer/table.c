/* SPDX-License-Identifier: MIT */
#include "viewer/table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

#define INDENT    2
#define GAP       2
#define NARROWEST 8

struct cell {
	enum style style;
	char *words; /* owned */
};

struct table {
	const char *columns; /* borrowed */
	size_t column_count;
	struct cell *cells; /* owned */
	size_t count, capacity;
};

struct table *table_new(const char *columns)
{
	struct table *table = xcalloc(1, sizeof(*table));

	table->columns = columns;
	table->column_count = strlen(columns);
	return table;
}

void table_add(struct table *table, enum style style, const char *words)
{
	table->cells =
		array_grow(table->cells, table->count, &table->capacity, sizeof(*table->cells));
	table->cells[table->count++] = (struct cell){style, xstrdup(words)};
}

void table_addf(struct table *table, enum style style, const char *format, ...)
{
	char words[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	table_add(table, style, words);
}

static size_t width_of(const struct text *text, const char *words)
{
	struct text scratch = {.is_ascii = text->is_ascii};

	text_add_foreign(&scratch, STYLE_PLAIN, words, strlen(words), SIZE_MAX / 2);
	text_free(&scratch);
	return scratch.column;
}

static void measure(const struct text *text, const struct table *table, size_t *widths)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t width = width_of(text, table->cells[i].words);
		if (width > widths[i % table->column_count])
			widths[i % table->column_count] = width;
	}
}

static size_t sum(const struct table *table, const size_t *widths)
{
	size_t all = INDENT;

	for (size_t i = 0; i < table->column_count; i++)
		all += widths[i] + GAP;
	return all - GAP;
}

static void make_fit(const struct table *table, size_t *widths, size_t width)
{
	while (sum(table, widths) > width) {
		size_t widest = table->column_count;
		for (size_t i = 0; i < table->column_count; i++)
			if (table->columns[i] != 'r' && widths[i] > NARROWEST &&
				(widest == table->column_count || widths[i] > widths[widest]))
				widest = i;
		if (widest == table->column_count)
			break;
		widths[widest]--;
	}
}

/* The end of an address tells more of it than its beginning. Cut only where that is plain. */
static const char *tail_of(char column, const char *words, size_t width, size_t room)
{
	bool is_plain = strspn(words, "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ.:[]/_-@ ") == strlen(words);

	return column == 't' && width > room && is_plain && room > 1 ? words + width - room + 1
								     : words;
}

void table_draw(struct text *text, const struct table *table)
{
	size_t *widths = xcalloc(table->column_count, sizeof(*widths));

	measure(text, table, widths);
	make_fit(table, widths, text->width);
	for (size_t i = 0, begin = INDENT; i < table->count; i++) {
		size_t column = i % table->column_count;
		const char *words = table->cells[i].words;
		size_t width = width_of(text, words), room = widths[column];
		if (column == 0)
			begin = INDENT;
		text_pad(text,
			begin + (table->columns[column] == 'r' && width < room ? room - width : 0));
		const char *tail = tail_of(table->columns[column], words, width, room);
		if (tail != words)
			text_add(text, table->cells[i].style, text_choose(text, "…", "~"));
		text_add_foreign(text, table->cells[i].style, tail, strlen(tail), begin + room);
		begin += room + GAP;
		if (column + 1 == table->column_count)
			text_end_line(text);
	}
	free(widths);
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i].words);
	free(table->cells);
	free(table);
}
