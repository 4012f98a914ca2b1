/* SPDX-License-Identifier: MIT */
/*
 * Walks through JSON text without making anything of it: what is where. As strict as RFC 8259; what
 * it passes over is JSON. Refused are also what RFC 8259 leaves open and other readers refuse:
 * integers that do not fit into 64 bits, half of a surrogate pair, a NUL in a name, and what is
 * nested more than 64 deep.
 *
 *	struct json_scan scan;
 *	struct json_span key, value;
 *	if (json_scan_object(&scan, text, length))
 *		while (json_scan_member(&scan, &key, &value))
 *			…
 *	if (scan.is_bad)
 *		…
 */
#ifndef FORMAT_JSON_SCAN_H
#define FORMAT_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of the text: a whole value, or what stands between the quotes of a key. */
struct json_span {
	const char *text;
	size_t length;
};

/* Of a word that stands in the code. */
#define JSON_WORD(word) ((struct json_span){(word), sizeof(word) - 1})

struct json_scan {
	const char *at, *end;
	size_t values; /* passed over so far, with those inside of others */
	bool is_bad;   /* what was read is no JSON, or something follows it; it is at `at` */
	bool is_first, has_nul;
};

/* Begins to read a text that is an object; or an object or array that is a value of it. */
bool json_scan_object(struct json_scan *scan, const char *text, size_t length);
bool json_scan_value_object(struct json_scan *scan, struct json_span value);
bool json_scan_value_array(struct json_scan *scan, struct json_span value);

/* The next member or element; false after the last one, or when the text is bad. */
bool json_scan_member(struct json_scan *scan, struct json_span *key, struct json_span *value);
bool json_scan_element(struct json_scan *scan, struct json_span *value);

bool json_span_is(struct json_span span, const char *word);

/* Writes the text between the quotes of a name or a string without escapes, and a NUL behind it: at
 * most as many bytes as stand there, and one more. Returns its length without the NUL. */
size_t json_span_decode(struct json_span inside, char *into);

/* Reads the string that the text begins with, and writes it as json_span_decode does, without a NUL
 * behind it: so much is written. Returns how much of the text it takes; 0: it is no string. */
size_t json_string_read(const char *text, size_t length, char *into, size_t *decoded);

/* A name in the text is that word, also where it is written with escapes. */
bool json_key_is(struct json_span key, struct json_span word);

/* An integer without fraction or exponent that fits; false for anything else. */
bool json_span_integer(struct json_span span, int64_t *integer);

/* The text between the quotes of a string; false for anything else. */
bool json_span_string(struct json_span span, struct json_span *inside);

#endif
