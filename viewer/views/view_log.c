/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format/json_scan.h"
#include "format/memory.h"
#include "format/utf8.h"
#include "viewer/views/view.h"

/* Adds what is whole, and returns how much that was. NUL is of a hole: parser.c. */
static size_t add_part(struct text *text, const unsigned char *bytes, size_t length, bool is_last)
{
	size_t at = 0;

	while (at < length) {
		size_t character = utf8_character(bytes + at, length - at);
		if (character == 0 && !is_last && utf8_is_cut(bytes + at, length - at))
			break;
		if (bytes[at] != '\0')
			json_text_character(text, bytes + at, character);
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
		while (added > 1 && bytes[added - 1] == '\0')
			added--;
		last = bytes[added - 1] ? bytes[added - 1] : last;
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
	for (size_t i = 0; i < trace->source_count; i++)
		add_source(text, trace->sources[i]);
}

/* That nests no deeper than readers of JSON allow: json_scan.h. */
static bool is_object(const char *line, size_t length)
{
	struct json_scan scan;
	struct json_span key, value;

	if (json_scan_object(&scan, line, length))
		while (json_scan_member(&scan, &key, &value))
			;
	return !scan.is_bad;
}

/* A line that is no object of JSON is told as what it says. */
static void tell_line(struct json_output *output, const char *line, size_t length)
{
	if (is_object(line, length))
		json_raw(&output->writer, NULL, line, length);
	else
		json_text_n(&output->writer, NULL, line, length);
	json_output_some(output);
}

/* As much of a line as was read. */
struct line {
	char *bytes; /* owned */
	size_t length, capacity;
};

static void add_to_line(struct line *line, const char *bytes, size_t length)
{
	while (line->length + length > line->capacity)
		line->bytes = array_grow(
			line->bytes, line->capacity, &line->capacity, sizeof(*line->bytes));
	if (length > 0)
		memcpy(line->bytes + line->length, bytes, length);
	line->length += length;
}

static void tell_source(struct json_output *output, const struct source *source)
{
	struct line line = {0};
	char bytes[65536];
	ssize_t more;

	for (uint64_t at = 0; (more = source_part(source, at, bytes, sizeof(bytes))) > 0;
		at += (uint64_t)more) {
		for (const char *from = bytes, *end = bytes + more; from < end;) {
			while (line.length == 0 && from < end && *from == '\0')
				from++;
			const char *newline = memchr(from, '\n', (size_t)(end - from));
			size_t size = (size_t)((newline ? newline : end) - from);
			add_to_line(&line, from, size);
			if (newline) {
				tell_line(output, line.bytes, line.length);
				line.length = 0;
			}
			from += size + (newline != NULL);
		}
	}
	if (line.length > 0)
		tell_line(output, line.bytes, line.length);
	free(line.bytes);
}

void view_log_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	const struct trace *trace = selection->trace;

	(void)options;
	json_array_begin(&output->writer, "records");
	for (size_t i = 0; i < trace->source_count; i++)
		tell_source(output, trace->sources[i]);
	json_array_end(&output->writer);
}
