/* SPDX-License-Identifier: MIT */
/*
 * Walks through JSON text without making anything of it: what is where. As strict as RFC 8259; what
 * it passes over is JSON.
 *
 *	struct json_scan scan;
 *	struct json_span key, value;
 *	if (json_scan_object(&scan, text, length))
 *		while (json_scan_member(&scan, &key, &value))
 *			…
 *	if (scan.is_bad)
 *		…
 *
 * A trace of a million calls is read in seconds with it where a library that makes trees takes many
 * times as long; what has an open shape is left to that library.
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

struct json_scan {
	const char *at, *end;
	bool is_bad; /* what was read is no JSON, or something follows it */
	bool is_first, is_nested;
};

/* Begins to read a text that is an object; or an object or array that is a value of it. */
bool json_scan_object(struct json_scan *scan, const char *text, size_t length);
bool json_scan_value_object(struct json_scan *scan, struct json_span value);
bool json_scan_value_array(struct json_scan *scan, struct json_span value);

/* The next member or element; false after the last one, or when the text is bad. */
bool json_scan_member(struct json_scan *scan, struct json_span *key, struct json_span *value);
bool json_scan_element(struct json_scan *scan, struct json_span *value);

bool json_span_is(struct json_span span, const char *word);

/* An integer without fraction or exponent that fits; false for anything else. */
bool json_span_integer(struct json_span span, int64_t *integer);

/* What stands between the quotes of a string that has no escapes; false for anything else. */
bool json_span_plain(struct json_span span, struct json_span *inside);

#endif
