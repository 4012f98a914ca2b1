/* SPDX-License-Identifier: MIT */
#include "format/json_scan.h"

#include <endian.h>
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

/* Mostly there are none. */
static inline void skip_blanks(struct json_scan *scan)
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

static unsigned int hex_digit(char c)
{
	return (unsigned int)(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* Four digits, which are known to be there. */
static uint32_t hex_unit(const char *digits)
{
	return hex_digit(digits[0]) << 12 | hex_digit(digits[1]) << 8 | hex_digit(digits[2]) << 4 |
	       hex_digit(digits[3]);
}

/* After "\\u". */
static bool skip_unit(struct json_scan *scan, uint32_t *unit)
{
	if (scan->end - scan->at < 4)
		return bad(scan);
	for (int i = 0; i < 4; i++)
		if (!is_hex(scan->at[i]))
			return bad(scan);
	*unit = hex_unit(scan->at);
	scan->at += 4;
	return true;
}

static bool is_high_surrogate(uint32_t unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low_surrogate(uint32_t unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* What stands for itself behind a backslash, or for a control character; 0: nothing else does. */
static const char escapes[256] = {['"'] = '"',
	['\\'] = '\\',
	['/'] = '/',
	['b'] = '\b',
	['f'] = '\f',
	['n'] = '\n',
	['r'] = '\r',
	['t'] = '\t'};

/* After the backslash. */
static bool skip_escape(struct json_scan *scan)
{
	uint32_t unit;

	if (scan->at == scan->end)
		return bad(scan);
	char c = *scan->at++;
	if (c != 'u')
		return escapes[(unsigned char)c] ? true : bad(scan);
	if (!skip_unit(scan, &unit) || is_low_surrogate(unit))
		return bad(scan);
	scan->has_nul |= unit == 0;
	if (!is_high_surrogate(unit))
		return true;
	if (!take(scan, '\\') || !take(scan, 'u'))
		return bad(scan);
	return skip_unit(scan, &unit) && is_low_surrogate(unit) ? true : bad(scan);
}

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* A bit in each of eight bytes that may be the end of a string or has to be looked at. The lowest
 * one is right; those above it may be wrong, as a byte below them borrowed from them. */
static uint64_t specials(uint64_t bytes)
{
	uint64_t quotes = bytes ^ EACH_BYTE('"'), backslashes = bytes ^ EACH_BYTE('\\');

	return (bytes | (bytes - EACH_BYTE(0x20)) | (quotes - EACH_BYTE(1)) |
		       (backslashes - EACH_BYTE(1))) &
	       EACH_BYTE(0x80);
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void skip_plain(struct json_scan *scan)
{
	uint64_t bytes, found;

	for (; scan->end - scan->at >= (ptrdiff_t)sizeof(bytes); scan->at += sizeof(bytes)) {
		memcpy(&bytes, scan->at, sizeof(bytes));
		found = specials(le64toh(bytes));
		if (found) {
			scan->at += __builtin_ctzll(found) / 8;
			return;
		}
	}
	while (scan->at < scan->end && is_plain(*scan->at))
		scan->at++;
}

/* After the opening quote, over the closing one. */
static bool skip_string(struct json_scan *scan)
{
	while (true) {
		skip_plain(scan);
		if (scan->at == scan->end)
			return bad(scan);
		if (take(scan, '"'))
			return true;
		if (take(scan, '\\')) {
			if (!skip_escape(scan))
				return false;
		} else {
			size_t step = utf8_character(
				(const unsigned char *)scan->at, (size_t)(scan->end - scan->at));
			if (step == 0 || (unsigned char)*scan->at < 0x20)
				return bad(scan);
			scan->at += step;
		}
	}
}

static bool skip_digits(struct json_scan *scan)
{
	const char *begin = scan->at;

	while (scan->at < scan->end && is_digit(*scan->at))
		scan->at++;
	return scan->at > begin ? true : bad(scan);
}

/* So many always fit into 64 bits. */
#define FITTING_DIGITS 18

static bool skip_number(struct json_scan *scan)
{
	struct json_span number = {.text = scan->at};
	bool is_integer = true;
	int64_t integer;

	take(scan, '-');
	if (!take(scan, '0') && !skip_digits(scan))
		return false;
	if (take(scan, '.')) {
		is_integer = false;
		if (!skip_digits(scan))
			return false;
	}
	if (take(scan, 'e') || take(scan, 'E')) {
		is_integer = false;
		if (!take(scan, '+'))
			take(scan, '-');
		if (!skip_digits(scan))
			return false;
	}
	number.length = (size_t)(scan->at - number.text);
	return !is_integer || number.length <= FITTING_DIGITS ||
	       json_span_integer(number, &integer) || bad(scan);
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

/* Over a name and its colon. */
static bool take_key(struct json_scan *scan, struct json_span *key)
{
	if (!take(scan, '"'))
		return bad(scan);
	key->text = scan->at;
	scan->has_nul = false;
	if (!skip_string(scan))
		return false;
	key->length = (size_t)(scan->at - 1 - key->text);
	if (scan->has_nul)
		return bad(scan);
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
	struct json_span key;
	int depth = 0;

	while (true) {
		if (scan->at == scan->end)
			return bad(scan);
		scan->values++;
		char c = *scan->at;
		if (c == '{' || c == '[') {
			if (depth == MAX_DEPTH)
				return bad(scan);
			open[depth++] = c == '{' ? '}' : ']';
			scan->at++;
			skip_blanks(scan);
			if (!take(scan, open[depth - 1])) {
				if (c == '{' && !take_key(scan, &key))
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
		if (open[depth - 1] == '}' && !take_key(scan, &key))
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
	return has_next(scan, '}') && take_key(scan, key) && take_value(scan, value);
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

bool json_span_string(struct json_span span, struct json_span *inside)
{
	if (span.length < 2 || span.text[0] != '"')
		return false;
	*inside = (struct json_span){span.text + 1, span.length - 2};
	return true;
}

static size_t put_utf8(uint32_t point, char *into)
{
	if (point < 0x80) {
		into[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		into[0] = (char)(0xc0 | point >> 6);
		into[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		into[0] = (char)(0xe0 | point >> 12);
		into[1] = (char)(0x80 | (point >> 6 & 0x3f));
		into[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	into[0] = (char)(0xf0 | point >> 18);
	into[1] = (char)(0x80 | (point >> 12 & 0x3f));
	into[2] = (char)(0x80 | (point >> 6 & 0x3f));
	into[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

/* The escape at the backslash, as a character; `*at` goes behind it. */
static uint32_t escaped(const char **at)
{
	char c = (*at)[1];

	if (c != 'u') {
		*at += 2;
		return (unsigned char)escapes[(unsigned char)c];
	}
	uint32_t unit = hex_unit(*at + 2);
	*at += 6;
	if (!is_high_surrogate(unit))
		return unit;
	uint32_t low = hex_unit(*at + 2);
	*at += 6;
	return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

size_t json_string_read(const char *text, size_t length, char *into, size_t *decoded)
{
	struct json_scan scan = {.at = text, .end = text + length};
	char *to = into;

	if (!take(&scan, '"'))
		return 0;
	while (true) {
		const char *from = scan.at;
		skip_plain(&scan);
		memcpy(to, from, (size_t)(scan.at - from));
		to += scan.at - from;
		if (scan.at == scan.end)
			return 0;
		if (take(&scan, '"'))
			break;
		from = scan.at;
		if (take(&scan, '\\')) {
			if (!skip_escape(&scan))
				return 0;
			to += put_utf8(escaped(&from), to);
			continue;
		}
		size_t step =
			utf8_character((const unsigned char *)from, (size_t)(scan.end - from));
		if (step == 0 || (unsigned char)*from < 0x20)
			return 0;
		memcpy(to, from, step);
		to += step;
		scan.at += step;
	}
	*decoded = (size_t)(to - into);
	return (size_t)(scan.at - text);
}

size_t json_span_decode(struct json_span inside, char *into)
{
	const char *at = inside.text, *end = at + inside.length;
	char *to = into;

	while (at < end) {
		const char *backslash = memchr(at, '\\', (size_t)(end - at));
		size_t plain = (size_t)((backslash ? backslash : end) - at);
		memcpy(to, at, plain);
		at += plain;
		to += plain;
		if (backslash)
			to += put_utf8(escaped(&at), to);
	}
	*to = '\0';
	return (size_t)(to - into);
}

/* Each character of a word is written with at most six. */
#define MAX_KEY 241

bool json_key_is(struct json_span key, struct json_span word)
{
	char decoded[MAX_KEY];

	/* With escapes it would be longer. */
	if (key.length <= word.length)
		return key.length == word.length && memcmp(key.text, word.text, word.length) == 0;
	if (key.length >= MAX_KEY || !memchr(key.text, '\\', key.length))
		return false;
	return json_span_decode(key, decoded) == word.length &&
	       memcmp(decoded, word.text, word.length) == 0;
}
