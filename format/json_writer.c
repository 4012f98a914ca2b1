/* SPDX-License-Identifier: MIT */
#include "format/json_writer.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/utf8.h"

void json_writer_free(struct json_writer *w)
{
	free(w->text);
	*w = (struct json_writer){0};
}

static void put(struct json_writer *w, const void *text, size_t length)
{
	if (w->capacity - w->length < length) {
		size_t capacity = (w->capacity + length) * 2 + 4096;
		w->text = xrealloc(w->text, capacity);
		w->capacity = capacity;
	}
	memcpy(w->text + w->length, text, length);
	w->length += length;
}

static void put_hex(struct json_writer *w, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++)
		put(w, (char[]){digits[bytes[i] >> 4], digits[bytes[i] & 15]}, 2);
}

static void put_escaped(struct json_writer *w, unsigned char byte)
{
	static const char short_forms[256] = {
		['"'] = '"', ['\\'] = '\\', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};

	if (short_forms[byte]) {
		put(w, (char[]){'\\', short_forms[byte]}, 2);
	} else {
		put(w, "\\u00", 4);
		put_hex(w, &byte, 1);
	}
}

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void put_quoted(struct json_writer *w, const unsigned char *bytes, size_t length)
{
	put(w, "\"", 1);
	for (size_t i = 0; i < length;) {
		size_t run = i;
		while (run < length && is_plain(bytes[run]))
			run++;
		put(w, bytes + i, run - i);
		i = run;
		if (i == length)
			break;
		size_t step = utf8_character(bytes + i, length - i);
		if (step > 1)
			put(w, bytes + i, step);
		else if (step == 1)
			put_escaped(w, bytes[i]);
		else
			put(w, "\xef\xbf\xbd", 3);
		i += step ? step : 1;
	}
	put(w, "\"", 1);
}

static void begin_value(struct json_writer *w, const char *key)
{
	if (w->needs_comma)
		put(w, ",", 1);
	if (key) {
		put(w, "\"", 1);
		put(w, key, strlen(key));
		put(w, "\":", 2);
	}
	w->needs_comma = true;
}

static void begin_nest(struct json_writer *w, const char *key, const char *bracket)
{
	begin_value(w, key);
	put(w, bracket, 1);
	w->needs_comma = false;
}

static void end_nest(struct json_writer *w, const char *bracket)
{
	put(w, bracket, 1);
	w->needs_comma = true;
}

void json_object_begin(struct json_writer *w, const char *key)
{
	begin_nest(w, key, "{");
}

void json_object_end(struct json_writer *w)
{
	end_nest(w, "}");
}

void json_array_begin(struct json_writer *w, const char *key)
{
	begin_nest(w, key, "[");
}

void json_array_end(struct json_writer *w)
{
	end_nest(w, "]");
}

void json_text(struct json_writer *w, const char *key, const char *text)
{
	json_text_n(w, key, text, strlen(text));
}

void json_text_n(struct json_writer *w, const char *key, const void *text, size_t length)
{
	begin_value(w, key);
	put_quoted(w, text, length);
}

static void put_decimal(struct json_writer *w, bool is_negative, uint64_t magnitude)
{
	char digits[21], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + magnitude % 10);
	while (magnitude /= 10);
	if (is_negative)
		*--p = '-';
	put(w, p, (size_t)(digits + sizeof(digits) - p));
}

void json_number(struct json_writer *w, const char *key, int64_t value)
{
	begin_value(w, key);
	put_decimal(w, value < 0, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_unsigned(struct json_writer *w, const char *key, uint64_t value)
{
	if (value <= INT64_MAX) {
		json_number(w, key, (int64_t)value);
		return;
	}
	begin_value(w, key);
	put(w, "\"0x", 3);
	for (int shift = 56; shift >= 0; shift -= 8)
		put_hex(w, &(unsigned char){(unsigned char)(value >> shift)}, 1);
	put(w, "\"", 1);
}

void json_bool(struct json_writer *w, const char *key, bool value)
{
	begin_value(w, key);
	put(w, value ? "true" : "false", value ? 4 : 5);
}

void json_bytes(
	struct json_writer *w, const char *key, const void *bytes, size_t length, bool is_truncated)
{
	size_t valid = utf8_valid_prefix(bytes, length);
	bool is_text =
		valid == length ||
		(is_truncated && utf8_is_cut((const unsigned char *)bytes + valid, length - valid));

	json_object_begin(w, key);
	if (is_text) {
		json_text_n(w, "text", bytes, valid);
	} else {
		begin_value(w, "hex");
		put(w, "\"", 1);
		put_hex(w, bytes, length);
		put(w, "\"", 1);
	}
	if (is_truncated)
		json_bool(w, "truncated", true);
	json_object_end(w);
}

void json_raw(struct json_writer *w, const char *key, const char *value, size_t length)
{
	begin_value(w, key);
	put(w, value, length);
}

void json_line_end(struct json_writer *w)
{
	put(w, "\n", 1);
	w->needs_comma = false;
}

void json_line(struct json_writer *w, const char *line, size_t length)
{
	put(w, line, length);
}
