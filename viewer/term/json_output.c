/* SPDX-License-Identifier: MIT */
#include "viewer/term/json_output.h"

#include <stdio.h>

#include "format/utf8.h"

#define MUCH 65536

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

/* Controls below DEL are in no string of JSON, nor are bytes that are no UTF-8. */
void json_text_character(struct text *text, const unsigned char *bytes, size_t length)
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

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '<';
}

void json_output_give(struct json_output *output)
{
	if (output->writer.length == 0)
		return;
	const unsigned char *at = (const unsigned char *)output->writer.text;
	const unsigned char *end = at + output->writer.length;

	while (at < end) {
		size_t plain = 0;
		while (at + plain < end && is_plain(at[plain]))
			plain++;
		text_raw(output->text, (const char *)at, plain);
		at += plain;
		if (at == end)
			break;
		size_t length = utf8_character(at, (size_t)(end - at));
		if (*at == '<')
			add_escape(output->text, '<');
		else
			json_text_character(output->text, at, length);
		at += length > 0 ? length : 1;
	}
	output->writer.length = 0;
}

void json_output_some(struct json_output *output)
{
	if (output->writer.length > MUCH)
		json_output_give(output);
}

void json_output_words(struct json_output *output, const char *key, struct text *words)
{
	size_t blanks = 0, end = words->length;

	while (blanks < end && words->bytes[blanks] == ' ')
		blanks++;
	while (end > blanks && words->bytes[end - 1] == ' ')
		end--;
	if (blanks < end)
		json_text_n(&output->writer, key, words->bytes + blanks, end - blanks);
	words->length = words->column = 0;
}

void json_output_finish(struct json_output *output)
{
	json_output_give(output);
	json_writer_free(&output->writer);
}
