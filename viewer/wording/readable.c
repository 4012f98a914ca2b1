/* SPDX-License-Identifier: MIT */
#include "viewer/wording/readable.h"

#include <stdlib.h>

#include "format/memory.h"
#include "format/utf8.h"
#include "viewer/model/payload.h"

/* Of UTF-8: a character of several bytes is one that can be read. */
static bool is_half_readable(const unsigned char *bytes, size_t length)
{
	size_t seen = 0;

	for (size_t i = 0; i < length; i++)
		seen += bytes[i] >= ' ' && bytes[i] != 0x7f;
	return 2 * seen >= length;
}

/* Digits that are a text's become it. */
static void read_digits(struct readable *readable, const struct value *data)
{
	size_t size = readable->length / 2 + 1;
	unsigned char *bytes = xcalloc(1, size);
	size_t count = payload_of(data, bytes, size);
	size_t valid = utf8_valid_prefix(bytes, count);
	bool is_whole =
		valid == count || (readable->is_cut && utf8_is_cut(bytes + valid, count - valid));

	readable->copy = (char *)bytes;
	if (valid == 0 || 2 * count != readable->length || !is_whole ||
		!is_half_readable(bytes, valid))
		return;
	readable->words = readable->copy;
	readable->length = valid;
	readable->is_text = true;
}

static const struct value *data_of(const struct record_call *call)
{
	return call->data ? call->data : value_member(value_element(call->messages, 0), "data");
}

bool readable_is_there(const struct record_call *call)
{
	const struct value *data = data_of(call);

	return value_text(value_member(data, "text"), NULL) ||
	       value_text(value_member(data, "hex"), NULL);
}

bool readable_payload(struct readable *readable, const struct record_call *call)
{
	const struct value *data = data_of(call);

	*readable = (struct readable){.is_cut = value_is_true(value_member(data, "truncated"))};
	readable->words = value_text(value_member(data, "text"), &readable->length);
	readable->is_text = readable->words;
	if (readable->is_text)
		return true;
	readable->words = value_text(value_member(data, "hex"), &readable->length);
	if (readable->words)
		read_digits(readable, data);
	return readable->words;
}

void readable_free(struct readable *readable)
{
	free(readable->copy);
}
