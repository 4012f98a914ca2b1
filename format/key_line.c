/* SPDX-License-Identifier: MIT */
#include "format/key_line.h"

#include <stddef.h>
#include <string.h>

#define LABEL_BYTES 64

/* The digits that `text` begins with. */
static size_t digits(const char *text, const char *end)
{
	const char *at = text;

	while (at < end && strchr("0123456789abcdefABCDEF", *at) && *at)
		at++;
	return (size_t)(at - text);
}

/* RFC 9850, section 2. */
bool key_line_is_good(const char *line, const char *end)
{
	const char *at = line;

	if (end - line >= KEY_LINE_BYTES)
		return false;
	while (at < end && ((*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') || *at == '_'))
		at++;
	if (at == line || at - line > LABEL_BYTES)
		return false;
	for (int i = 0; i < 2; i++) {
		size_t length = at < end && *at == ' ' ? digits(at + 1, end) : 0;
		if (length == 0)
			return false;
		at += 1 + length;
	}
	return at == end;
}
