/* SPDX-License-Identifier: MIT */
#include "viewer/model/payload.h"

#include <ctype.h>
#include <string.h>

static int digit(char letter)
{
	return letter >= 'a' ? letter - 'a' + 10 : letter >= 'A' ? letter - 'A' + 10 : letter - '0';
}

/* As many bytes as have room; fewer where it is no number in base 16. */
static size_t read_hex(unsigned char *into, size_t size, const char *hex, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i + 1 < length && count < size; i += 2) {
		if (!isxdigit((unsigned char)hex[i]) || !isxdigit((unsigned char)hex[i + 1]))
			break;
		into[count++] = (unsigned char)(digit(hex[i]) << 4 | digit(hex[i + 1]));
	}
	return count;
}

size_t payload_of(const struct value *data, unsigned char *into, size_t size)
{
	size_t length = 0;
	const char *text = value_text(value_member(data, "text"), &length);

	if (value_is_true(value_member(data, "redacted")))
		return 0;
	if (!text) {
		const char *hex = value_text(value_member(data, "hex"), &length);
		return hex ? read_hex(into, size, hex, length) : 0;
	}
	memcpy(into, text, length < size ? length : size);
	return length < size ? length : size;
}

/* As our own tracer writes it; false when it is written otherwise. */
static bool read_plain(const char *data, size_t length, struct scratch *memory, size_t *count)
{
	static const char begins[] = "{\"text\":", ends[] = "}",
			  cut_ends[] = ",\"truncated\":true}";
	size_t before = sizeof(begins) - 1;

	if (length < before || memcmp(data, begins, before) != 0)
		return false;
	char *into = scratch_get(memory, length);
	size_t taken = json_string_read(data + before, length - before, into, count);
	const char *rest = data + before + taken;
	size_t left = length - before - taken;
	return taken > 0 &&
	       ((left >= sizeof(ends) - 1 && memcmp(rest, ends, sizeof(ends) - 1) == 0) ||
		       (left >= sizeof(cut_ends) - 1 &&
			       memcmp(rest, cut_ends, sizeof(cut_ends) - 1) == 0));
}

size_t payload_in(
	const char *data, size_t length, struct scratch *memory, const unsigned char **bytes)
{
	struct json_span key, value, text = {0}, hex = {0};
	struct json_scan scan;

	size_t count;

	if (read_plain(data, length, memory, &count)) {
		*bytes = memory->bytes;
		return count;
	}
	if (!json_scan_object(&scan, data, length))
		return 0;
	while (json_scan_member(&scan, &key, &value)) {
		if (json_key_is(key, JSON_WORD("redacted")) && json_span_is(value, "true"))
			return 0;
		if (json_key_is(key, JSON_WORD("text")))
			json_span_string(value, &text);
		else if (json_key_is(key, JSON_WORD("hex")))
			json_span_string(value, &hex);
	}
	if (!text.text && !hex.text)
		return 0;
	unsigned char *into = scratch_get(memory, (text.text ? text.length : hex.length / 2) + 1);
	*bytes = into;
	return text.text ? json_span_decode(text, (char *)into)
			 : read_hex(into, hex.length / 2, hex.text, hex.length);
}
