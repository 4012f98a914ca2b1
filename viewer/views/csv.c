/* SPDX-License-Identifier: MIT */
#include "viewer/views/csv.h"

#include <stdlib.h>
#include <string.h>

#include "format/json_scan.h"
#include "format/memory.h"

#define MOST_COLUMNS 40
#define MOST_LISTS   4
/* Of a member's name, with that of the object which it is in. */
#define LONGEST_PATH 80

struct column {
	struct json_span name, path;
	size_t list; /* whose elements have it: counts from the outermost */
	struct json_span value;
};

struct csv {
	struct text *text;
	struct column columns[MOST_COLUMNS];
	size_t column_count;
	struct json_span lists[MOST_LISTS];
	size_t list_count;
	size_t next; /* members come in the order of the columns, mostly: the one after the last */

	/* Where the JSON is: in objects and arrays so deep, in a string, behind a backslash. */
	size_t depth;
	bool is_string, is_escaped;
	bool is_key;     /* of the whole object a member's name comes next */
	bool is_in_list; /* within the outermost list */
	struct text key; /* of the last such member */
	struct text element, number;
	const char *from; /* the element goes on here; NULL: outside of one */
	size_t left_out;  /* said of this table */
};

/* Up to the next comma; false behind the last one. */
static bool take_word(const char **words, struct json_span *word)
{
	if (!**words)
		return false;
	*word = (struct json_span){*words, strcspn(*words, ",")};
	*words += word->length;
	*words += **words == ',';
	return true;
}

static void add_column(struct csv *csv, struct json_span word)
{
	struct column *column = &csv->columns[csv->column_count++];
	const char *equals = memchr(word.text, '=', word.length);
	size_t outside = 0;

	*column = (struct column){.path = word};
	if (equals) {
		column->path.text = equals + 1;
		column->path.length -= (size_t)(equals + 1 - word.text);
	}
	while (column->path.text[outside] == '^')
		outside++;
	column->path.text += outside;
	column->path.length -= outside;
	column->list = csv->list_count - 1 - outside;
	column->name =
		equals ? (struct json_span){word.text, (size_t)(equals - word.text)} : column->path;
}

static void draw_heading(struct csv *csv)
{
	for (size_t i = 0; i < csv->column_count; i++) {
		struct json_span name = csv->columns[i].name;
		if (i > 0)
			text_raw(csv->text, ",", 1);
		for (size_t at = 0; at < name.length; at++)
			text_raw(csv->text, strchr(". ", name.text[at]) ? "_" : &name.text[at], 1);
	}
	text_raw(csv->text, "\n", 1);
}

struct csv *csv_new(struct text *text, const struct csv_table *table)
{
	struct csv *csv = xcalloc(1, sizeof(*csv));
	const char *lists = table->path, *columns = table->columns;
	struct json_span word;

	csv->text = text;
	while (take_word(&lists, &word))
		csv->lists[csv->list_count++] = word;
	while (take_word(&columns, &word))
		add_column(csv, word);
	draw_heading(csv);
	return csv;
}

/* --- a row ---------------------------------------------------------------------------------- */

static bool is_plain(unsigned char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= 'a' && byte <= 'z') || strchr("_.:/- ", byte);
}

/* Any other is quoted, also what RFC 4180 lets stand: there are readers whose separator is ";" or a
 * tab. */
static bool is_plain_word(const char *word, size_t length)
{
	if (length == 0 || word[0] == ' ' || word[length - 1] == ' ')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!word[i] || !is_plain((unsigned char)word[i]))
			return false;
	return true;
}

/* What is between quotes; these stand twice. */
static void add_quoted(struct text *text, const char *word, size_t length)
{
	for (size_t plain; length > 0; word += plain, length -= plain) {
		const char *quote = memchr(word, '"', length);
		plain = quote ? (size_t)(quote - word) + 1 : length;
		text_add_foreign(text, STYLE_PLAIN, word, plain, SIZE_MAX);
		if (quote)
			text_raw(text, "\"", 1);
	}
}

/* As a formula does, also as an East Asian keyboard writes it; or with a mark of its own. */
static bool needs_mark(const char *word, size_t length)
{
	static const char *const signs[] = {"=", "+", "-", "@", "'", "＝", "＋", "－", "＠"};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (length >= strlen(signs[i]) && memcmp(word, signs[i], strlen(signs[i])) == 0)
			return true;
	return false;
}

static void add_word(struct text *text, const char *word, size_t length)
{
	bool is_marked = needs_mark(word, length);

	if (!is_marked && is_plain_word(word, length)) {
		text_raw(text, word, length);
		return;
	}
	text_raw(text, "\"'", is_marked ? 2 : 1);
	add_quoted(text, word, length);
	text_raw(text, "\"", 1);
	text->column = 0;
}

static void add_cell(struct csv *csv, struct json_span value)
{
	struct json_span inside;

	if (value.length == 0)
		return;
	if (json_span_string(value, &inside)) {
		char *word = xcalloc(inside.length + 1, 1);
		add_word(csv->text, word, json_span_decode(inside, word));
		free(word);
	} else if (value.text[0] == '[') {
		add_word(csv->text, value.text, value.length);
	} else {
		text_raw(csv->text, value.text, value.length);
	}
}

static void draw_row(struct csv *csv)
{
	for (size_t i = 0; i < csv->column_count; i++) {
		if (i > 0)
			text_raw(csv->text, ",", 1);
		add_cell(csv, csv->columns[i].value);
	}
	text_raw(csv->text, "\n", 1);
}

static struct column *column_of(struct csv *csv, size_t list, const char *path, size_t length)
{
	for (size_t i = 0; i < csv->column_count; i++) {
		size_t at = (csv->next + i) % csv->column_count;
		struct column *column = &csv->columns[at];
		if (column->list == list && column->path.length == length &&
			memcmp(column->path.text, path, length) == 0) {
			csv->next = at + 1;
			return column;
		}
	}
	return NULL;
}

/* `path` is that of the object, with its dot; `nested`, if any, becomes the list within. */
static void take_members(struct csv *csv, struct json_span object, size_t list, char *path,
	size_t path_length, struct json_span *nested)
{
	struct json_scan scan;
	struct json_span key, value;

	json_scan_value_object(&scan, object);
	while (json_scan_member(&scan, &key, &value)) {
		size_t length = path_length + key.length;
		if (length + 1 >= LONGEST_PATH)
			continue;
		memcpy(path + path_length, key.text, key.length);
		if (nested && list + 1 < csv->list_count &&
			key.length == csv->lists[list + 1].length &&
			memcmp(key.text, csv->lists[list + 1].text, key.length) == 0) {
			*nested = value;
		} else if (value.text[0] == '{') {
			path[length] = '.';
			take_members(csv, value, list, path, length + 1, NULL);
		} else {
			struct column *column = column_of(csv, list, path, length);
			if (column)
				column->value = value;
		}
	}
}

static void take_element(struct csv *csv, struct json_span element, size_t list)
{
	char path[LONGEST_PATH];
	struct json_span nested = {0};
	struct json_scan scan;

	for (size_t i = 0; i < csv->column_count; i++)
		if (csv->columns[i].list >= list)
			csv->columns[i].value = (struct json_span){0};
	csv->next = 0;
	take_members(csv, element, list, path, 0, &nested);
	if (list + 1 == csv->list_count) {
		draw_row(csv);
	} else if (nested.length > 0) {
		json_scan_value_array(&scan, nested);
		while (json_scan_element(&scan, &element) && !csv->text->is_unwanted)
			take_element(csv, element, list + 1);
	}
}

/* --- where the rows are --------------------------------------------------------------------- */

static bool key_is(const struct csv *csv, struct json_span word, const char *ending)
{
	size_t length = strlen(ending);

	return csv->key.length == word.length + length &&
	       memcmp(csv->key.bytes, word.text, word.length) == 0 &&
	       memcmp(csv->key.bytes + word.length, ending, length) == 0;
}

/* An element of the outermost list ends before `end`. */
static void end_element(struct csv *csv, const char *end)
{
	text_raw(&csv->element, csv->from, (size_t)(end - csv->from));
	csv->from = NULL;
	take_element(csv, (struct json_span){csv->element.bytes, csv->element.length}, 0);
	csv->element.length = 0;
}

/* A member of the whole object has ended. */
static void end_member(struct csv *csv)
{
	struct json_span number = {csv->number.bytes, csv->number.length};
	int64_t count;

	if ((key_is(csv, csv->lists[0], "_left_out") || key_is(csv, JSON_WORD("left_out"), "")) &&
		json_span_integer(number, &count))
		csv->left_out = (size_t)count;
	csv->key.length = csv->number.length = 0;
	csv->is_key = true;
}

static void begin_value(struct csv *csv, const char *at)
{
	if (csv->is_in_list && csv->depth == 2)
		csv->from = at;
	csv->is_in_list |= csv->depth == 1 && *at == '[' && key_is(csv, csv->lists[0], "");
	csv->is_key = ++csv->depth == 1;
}

static void end_value(struct csv *csv, const char *at)
{
	csv->depth--;
	if (csv->is_in_list && csv->depth == 2)
		end_element(csv, at + 1);
	csv->is_in_list &= csv->depth > 1;
	if (csv->depth == 0)
		end_member(csv);
}

static void take_structure(struct csv *csv, const char *at)
{
	switch (*at) {
	case '"':
		csv->is_string = true;
		break;
	case '{':
	case '[':
		begin_value(csv, at);
		break;
	case '}':
	case ']':
		end_value(csv, at);
		break;
	case ':':
		csv->is_key = false;
		break;
	case ',':
		if (csv->depth == 1)
			end_member(csv);
		break;
	default:
		if (csv->depth == 1)
			text_raw(&csv->number, at, 1);
	}
}

/* Returns how much of the string it has taken. */
static size_t take_string(struct csv *csv, const char *bytes, size_t length)
{
	size_t plain = 0;

	while (plain < length && (csv->is_escaped || (bytes[plain] != '"' && bytes[plain] != '\\')))
		plain++, csv->is_escaped = false;
	if (csv->is_key)
		text_raw(&csv->key, bytes, plain);
	if (plain == length)
		return plain;
	csv->is_escaped = bytes[plain] == '\\';
	csv->is_string = csv->is_escaped;
	return plain + 1;
}

bool csv_read(void *context, const char *bytes, size_t length)
{
	struct csv *csv = context;
	const char *end = bytes + length;

	csv->from = csv->is_in_list && csv->depth > 2 ? bytes : NULL;
	while (bytes < end) {
		if (csv->is_string) {
			bytes += take_string(csv, bytes, (size_t)(end - bytes));
		} else {
			take_structure(csv, bytes);
			bytes++;
		}
	}
	if (csv->from)
		text_raw(&csv->element, csv->from, (size_t)(end - csv->from));
	return !csv->text->is_unwanted;
}

size_t csv_finish(struct csv *csv)
{
	size_t left_out = csv->left_out;

	text_free(&csv->key);
	text_free(&csv->element);
	text_free(&csv->number);
	free(csv);
	return left_out;
}
