/* SPDX-License-Identifier: MIT */
/* Strings of JSON by a writer that looks at one byte after the other, which is the judge of ours.
 */
#ifndef TESTS_PLAIN_JSON_H
#define TESTS_PLAIN_JSON_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "format/json_writer.h"
#include "format/utf8.h"

/* Room for `length` bytes as text and as bytes, whose length is a number that the compiler knows.
 */
#define PLAIN_ROOM(length) (2 * (6 * (length) + 32))

static size_t plain_byte(char *into, unsigned char byte)
{
	static const char letters[] = {
		['"'] = '"', ['\\'] = '\\', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};

	if (byte < sizeof(letters) && letters[byte])
		return (size_t)sprintf(into, "\\%c", letters[byte]);
	return (size_t)sprintf(into, byte < 0x20 || byte == 0x7f ? "\\u%04x" : "%c", byte);
}

/* What json_text_n() writes. */
static size_t plain_text(char *into, const unsigned char *bytes, size_t length)
{
	size_t written = 0, step;

	into[written++] = '"';
	for (size_t at = 0; at < length; at += step ? step : 1) {
		step = utf8_character(bytes + at, length - at);
		if (step == 1)
			written += plain_byte(into + written, bytes[at]);
		else
			written += (size_t)sprintf(into + written, "%.*s", step ? (int)step : 3,
				step ? (const char *)bytes + at : "\xef\xbf\xbd");
	}
	into[written++] = '"';
	return written;
}

/* What json_bytes() writes. */
static size_t plain_bytes(char *into, const unsigned char *bytes, size_t length, bool is_truncated)
{
	size_t valid = utf8_valid_prefix(bytes, length);
	bool is_text =
		valid == length || (is_truncated && utf8_is_cut(bytes + valid, length - valid));
	size_t written = (size_t)sprintf(into, "{\"text\":");
	size_t quoted = plain_text(into + written, bytes, valid);

	if (is_text && quoted - 2 <= 2 * valid) {
		written += quoted;
	} else {
		written = (size_t)sprintf(into, "{\"hex\":\"");
		for (size_t i = 0; i < length; i++)
			written += (size_t)sprintf(into + written, "%02x", bytes[i]);
		into[written++] = '"';
	}
	return written +
	       (size_t)sprintf(into + written, is_truncated ? ",\"truncated\":true}" : "}");
}

/* Writes the bytes as an array of text and of bytes; false when that is not what the plain writer
 * makes of them in `room`. */
static bool plain_agrees(struct json_writer *w, const char *key, char *room,
	const unsigned char *bytes, size_t length, bool is_truncated)
{
	size_t size = 0;

	json_array_begin(w, key);
	size_t begin = w->length;
	json_text_n(w, NULL, bytes, length);
	json_bytes(w, NULL, bytes, length, is_truncated);
	size += plain_text(room, bytes, length);
	room[size++] = ',';
	size += plain_bytes(room + size, bytes, length, is_truncated);
	bool agrees = w->length - begin == size && memcmp(w->text + begin, room, size) == 0;
	json_array_end(w);
	return agrees;
}

#endif
