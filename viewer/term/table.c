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

/* Words that are cut shorter tell less than the columns that may be left out. */
#define READABLE 14
#define LEFT_OUT SIZE_MAX

struct cell {
	enum style style;
	char *words; /* owned */
	char *brief; /* owned; NULL: there are no others */
};

struct table {
	const char *columns; /* borrowed */
	size_t column_count;
	size_t gap;
	unsigned int *spare; /* owned: by column the order in which it is left out; 0: it is not */
	struct cell *cells;  /* owned */
	size_t count, capacity;
	bool is_brief; /* brief words stand for others where there are some */
};

struct table *table_new(const char *columns)
{
	struct table *table = xcalloc(1, sizeof(*table));

	table->columns = columns;
	table->gap = GAP;
	table->column_count = strlen(columns);
	table->spare = xcalloc(table->column_count + 1, sizeof(*table->spare));
	return table;
}

void table_spare(struct table *table, size_t column, unsigned int order)
{
	table->spare[column] = order;
}

void table_set_gap(struct table *table, size_t columns)
{
	table->gap = columns;
}

void table_add(struct table *table, enum style style, const char *words)
{
	table->cells =
		array_grow(table->cells, table->count, &table->capacity, sizeof(*table->cells));
	table->cells[table->count++] = (struct cell){style, xstrdup(words), NULL};
}

void table_add_either(struct table *table, enum style style, const char *words, const char *brief)
{
	table_add(table, style, words);
	table->cells[table->count - 1].brief = xstrdup(brief);
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

static const char *words_of(const struct table *table, size_t number)
{
	const struct cell *cell = &table->cells[number];

	return table->is_brief && cell->brief ? cell->brief : cell->words;
}

static void measure(const struct text *text, const struct table *table, size_t *widths)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t *column = &widths[i % table->column_count];
		size_t width = width_of(text, words_of(table, i));
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
		all += widths[i] == LEFT_OUT ? 0 : widths[i] + table->gap;
	return all - table->gap;
}

/* False when the columns cannot be made narrow enough. */
static bool make_narrow(const struct table *table, size_t *widths, size_t width, size_t narrowest)
{
	while (sum(table, widths) > width) {
		size_t widest = table->column_count;
		for (size_t i = 0; i < table->column_count; i++)
			if (!is_right(table->columns[i]) && widths[i] != LEFT_OUT &&
				widths[i] > narrowest &&
				(widest == table->column_count || widths[i] > widths[widest]))
				widest = i;
		if (widest == table->column_count)
			return false;
		widths[widest]--;
	}
	return true;
}

/* Leaves out columns that can be spared, while there is one and all is too wide. */
static void leave_out(const struct table *table, size_t *widths, size_t width)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->spare[i] == TABLE_NEVER)
			widths[i] = LEFT_OUT;
	while (sum(table, widths) > width) {
		size_t first = table->column_count;
		for (size_t i = 0; i < table->column_count; i++)
			if (table->spare[i] > 0 && widths[i] != LEFT_OUT &&
				(first == table->column_count ||
					table->spare[i] > table->spare[first]))
				first = i;
		if (first == table->column_count)
			break;
		widths[first] = LEFT_OUT;
	}
}

static void make_fit(const struct text *text, const struct table *table, size_t *widths)
{
	const char *optional = table->columns;

	measure(text, table, widths);
	leave_out(table, widths, text->width);
	while (!make_narrow(table, widths, text->width, READABLE)) {
		measure(text, table, widths);
		optional = strpbrk(optional, "oT");
		if (!optional) {
			make_narrow(table, widths, text->width, NARROWEST);
			break;
		}
		widths[optional++ - table->columns] = LEFT_OUT;
	}
}

/* The end of an address tells more of it than its beginning. Cut only where that is plain. */
static const char *tail_of(char column, const char *words, size_t width, size_t room)
{
	bool is_plain = strspn(words, "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ.:[]/_-@ ") == strlen(words);

	return (column == 't' || column == 'T') && width > room && is_plain && room > 1
		       ? words + width - room + 1
		       : words;
}

static void draw_cell(
	struct text *text, const struct table *table, size_t number, size_t begin, size_t room)
{
	const struct cell *cell = &table->cells[number];
	char column = table->columns[number % table->column_count];
	const char *words = words_of(table, number);
	size_t width = width_of(text, words);
	const char *tail = tail_of(column, words, width, room);

	text_pad(text, begin + (is_right(column) && width < room ? room - width : 0));
	if (tail != words)
		text_add(text, cell->style, text_choose(text, "…", "~"));
	text_add_foreign(text, cell->style, tail, strlen(tail), begin + room);
}

void table_draw(struct text *text, struct table *table)
{
	size_t *widths = xcalloc(table->column_count, sizeof(*widths));

	measure(text, table, widths);
	table->is_brief = sum(table, widths) > text->width;
	memset(widths, 0, table->column_count * sizeof(*widths));
	make_fit(text, table, widths);
	for (size_t i = 0, begin = INDENT; i < table->count; i++) {
		size_t column = i % table->column_count;
		if (column == 0)
			begin = INDENT;
		if (widths[column] != LEFT_OUT) {
			draw_cell(text, table, i, begin, widths[column]);
			begin += widths[column] + table->gap;
		}
		if (column + 1 == table->column_count)
			text_end_line(text);
	}
	free(widths);
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->cells[i].words);
		free(table->cells[i].brief);
	}
	free(table->cells);
	free(table->spare);
	free(table);
}
