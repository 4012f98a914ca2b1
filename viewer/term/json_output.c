/* SPDX-License-Identifier: MIT */
#include "viewer/term/json_output.h"

#include <string.h>

#define MUCH 65536

/* "<" stands in strings only, where its number means the same. */
void json_output_give(struct json_output *output)
{
	if (output->writer.length == 0)
		return;
	const char *at = output->writer.text, *end = at + output->writer.length;
	while (at < end) {
		const char *found = memchr(at, '<', (size_t)(end - at));
		size_t length = (size_t)((found ? found : end) - at);
		text_raw(output->text, at, length);
		if (found)
			text_raw(output->text, "\\u003c", 6);
		at += length + (found != NULL);
	}
	output->writer.length = 0;
}

void json_output_some(struct json_output *output)
{
	if (output->writer.length > MUCH)
		json_output_give(output);
}

void json_output_finish(struct json_output *output)
{
	json_output_give(output);
	json_writer_free(&output->writer);
}
