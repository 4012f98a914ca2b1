/* SPDX-License-Identifier: MIT */
#include "viewer/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/utf8.h"

/* SGR sequences of ECMA-48; the eight basic colours, which every terminal theme has made legible.
 */
static const char *const sequences[STYLE_COUNT] = {
	[STYLE_PLAIN] = "",
	[STYLE_TITLE] = "\033[1m",
	[STYLE_FAINT] = "\033[2m",
	[STYLE_ESTABLISH] = "\033[32m",
	[STYLE_SEND] = "\033[36m",
	[STYLE_RECEIVE] = "\033[35m",
	[STYLE_RELEASE] = "\033[33m",
	[STYLE_ERROR] = "\033[1;31m",
};

void text_free(struct text *text)
{
	free(text->bytes);
}

static void put(struct text *text, const char *bytes, size_t length)
{
	if (length == 0)
		return;
	if (text->capacity - text->length < length) {
		text->capacity = (text->capacity + length) * 2 + 1024;
		text->bytes = xrealloc(text->bytes, text->capacity);
	}
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

static void begin_style(struct text *text, enum style style)
{
	if (text->has_color && style != STYLE_PLAIN)
		put(text, sequences[style], strlen(sequences[style]));
}

static void end_style(struct text *text, enum style style)
{
	if (text->has_color && style != STYLE_PLAIN)
		put(text, "\033[0m", 4);
}

struct text_mark text_mark(const struct text *text)
{
	return (struct text_mark){text->length, text->column};
}

void text_break(struct text *text, struct text_mark mark, size_t width)
{
	static const char new_line[] = "\n ";
	const size_t length = sizeof(new_line) - 1;

	if (text->column <= width || mark.column == 0)
		return;
	text_add(text, STYLE_PLAIN, "  "); /* as much room as the new line needs */
	memmove(text->bytes + mark.length + length, text->bytes + mark.length,
		text->length - mark.length - length);
	memcpy(text->bytes + mark.length, new_line, length);
	text->column -= mark.column + 1;
}

size_t text_columns(const char *words)
{
	size_t columns = 0;

	for (; *words; words++)
		columns += ((unsigned char)*words & 0xc0) != 0x80;
	return columns;
}

const char *text_choose(const struct text *text, const char *unicode, const char *ascii)
{
	return text->is_ascii ? ascii : unicode;
}

void text_add(struct text *text, enum style style, const char *words)
{
	begin_style(text, style);
	put(text, words, strlen(words));
	end_style(text, style);
	text->column += text_columns(words);
}

void text_addf(struct text *text, enum style style, const char *format, ...)
{
	char words[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	text_add(text, style, words);
}

/*
 * Characters that are not seen or that change how others are seen: controls, soft hyphen, marks and
 * overrides of the writing direction, joiners, tags, private use, and those that combine with what
 * stands before them. And the wide ones, which take two columns. After UnicodeData.txt, in blocks.
 */
static const struct range {
	unsigned int first, last;
} hidden[] = {{0x00, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x300, 0x36f}, {0x483, 0x489},
	{0x591, 0x5c7}, {0x600, 0x605}, {0x610, 0x61c}, {0x64b, 0x65f}, {0x6dd, 0x6dd},
	{0x70f, 0x70f}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x1ab0, 0x1aff},
	{0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f}, {0x20d0, 0x20ff},
	{0x3000, 0x3000}, {0x3164, 0x3164}, {0xe000, 0xf8ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
	{0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffd}, {0x1d173, 0x1d17a},
	{0xe0000, 0x10ffff}},
  wide[] = {{0x1100, 0x115e}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xa960, 0xa97c},
	  {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff01, 0xff60}, {0xffe0, 0xffe6},
	  {0x1f300, 0x1faff}, {0x20000, 0x3ffff}};

static bool is_in(unsigned int code, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}
#define IS_IN(code, ranges) is_in(code, ranges, sizeof(ranges) / sizeof((ranges)[0]))

bool text_is_hidden(uint32_t code_point)
{
	return IS_IN(code_point, hidden);
}

/* One character of a trace as it may be shown; returns the columns that it takes. */
static size_t show(const struct text *text, const char *bytes, size_t length, char shown[16])
{
	static const char letters[] = "nrt", controls[] = "\n\r\t";
	unsigned char first = (unsigned char)bytes[0];
	const char *found = first ? strchr(controls, first) : NULL;
	unsigned int code = length ? utf8_code_point((const unsigned char *)bytes, length) : 0;

	if (found)
		return (size_t)snprintf(shown, 16, "\\%c", letters[found - controls]);
	if (length == 0 || (length == 1 && text_is_hidden(code)))
		return (size_t)snprintf(shown, 16, "\\x%02x", first);
	if (first == '\\' || first == '"')
		return (size_t)snprintf(shown, 16, "%c", first);
	if (length > 1 && (text->is_ascii || text_is_hidden(code)))
		return (size_t)snprintf(shown, 16, code > 0xffff ? "\\U%08x" : "\\u%04x", code);
	snprintf(shown, 16, "%.*s", (int)length, bytes);
	return IS_IN(code, wide) ? 2 : 1;
}

static const char *ellipsis(const struct text *text)
{
	return text_choose(text, "…", "...");
}

/* As much of it as there is room for. */
static void add_ellipsis(struct text *text, size_t end)
{
	if (text->column + text_columns(ellipsis(text)) <= end) {
		put(text, ellipsis(text), strlen(ellipsis(text)));
		text->column += text_columns(ellipsis(text));
	}
}

static bool fits(const struct text *text, const char *bytes, size_t length, size_t end)
{
	size_t column = text->column;

	for (size_t at = 0; at < length && column <= end;) {
		char shown[16];
		size_t step = utf8_character((const unsigned char *)bytes + at, length - at);
		column += show(text, bytes + at, step, shown);
		at += step ? step : 1;
	}
	return column <= end;
}

void text_add_foreign(
	struct text *text, enum style style, const char *bytes, size_t length, size_t end)
{
	size_t room = fits(text, bytes, length, end) ? 0 : text_columns(ellipsis(text));

	begin_style(text, style);
	for (size_t at = 0; at < length;) {
		char shown[16];
		size_t step = utf8_character((const unsigned char *)bytes + at, length - at);
		size_t columns = show(text, bytes + at, step, shown);
		if (text->column + columns + room > end) {
			add_ellipsis(text, end);
			break;
		}
		put(text, shown, strlen(shown));
		text->column += columns;
		at += step ? step : 1;
	}
	end_style(text, style);
}

void text_pad(struct text *text, size_t column)
{
	while (text->column < column) {
		put(text, " ", 1);
		text->column++;
	}
}

/* More than a pipe holds: output.c has to see whether somebody reads. */
#define FLUSH_BYTES (128 << 10)

void text_flush(struct text *text)
{
	if (!text->is_unwanted && text->length > 0)
		text->is_unwanted = !text->sink(text->context, text->bytes, text->length);
	text->length = 0;
}

void text_raw(struct text *text, const char *bytes, size_t length)
{
	put(text, bytes, length);
	if (text->sink && text->length >= FLUSH_BYTES)
		text_flush(text);
}

void text_end_line(struct text *text)
{
	while (text->length > 0 && text->bytes[text->length - 1] == ' ')
		text->length--;
	put(text, "\n", 1);
	text->column = 0;
	if (text->sink && text->length >= FLUSH_BYTES)
		text_flush(text);
}

void text_add_dot(struct text *text)
{
	text_add(text, STYLE_FAINT, text_choose(text, " · ", " - "));
}
