/* SPDX-License-Identifier: MIT */
#include "format/json_writer.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "format/decimal.h"
#include "format/memory.h"
#include "format/utf8.h"

void json_writer_free(struct json_writer *w)
{
	free(w->text);
	*w = (struct json_writer){0};
}

/* Apart, so that room() is a comparison where it is inlined. */
static __attribute__((noinline)) void grow(struct json_writer *w, size_t length)
{
	size_t capacity = (w->capacity + length) * 2 + 4096;

	w->text = xrealloc(w->text, capacity);
	w->capacity = capacity;
}

/* Room for `length` bytes behind the text, which advance() makes part of it. */
static char *room(struct json_writer *w, size_t length)
{
	if (w->capacity - w->length < length)
		grow(w, length);
	return w->text + w->length;
}

static void advance(struct json_writer *w, const char *end)
{
	w->length = (size_t)(end - w->text);
}

/* memcpy(3) of a few bytes takes longer to be called than to copy them. */
static char *put_few(char *p, const char *text, size_t length)
{
	if (length > 16) {
		memcpy(p, text, length);
	} else if (length >= 8) {
		memcpy(p, text, 8);
		memcpy(p + (length - 8), text + (length - 8), 8);
	} else {
		for (size_t i = 0; i < length; i++)
			p[i] = text[i];
	}
	return p + length;
}

/* Hardly a key is longer; and what is around it. */
#define KEY_LENGTH 60
#define KEY_ROOM   (KEY_LENGTH + 4)

/* The comma and the key before a value, for which there is room of `length` bytes. The key is
 * copied until it ends, as to ask how long it is takes longer than that. */
static char *begin_value(struct json_writer *w, const char *key, size_t length)
{
	char *p = room(w, KEY_ROOM + length);

	*p = ',';
	p += w->needs_comma;
	w->needs_comma = true;
	if (!key)
		return p;
	*p++ = '"';
	for (size_t left = KEY_LENGTH; *key; left--) {
		if (left == 0) {
			advance(w, p);
			p = room(w, KEY_ROOM + length);
			left = KEY_LENGTH;
		}
		*p++ = *key++;
	}
	*p++ = '"';
	*p++ = ':';
	return p;
}

static void put_value(struct json_writer *w, const char *key, const char *text, size_t length)
{
	char *p = begin_value(w, key, length);

	advance(w, put_few(p, text, length));
}

static void put_character(struct json_writer *w, char character)
{
	char *p = room(w, 1);

	*p = character;
	advance(w, p + 1);
}

void json_object_begin(struct json_writer *w, const char *key)
{
	put_value(w, key, "{", 1);
	w->needs_comma = false;
}

void json_object_end(struct json_writer *w)
{
	put_character(w, '}');
	w->needs_comma = true;
}

void json_array_begin(struct json_writer *w, const char *key)
{
	put_value(w, key, "[", 1);
	w->needs_comma = false;
}

void json_array_end(struct json_writer *w)
{
	put_character(w, ']');
	w->needs_comma = true;
}

static char *put_hex(char *p, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++) {
		*p++ = digits[bytes[i] >> 4];
		*p++ = digits[bytes[i] & 15];
	}
	return p;
}

/* A byte of ASCII as strings have it. DEL is escaped for the sake of terminals. */
struct form {
	char text[7];
	uint8_t length;
};

/* A brace alone is no block, whatever some versions of clang-format say. */
/* clang-format off */
#define LONG(high, low) {"\\u00" #high #low, 6}
#define SHORT(letter)   {"\\" letter, 2}
#define SELF(byte)      {{(byte)}, 1}
#define SELF4(byte)     SELF(byte), SELF((byte) + 1), SELF((byte) + 2), SELF((byte) + 3)
#define SELF16(byte)    SELF4(byte), SELF4((byte) + 4), SELF4((byte) + 8), SELF4((byte) + 12)

static const struct form forms[0x80] = {
	LONG(0, 0), LONG(0, 1), LONG(0, 2), LONG(0, 3), LONG(0, 4), LONG(0, 5), LONG(0, 6), LONG(0, 7),
	LONG(0, 8), SHORT("t"), SHORT("n"), LONG(0, b), LONG(0, c), SHORT("r"), LONG(0, e), LONG(0, f),
	LONG(1, 0), LONG(1, 1), LONG(1, 2), LONG(1, 3), LONG(1, 4), LONG(1, 5), LONG(1, 6), LONG(1, 7),
	LONG(1, 8), LONG(1, 9), LONG(1, a), LONG(1, b), LONG(1, c), LONG(1, d), LONG(1, e), LONG(1, f),
	SELF(' '), SELF('!'), SHORT("\""), SELF('#'), SELF4('$'), SELF4('('), SELF4(','),
	SELF16('0'), SELF16('@'),
	SELF4('P'), SELF4('T'), SELF4('X'), SHORT("\\"), SELF(']'), SELF('^'), SELF('_'),
	SELF16('`'),
	SELF4('p'), SELF4('t'), SELF4('x'), SELF('|'), SELF('}'), SELF('~'), LONG(7, f),
};
/* clang-format on */

/* Text is looked at in chunks of so many bytes, each of which has this form at most: with the last
 * byte of a struct form, which is copied along. */
#define CHUNK      16
#define CHUNK_ROOM (CHUNK * 6 + 2)

/* True when all bytes of the chunk stand in strings as they are. Without branches, so that the
 * compiler compares them all at once. */
static bool is_plain(const unsigned char *bytes)
{
	unsigned char others = 0;

	for (size_t i = 0; i < CHUNK; i++)
		others |= (bytes[i] < 0x20) | (bytes[i] >= 0x7f) | (bytes[i] == '"') |
			  (bytes[i] == '\\');
	return others == 0;
}

/* Writes the ASCII at the beginning of `bytes`, up to a chunk of it, and else the valid character
 * there. Returns how many bytes it has taken: 0 when they begin with no character. */
static size_t put_text(char **end, const unsigned char *bytes, size_t length)
{
	char *p = *end;
	size_t taken = 0;

	if (length >= CHUNK && is_plain(bytes)) {
		memcpy(p, bytes, CHUNK);
		*end = p + CHUNK;
		return CHUNK;
	}
	for (; taken < CHUNK && taken < length && bytes[taken] < 0x80; taken++) {
		const struct form *form = &forms[bytes[taken]];
		memcpy(p, form, sizeof(*form));
		p += form->length;
	}
	if (taken == 0) {
		taken = utf8_character(bytes, length);
		p = put_few(p, (const char *)bytes, taken);
	}
	*end = p;
	return taken;
}

void json_text(struct json_writer *w, const char *key, const char *text)
{
	json_text_n(w, key, text, strlen(text));
}

void json_text_n(struct json_writer *w, const char *key, const void *text, size_t length)
{
	const unsigned char *bytes = text;
	char *p = begin_value(w, key, 1 + CHUNK_ROOM + 1);

	*p++ = '"';
	while (length > 0) {
		size_t taken = put_text(&p, bytes, length);
		if (taken == 0) {
			p = put_few(p, "\xef\xbf\xbd", 3);
			taken = 1;
		}
		bytes += taken;
		length -= taken;
		advance(w, p);
		p = room(w, CHUNK_ROOM + 1);
	}
	*p++ = '"';
	advance(w, p);
}

void json_number(struct json_writer *w, const char *key, int64_t value)
{
	char *p = begin_value(w, key, DECIMAL_SIZE);

	advance(w, decimal_put(p, value));
}

void json_unsigned(struct json_writer *w, const char *key, uint64_t value)
{
	const unsigned char *bytes = (const unsigned char *)&(uint64_t){htobe64(value)};

	if (value <= INT64_MAX) {
		json_number(w, key, (int64_t)value);
		return;
	}
	char *p = put_few(begin_value(w, key, strlen("\"0x\"") + 2 * sizeof(value)), "\"0x", 3);
	p = put_hex(p, bytes, sizeof(value));
	*p++ = '"';
	advance(w, p);
}

void json_bool(struct json_writer *w, const char *key, bool value)
{
	put_value(w, key, value ? "true" : "false", value ? 4 : 5);
}

/* Writes them as text, behind `p`, where there is room for 2 * length + CHUNK_ROOM. Returns its
 * end, or NULL when they are none, or when hex digits are shorter than the text with its escapes:
 * "\u0000" has six bytes. So no more than that room is needed to see it. */
static char *put_if_text(char *p, const unsigned char *bytes, size_t length, bool is_truncated)
{
	const char *begin = p;
	size_t at = 0, taken;

	while (at < length && (size_t)(p - begin) <= 2 * length &&
		(taken = put_text(&p, bytes + at, length - at)) > 0)
		at += taken;
	if (at < length && !(is_truncated && utf8_is_cut(bytes + at, length - at)))
		return NULL;
	return (size_t)(p - begin) <= 2 * at ? p : NULL;
}

void json_bytes(
	struct json_writer *w, const char *key, const void *bytes, size_t length, bool is_truncated)
{
	json_object_begin(w, key);
	char *begin = room(w, strlen("\"text\":\"\"") + 2 * length + CHUNK_ROOM);
	char *p = put_if_text(put_few(begin, "\"text\":\"", 8), bytes, length, is_truncated);
	if (!p)
		p = put_hex(put_few(begin, "\"hex\":\"", 7), bytes, length);
	*p++ = '"';
	advance(w, p);
	w->needs_comma = true;
	if (is_truncated)
		json_bool(w, "truncated", true);
	json_object_end(w);
}

void json_raw(struct json_writer *w, const char *key, const char *value, size_t length)
{
	put_value(w, key, value, length);
}

void json_line_end(struct json_writer *w)
{
	put_character(w, '\n');
	w->needs_comma = false;
}

void json_line(struct json_writer *w, const char *line, size_t length)
{
	char *p = room(w, length);

	memcpy(p, line, length);
	advance(w, p + length);
}
