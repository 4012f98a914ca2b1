/* SPDX-License-Identifier: MIT */
#include "format/utf8.h"

#include <string.h>

/* The length that a first byte announces, and the range of its second byte, from the table in
 * RFC 3629, section 4. */
static size_t announced(unsigned char first, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef) {
		if (first == 0xe0)
			*low = 0xa0;
		if (first == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (first >= 0xf0 && first <= 0xf4) {
		if (first == 0xf0)
			*low = 0x90;
		if (first == 0xf4)
			*high = 0x8f;
		return 4;
	}
	return 0;
}

/* How many of the bytes that the first one announces are there and allowed. */
static size_t good_bytes(const unsigned char *bytes, size_t length, size_t *wanted)
{
	unsigned char low, high;

	*wanted = length ? announced(bytes[0], &low, &high) : 0;
	if (*wanted == 0)
		return 0;
	size_t good = 1;
	while (good < *wanted && good < length && bytes[good] >= low && bytes[good] <= high) {
		low = 0x80;
		high = 0xbf;
		good++;
	}
	return good;
}

size_t utf8_character(const unsigned char *bytes, size_t length)
{
	size_t wanted, good = good_bytes(bytes, length, &wanted);

	return good == wanted ? wanted : 0;
}

size_t utf8_valid_prefix(const unsigned char *bytes, size_t length)
{
	size_t done = 0, step;

	while (done < length && (step = utf8_character(bytes + done, length - done)) > 0)
		done += step;
	return done;
}

int utf8_is_cut(const unsigned char *bytes, size_t length)
{
	size_t wanted, good = good_bytes(bytes, length, &wanted);

	return good > 0 && good == length && good < wanted;
}

uint32_t utf8_code_point(const unsigned char *bytes, size_t length)
{
	static const unsigned char first_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t code = bytes[0] & first_mask[length];

	for (size_t i = 1; i < length; i++)
		code = code << 6 | (bytes[i] & 0x3f);
	return code;
}
