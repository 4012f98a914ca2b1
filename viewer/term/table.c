/* SPDX-License-Identifier: MIT */
#include "viewer/term/table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

#define INDENT    2
#define GAP       2
#define NARROWEST 8
#define LEFT_OUT  SIZE_MAX

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
		size_t *column = &widths[i % table->column_count];
		size_t width = width_of(text, table->cells[i].words);
		if (*column != LEFT_OUT && width > *column)
			*column = width;
	}
}

static bool is_right(char column)
{
	return column == 'r' || column == 'o';
}

static size_t sum(const struct table *table, const size_t *widths)
{
	size_t all = INDENT;

	for (size_t i = 0; i < table->column_count; i++)
		all += widths[i] == LEFT_OUT ? 0 : widths[i] + GAP;
	return all - GAP;
}

/* False when the columns cannot be made narrow enough. */
static bool make_narrow(const struct table *table, size_t *widths, size_t width)
{
	while (sum(table, widths) > width) {
		size_t widest = table->column_count;
		for (size_t i = 0; i < table->column_count; i++)
			if (!is_right(table->columns[i]) && widths[i] > NARROWEST &&
				(widest == table->column_count || widths[i] > widths[widest]))
				widest = i;
		if (widest == table->column_count)
			return false;
		widths[widest]--;
	}
	return true;
}

static void make_fit(const struct text *text, const struct table *table, size_t *widths)
{
	measure(text, table, widths);
	for (const char *optional = table->columns; !make_narrow(table, widths, text->width);) {
		optional = strchr(optional, 'o');
		if (!optional)
			break;
		measure(text, table, widths);
		widths[optional++ - table->columns] = LEFT_OUT;
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

static void draw_cell(
	struct text *text, const struct table *table, size_t number, size_t begin, size_t room)
{
	const struct cell *cell = &table->cells[number];
	char column = table->columns[number % table->column_count];
	size_t width = width_of(text, cell->words);
	const char *tail = tail_of(column, cell->words, width, room);

	text_pad(text, begin + (is_right(column) && width < room ? room - width : 0));
	if (tail != cell->words)
		text_add(text, cell->style, text_choose(text, "…", "~"));
	text_add_foreign(text, cell->style, tail, strlen(tail), begin + room);
}

void table_draw(struct text *text, const struct table *table)
{
	size_t *widths = xcalloc(table->column_count, sizeof(*widths));

	make_fit(text, table, widths);
	for (size_t i = 0, begin = INDENT; i < table->count; i++) {
		size_t column = i % table->column_count;
		if (column == 0)
			begin = INDENT;
		if (widths[column] != LEFT_OUT) {
			draw_cell(text, table, i, begin, widths[column]);
			begin += widths[column] + GAP;
		}
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
