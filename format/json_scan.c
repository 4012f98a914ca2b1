/* SPDX-License-Identifier: MIT */
#include "format/json_scan.h"

#include <string.h>

#include "format/utf8.h"

#define MAX_DEPTH 64

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_blanks(struct json_scan *scan)
{
	while (scan->at < scan->end && is_blank(*scan->at))
		scan->at++;
}

static bool bad(struct json_scan *scan)
{
	scan->is_bad = true;
	return false;
}

/* Passes over `c`; false when something else stands there. */
static bool take(struct json_scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool skip_word(struct json_scan *scan, const char *word, size_t length)
{
	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
		return bad(scan);
	scan->at += length;
	return true;
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool skip_escape(struct json_scan *scan)
{
	if (scan->at == scan->end)
		return bad(scan);
	char c = *scan->at++;
	if (c != 'u')
		return strchr("\"\\/bfnrt", c) && c ? true : bad(scan);
	for (int i = 0; i < 4; i++, scan->at++)
		if (scan->at == scan->end || !is_hex(*scan->at))
			return bad(scan);
	return true;
}

/* After the opening quote, over the closing one. */
static bool skip_string(struct json_scan *scan)
{
	while (scan->at < scan->end) {
		unsigned char c = (unsigned char)*scan->at;
		if (c == '"') {
			scan->at++;
			return true;
		}
		if (c == '\\') {
			scan->at++;
			if (!skip_escape(scan))
				return false;
		} else if (c < 0x20) {
			return bad(scan);
		} else if (c < 0x80) {
			scan->at++;
		} else {
			size_t step = utf8_character(
				(const unsigned char *)scan->at, (size_t)(scan->end - scan->at));
			if (step == 0)
				return bad(scan);
			scan->at += step;
		}
	}
	return bad(scan);
}

static bool skip_digits(struct json_scan *scan)
{
	const char *begin = scan->at;

	while (scan->at < scan->end && is_digit(*scan->at))
		scan->at++;
	return scan->at > begin ? true : bad(scan);
}

/* Numbers that may not fit are left to who reads them. */
#define MAX_DIGITS   18
#define MAX_EXPONENT 2

static bool skip_exponent(struct json_scan *scan)
{
	if (!take(scan, '+'))
		take(scan, '-');
	const char *begin = scan->at;
	return skip_digits(scan) && (scan->at - begin <= MAX_EXPONENT || bad(scan));
}

static bool skip_number(struct json_scan *scan)
{
	const char *begin = scan->at;

	take(scan, '-');
	if (!take(scan, '0') && !skip_digits(scan))
		return false;
	if (take(scan, '.') && !skip_digits(scan))
		return false;
	if ((take(scan, 'e') || take(scan, 'E')) && !skip_exponent(scan))
		return false;
	return scan->at - begin <= MAX_DIGITS || bad(scan);
}

static bool skip_scalar(struct json_scan *scan)
{
	switch (*scan->at) {
	case '"':
		scan->at++;
		return skip_string(scan);
	case 't':
		return skip_word(scan, "true", 4);
	case 'f':
		return skip_word(scan, "false", 5);
	case 'n':
		return skip_word(scan, "null", 4);
	default:
		return skip_number(scan);
	}
}

static bool skip_key(struct json_scan *scan)
{
	skip_blanks(scan);
	if (!take(scan, '"'))
		return bad(scan);
	if (!skip_string(scan))
		return false;
	skip_blanks(scan);
	if (!take(scan, ':'))
		return bad(scan);
	skip_blanks(scan);
	return true;
}

/* Over one value, however deep; `open` has the brackets that it is inside of. */
static bool skip_value(struct json_scan *scan)
{
	char open[MAX_DEPTH];
	int depth = 0;

	while (true) {
		if (scan->at == scan->end)
			return bad(scan);
		char c = *scan->at;
		if (c == '{' || c == '[') {
			if (depth == MAX_DEPTH)
				return bad(scan);
			open[depth++] = c == '{' ? '}' : ']';
			scan->at++;
			skip_blanks(scan);
			if (!take(scan, open[depth - 1])) {
				if (c == '{' && !skip_key(scan))
					return false;
				continue;
			}
			depth--;
		} else if (!skip_scalar(scan)) {
			return false;
		}
		while (true) {
			if (depth == 0)
				return true;
			skip_blanks(scan);
			if (!take(scan, open[depth - 1]))
				break;
			depth--;
		}
		if (!take(scan, ','))
			return bad(scan);
		skip_blanks(scan);
		if (open[depth - 1] == '}' && !skip_key(scan))
			return false;
	}
}

static bool begin(struct json_scan *scan, const char *text, size_t length, char bracket)
{
	*scan = (struct json_scan){.at = text, .end = text + length, .is_first = true};
	skip_blanks(scan);
	return take(scan, bracket) ? true : bad(scan);
}

bool json_scan_object(struct json_scan *scan, const char *text, size_t length)
{
	return begin(scan, text, length, '{');
}

bool json_scan_value_object(struct json_scan *scan, struct json_span value)
{
	return begin(scan, value.text, value.length, '{');
}

bool json_scan_value_array(struct json_scan *scan, struct json_span value)
{
	return begin(scan, value.text, value.length, '[');
}

/* Passes over the comma; false after the last of them, where nothing may follow. */
static bool has_next(struct json_scan *scan, char bracket)
{
	if (scan->is_bad)
		return false;
	skip_blanks(scan);
	if (take(scan, bracket)) {
		skip_blanks(scan);
		scan->is_bad = scan->at != scan->end;
		return false;
	}
	if (!scan->is_first && !take(scan, ','))
		return bad(scan);
	scan->is_first = false;
	skip_blanks(scan);
	return true;
}

static bool take_value(struct json_scan *scan, struct json_span *value)
{
	value->text = scan->at;
	if (!skip_value(scan))
		return false;
	value->length = (size_t)(scan->at - value->text);
	return true;
}

bool json_scan_member(struct json_scan *scan, struct json_span *key, struct json_span *value)
{
	if (!has_next(scan, '}'))
		return false;
	key->text = scan->at + 1;
	if (!take(scan, '"'))
		return bad(scan);
	if (!skip_string(scan))
		return false;
	key->length = (size_t)(scan->at - 1 - key->text);
	skip_blanks(scan);
	if (!take(scan, ':'))
		return bad(scan);
	skip_blanks(scan);
	return take_value(scan, value);
}

bool json_scan_element(struct json_scan *scan, struct json_span *value)
{
	return has_next(scan, ']') && take_value(scan, value);
}

bool json_span_is(struct json_span span, const char *word)
{
	return strlen(word) == span.length && memcmp(span.text, word, span.length) == 0;
}

bool json_span_integer(struct json_span span, int64_t *integer)
{
	const char *at = span.text, *end = span.text + span.length;
	bool is_negative = at < end && *at == '-';
	int64_t value = 0;

	at += is_negative;
	if (at == end)
		return false;
	for (; at < end; at++)
		if (!is_digit(*at) || __builtin_mul_overflow(value, 10, &value) ||
			__builtin_sub_overflow(value, *at - '0', &value))
			return false;
	*integer = value;
	return is_negative || !__builtin_sub_overflow((int64_t)0, value, integer);
}

bool json_span_plain(struct json_span span, struct json_span *inside)
{
	if (span.length < 2 || span.text[0] != '"' || memchr(span.text, '\\', span.length))
		return false;
	*inside = (struct json_span){span.text + 1, span.length - 2};
	return true;
}
