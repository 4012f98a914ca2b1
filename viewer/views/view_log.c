/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "format/utf8.h"
#include "viewer/views/view.h"

/* In UTF-16, as JSON has it: RFC 8259, 7. */
static void add_escape(struct text *text, uint32_t point)
{
	char escaped[16];
	int length = point < 0x10000 ? snprintf(escaped, sizeof(escaped), "\\u%04x", point)
				     : snprintf(escaped, sizeof(escaped), "\\u%04x\\u%04x",
					       0xd800 + ((point - 0x10000) >> 10),
					       0xdc00 + (point & 0x3ff));

	text_raw(text, escaped, (size_t)length);
}

/* What a terminal would obey, or what is not seen, stands only in strings, where it can be escaped.
 * Controls below DEL are in no line of JSON, nor are bytes that are no UTF-8. */
static void add_character(struct text *text, const unsigned char *bytes, size_t length)
{
	uint32_t point = length > 0 ? utf8_code_point(bytes, length) : 0;

	if (length == 0)
		add_escape(text, 0xfffd);
	else if (point < 0x20 && point != '\n')
		text_raw(text, " ", 1);
	else if (point != '\n' && text_is_hidden(point))
		add_escape(text, point);
	else
		text_raw(text, (const char *)bytes, length);
}

/* Adds what is whole, and returns how much that was. */
static size_t add_part(struct text *text, const unsigned char *bytes, size_t length, bool is_last)
{
	size_t at = 0;

	while (at < length) {
		size_t character = utf8_character(bytes + at, length - at);
		if (character == 0 && !is_last && utf8_is_cut(bytes + at, length - at))
			break;
		add_character(text, bytes + at, character);
		at += character > 0 ? character : 1;
	}
	return at;
}

static void add_source(struct text *text, const struct source *source)
{
	unsigned char bytes[65536], last = '\n';
	ssize_t length;

	for (uint64_t at = 0;
		(length = source_part(source, at, (char *)bytes, sizeof(bytes))) > 0;) {
		size_t added =
			add_part(text, bytes, (size_t)length, (size_t)length < sizeof(bytes));
		at += added;
		last = bytes[added - 1];
	}
	/* The trace may have been cut short. */
	if (last != '\n')
		text_raw(text, "\n", 1);
}

void view_log(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	const struct trace *trace = selection->trace;

	(void)options;
	for (size_t i = 0; i < trace->part_count; i++)
		add_source(text, trace->parts[i].source);
}

void view_log_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	(void)output;
	(void)selection;
	(void)options;
}
