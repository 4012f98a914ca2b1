#include <stdio.h>

#include "viewer/view.h"

/* What a terminal would obey stands only in strings, where JSON has escapes for it: ASCII's DEL and
 * the C1 controls, which UTF-8 begins with 0xc2. The other controls are in no line of JSON. */
static void add_byte(struct text *text, unsigned char before, unsigned char byte)
{
	char escaped[8];

	if (byte == 0x7f || (before == 0xc2 && byte < 0xa0)) {
		int length = snprintf(escaped, sizeof(escaped), "\\u%04x", byte);
		text_raw(text, escaped, (size_t)length);
		return;
	}
	if (before == 0xc2)
		text_raw(text, (const char *)&before, 1);
	if (byte < 0x20 && byte != '\n')
		byte = ' ';
	if (byte != 0xc2)
		text_raw(text, (const char *)&byte, 1);
}

static void add_source(struct text *text, const struct source *source)
{
	char bytes[65536];
	unsigned char before = 0;
	ssize_t length;

	for (uint64_t at = 0; (length = source_part(source, at, bytes, sizeof(bytes))) > 0;
		at += (uint64_t)length)
		for (ssize_t i = 0; i < length; i++) {
			add_byte(text, before, (unsigned char)bytes[i]);
			before = (unsigned char)bytes[i];
		}
}

void view_log(struct text *text, const struct trace *trace, const struct view_options *options)
{
	(void)options;
	for (size_t i = 0; i < trace->part_count; i++)
		add_source(text, trace->parts[i].source);
}
