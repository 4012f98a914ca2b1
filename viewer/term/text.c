/* SPDX-License-Identifier: MIT */
#include "viewer/term/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "format/decimal.h"
#include "format/memory.h"
#include "format/utf8.h"
#include "viewer/term/dictionary.h"

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
		put(text, palette_row(style)->sequence, strlen(palette_row(style)->sequence));
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

void text_undo(struct text *text, struct text_mark mark)
{
	text->length = mark.length;
	text->column = mark.column;
}

void text_break(struct text *text, struct text_mark mark, size_t width)
{
	text_break_at(text, mark, width, 1);
}

void text_break_at(struct text *text, struct text_mark mark, size_t width, size_t indent)
{
	const size_t length = 1 + indent;

	if (text->column <= width || mark.column == 0)
		return;
	text_pad(text, text->column + length); /* as much room as the new line needs */
	memmove(text->bytes + mark.length + length, text->bytes + mark.length,
		text->length - mark.length - length);
	memset(text->bytes + mark.length, ' ', length);
	text->bytes[mark.length] = '\n';
	text->column -= mark.column + 1;
}

const char *text_choose(const struct text *text, const char *unicode, const char *ascii)
{
	return text->is_ascii ? ascii : unicode;
}

struct text text_like(const struct text *text)
{
	return (struct text){
		.is_ascii = text->is_ascii, .language = text->language, .gaps = text->gaps};
}

void text_gap(struct text *text, enum text_gap kind, struct text_mark mark)
{
	size_t length = text->length - mark.length;

	if (text->gaps != kind || kind == GAP_NONE || length == 0)
		return;
	text_pad(text, mark.column + GAP_COLUMNS);
	length = text->length - mark.length;
	put(text, (const char[]){GAP_BEGIN, GAP_END}, 2);
	memmove(text->bytes + mark.length + 1, text->bytes + mark.length, length);
	text->bytes[mark.length] = GAP_BEGIN;
}

/* The digits behind the next "fd ", or NULL. */
static const char *next_fd(const char *words)
{
	while ((words = strstr(words, "fd ")) != NULL) {
		words += strlen("fd ");
		if (*words >= '0' && *words <= '9')
			return words;
	}
	return NULL;
}

static void add(struct text *text, enum style style, const char *words)
{
	const char *fd;

	begin_style(text, style);
	while (text->gaps == GAP_FDS && (fd = next_fd(words)) != NULL) {
		size_t digits = strspn(fd, "0123456789");
		put(text, words, (size_t)(fd - words));
		text->column += text_columns(words) - text_columns(fd);
		struct text_mark mark = text_mark(text);
		put(text, fd, digits);
		text->column += digits;
		text_gap(text, GAP_FDS, mark);
		words = fd + digits;
	}
	put(text, words, strlen(words));
	text->column += text_columns(words);
	end_style(text, style);
}

/* Room for words of our own that are not in English. */
#define WORDS_SIZE 1024

/* The words in that language, as they are or without the blanks around them. */
__attribute__((format_arg(2))) static const char *translate(
	const struct text *text, const char *english, char words[WORDS_SIZE])
{
	size_t before = strspn(english, " "), length = strlen(english), after = 0;

	while (before + after < length && english[length - after - 1] == ' ')
		after++;
	const char *whole = dictionary_words(text->language, english);
	if (whole != english || length >= WORDS_SIZE)
		return whole;
	memcpy(words, english, length + 1);
	words[length - after] = '\0';
	const char *found = dictionary_words(text->language, words + before);
	if (found == words + before)
		return english;
	snprintf(words, WORDS_SIZE, "%.*s%s%.*s", (int)before, english, found, (int)after,
		english + length - after);
	return words;
}

void text_add(struct text *text, enum style style, const char *words)
{
	char translated[WORDS_SIZE];

	add(text, style,
		text->language == LANGUAGE_ENGLISH ? words : translate(text, words, translated));
}

bool text_add_fitting(struct text *text, enum style style, const char *words, size_t end)
{
	struct text_mark mark = text_mark(text);
	enum language language = text->language;

	text_add(text, style, words);
	if (text->column > end && language == LANGUAGE_BOTH) {
		text_undo(text, mark);
		text->language = LANGUAGE_CHINESE;
		text_add(text, style, words);
		text->language = language;
	}
	if (text->column <= end)
		return true;
	text_undo(text, mark);
	return false;
}

void text_add_right(struct text *text, enum style style, const char *words, size_t room, size_t end)
{
	struct text measured = text_like(text);

	if (!text_add_fitting(&measured, style, words, room))
		text_add(&measured, style, words);
	text_raw(&measured, "", 1);
	text_pad(text, end > measured.column ? end - measured.column : 0);
	text_add(text, style, measured.bytes);
	text_free(&measured);
}

void text_add_number(struct text *text, enum style style, int64_t number)
{
	char digits[DECIMAL_SIZE + 1];

	*decimal_put(digits, number) = '\0';
	text_add(text, style, digits);
}

void text_add_again(struct text *text, const char *bytes, size_t length, size_t columns)
{
	put(text, bytes, length);
	text->column += columns;
}

void text_addf(struct text *text, enum style style, const char *format, ...)
{
	char words[512], translated[WORDS_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words),
		text->language == LANGUAGE_ENGLISH ? format : translate(text, format, translated),
		arguments);
	va_end(arguments);
	text_add(text, style, words);
}

/*
 * Characters that are not seen, or that combine with what stands before them, by our own choice:
 * marks that heap up over Latin, Greek, Cyrillic, Hebrew and Arabic, variation selectors, fillers,
 * and blanks that are none of ASCII's. The library knows controls, marks of direction, and what is
 * for private use or not assigned.
 */
static const struct range {
	uint32_t first, last;
} hidden[] = {{0x300, 0x36f}, {0x483, 0x489}, {0x591, 0x5bd}, {0x5bf, 0x5bf}, {0x5c1, 0x5c2},
	{0x5c4, 0x5c5}, {0x5c7, 0x5c7}, {0x610, 0x61a}, {0x64b, 0x65f}, {0x115f, 0x1160},
	{0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x202f, 0x202f},
	{0x205f, 0x205f}, {0x20d0, 0x20ff}, {0x3000, 0x3000}, {0x3164, 0x3164}, {0xfe00, 0xfe0f},
	{0xfe20, 0xfe2f}, {0xffa0, 0xffa0}, {0xfffc, 0xfffd}, {0xe0100, 0xe01ef}};

bool text_is_hidden(uint32_t code_point)
{
	if (code_point < 0x80)
		return code_point < 0x20 || code_point == 0x7f;
	switch (utf8proc_category((utf8proc_int32_t)code_point)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
	/* It is not known how wide these will be, or whether they will be seen. */
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
			if (code_point >= hidden[i].first && code_point <= hidden[i].last)
				return true;
		return false;
	}
}

size_t text_columns_of(uint32_t code_point)
{
	if (code_point < 0x80)
		return 1;
	/* Korean vowels and finals, which are written into the square of their initial. */
	if ((code_point >= 0x1160 && code_point <= 0x11ff) ||
		(code_point >= 0xd7b0 && code_point <= 0xd7ff))
		return 0;
	int columns = utf8proc_charwidth((utf8proc_int32_t)code_point);
	/* The library has none for marks that take room beside their letter. */
	if (columns == 0 && utf8proc_category((utf8proc_int32_t)code_point) == UTF8PROC_CATEGORY_MC)
		return 1;
	return (size_t)columns;
}

/* A unit is cut as a whole: an escape, or the characters that a terminal draws as one. */
struct unit {
	size_t length, columns;
	char escape[16]; /* what is shown in place of the bytes; empty: they are */
};

/* More characters than any script has in one: UAX #15, Stream-Safe Text Format. */
#define UNIT_CHARACTERS 32

static bool is_escaped(const struct text *text, size_t length, uint32_t code_point)
{
	return length == 0 || (length > 1 && text->is_ascii) || text_is_hidden(code_point);
}

static struct unit escape(const char *bytes, size_t length, uint32_t code_point)
{
	static const char letters[] = "nrt", controls[] = "\n\r\t";
	struct unit unit = {.length = length ? length : 1};
	const char *found = length && code_point ? strchr(controls, bytes[0]) : NULL;

	if (found)
		snprintf(unit.escape, sizeof(unit.escape), "\\%c", letters[found - controls]);
	else if (length <= 1)
		snprintf(unit.escape, sizeof(unit.escape), "\\x%02x", (unsigned char)bytes[0]);
	else
		snprintf(unit.escape, sizeof(unit.escape),
			code_point > 0xffff ? "\\U%08x" : "\\u%04x", code_point);
	unit.columns = strlen(unit.escape);
	return unit;
}

/* The character at the beginning of the bytes; its length is 0 when they are no UTF-8. */
static uint32_t character(const char *bytes, size_t length, size_t *step)
{
	*step = utf8_character((const unsigned char *)bytes, length);
	return *step ? utf8_code_point((const unsigned char *)bytes, *step) : 0;
}

size_t text_columns(const char *words)
{
	size_t columns = 0;

	for (size_t step; *words; words += step) {
		uint32_t code_point = (unsigned char)*words;
		step = 1;
		if (code_point >= 0x80)
			code_point = character(words, strnlen(words, 4), &step);
		step += step == 0;
		columns += text_columns_of(code_point);
	}
	return columns;
}

/* The first unit of a trace's words. A mark with nothing to stand on would go to our own words. */
static struct unit unit_at(const struct text *text, const char *bytes, size_t length)
{
	struct unit unit = {0};
	utf8proc_int32_t state = 0;

	if (text->has_gaps_again && (*bytes == GAP_BEGIN || *bytes == GAP_END))
		return (struct unit){.length = 1};
	uint32_t last = character(bytes, length, &unit.length), next;
	size_t step;

	unit.columns = text_columns_of(last);
	if (unit.columns == 0 || is_escaped(text, unit.length, last))
		return escape(bytes, unit.length, last);
	for (int i = 1; i < UNIT_CHARACTERS && unit.length < length; i++, last = next) {
		next = character(bytes + unit.length, length - unit.length, &step);
		if ((last < 0x80 && next < 0x80) || is_escaped(text, step, next) ||
			utf8proc_grapheme_break_stateful(
				(utf8proc_int32_t)last, (utf8proc_int32_t)next, &state))
			break;
		unit.length += step;
		unit.columns += text_columns_of(next);
	}
	return unit;
}

/* How many bytes at the beginning, `most` at the most, are units of one column each, which are
 * shown as they are: visible ASCII that nothing behind it combines with. */
static size_t plain_length(const char *bytes, size_t length, size_t most)
{
	size_t plain = 0;

	while (plain < length && plain < most && bytes[plain] >= 0x20 && bytes[plain] < 0x7f)
		plain++;
	return plain > 0 && plain < length && (unsigned char)bytes[plain] >= 0x80 ? plain - 1
										  : plain;
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
		size_t plain = plain_length(bytes + at, length - at, end - column);
		struct unit unit = plain > 0 ? (struct unit){.length = plain, .columns = plain}
					     : unit_at(text, bytes + at, length - at);
		column += unit.columns;
		at += unit.length;
	}
	return column <= end;
}

void text_add_foreign(
	struct text *text, enum style style, const char *bytes, size_t length, size_t end)
{
	size_t room = fits(text, bytes, length, end) ? 0 : text_columns(ellipsis(text));

	begin_style(text, style);
	for (size_t at = 0; at < length;) {
		size_t taken = text->column + room;
		size_t plain = plain_length(bytes + at, length - at, taken < end ? end - taken : 0);
		struct unit unit = plain > 0 ? (struct unit){.length = plain, .columns = plain}
					     : unit_at(text, bytes + at, length - at);
		if (taken + unit.columns > end) {
			add_ellipsis(text, end);
			break;
		}
		if (unit.escape[0])
			put(text, unit.escape, unit.columns);
		else
			put(text, bytes + at, unit.length);
		text->column += unit.columns;
		at += unit.length;
	}
	end_style(text, style);
}

void text_add_cut(struct text *text, enum style style, const struct text *words, size_t end)
{
	text->has_gaps_again = words->gaps != GAP_NONE;
	text_add_foreign(text, style, words->bytes, words->length, end);
	text->has_gaps_again = false;
}

/* It ends what stands before it, and no line begins with it. */
static bool is_closing(uint32_t code_point)
{
	static const uint32_t closing[] = {
		0x2026, 0x3001, 0x3002, 0x300b, 0x300d, 0xff09, 0xff0c, 0xff1a, 0xff1b, 0xff1f};

	for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
		if (code_point == closing[i])
			return true;
	return false;
}

/* How many bytes at the beginning are not parted: those up to a blank or a character of two
 * columns, or such a character with what closes it. */
static size_t piece_length(const char *words)
{
	size_t length = 0, step;
	bool is_wide = false;

	for (; words[length] && words[length] != ' '; length += step) {
		uint32_t next = character(words + length, strnlen(words + length, 4), &step);
		if (length > 0 && !is_closing(next) && (is_wide || text_columns_of(next) == 2))
			break;
		is_wide |= text_columns_of(next) == 2;
		step += step == 0;
	}
	return length;
}

void text_add_sentence(
	struct text *text, enum style style, const char *words, size_t indent, size_t width)
{
	for (size_t length, blanks; *words; words += length) {
		blanks = strspn(words, " ");
		words += blanks;
		length = piece_length(words);
		struct text piece = {.is_ascii = text->is_ascii};
		text_add_foreign(&piece, style, words, length, SIZE_MAX / 2);
		text_free(&piece);
		if (text->column > indent && text->column + (blanks > 0) + piece.column > width) {
			text_end_line(text);
			text_pad(text, indent);
		} else if (blanks > 0) {
			text_add(text, style, " ");
		}
		text_add_foreign(text, style, words, length, text->width);
	}
}

void text_pad(struct text *text, size_t column)
{
	static const char blanks[] = "                                ";

	while (text->column < column) {
		size_t wanted = column - text->column;
		size_t count = wanted < sizeof(blanks) ? wanted : sizeof(blanks) - 1;
		put(text, blanks, count);
		text->column += count;
	}
}

/* More than a pipe holds: output.c has to see whether there is a reader. */
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

void text_add_comma(struct text *text)
{
	text_add(text, STYLE_PLAIN, text->language == LANGUAGE_ENGLISH ? "," : "，");
}

void text_add_separator(struct text *text, enum style style, char sign)
{
	bool is_english = text->language == LANGUAGE_ENGLISH;

	if (sign == ':')
		text_add(text, style, is_english ? ": " : "：");
	else
		text_add(text, style, is_english ? ", " : "，");
}

void text_add_dot(struct text *text)
{
	text_add(text, STYLE_FAINT, text_choose(text, " · ", " - "));
}
