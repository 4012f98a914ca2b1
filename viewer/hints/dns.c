/* SPDX-License-Identifier: MIT */
#include "viewer/hints/dns.h"

#include <ctype.h>
#include <string.h>

/* RFC 1035, 4.1.1: the header, in which the first bit of the third byte says that it is an answer;
 * 2.3.4: the longest label. */
#define HEADER_SIZE   12
#define FLAGS_AT      2
#define FLAG_ANSWER   0x80
#define LONGEST_LABEL 63

#define MOST_BYTES (HEADER_SIZE + DNS_NAME_SIZE)

static int digit(char letter)
{
	return letter >= 'a' ? letter - 'a' + 10 : letter - '0';
}

/* Says how many bytes there are, no more than MOST_BYTES. */
static size_t bytes_of(unsigned char bytes[MOST_BYTES], const struct value *data)
{
	size_t length = 0, count = 0;
	const char *text = value_text(value_member(data, "text"), &length);
	const char *hex = text ? NULL : value_text(value_member(data, "hex"), &length);

	if (text) {
		count = length < MOST_BYTES ? length : MOST_BYTES;
		memcpy(bytes, text, count);
	}
	for (size_t i = 0; hex && i + 1 < length && count < MOST_BYTES; i += 2) {
		if (!isxdigit((unsigned char)hex[i]) || !isxdigit((unsigned char)hex[i + 1]))
			break;
		bytes[count++] = (unsigned char)(digit((char)tolower(hex[i])) << 4 |
						 digit((char)tolower(hex[i + 1])));
	}
	return count;
}

bool dns_question(char name[DNS_NAME_SIZE], const struct value *data)
{
	unsigned char bytes[MOST_BYTES];
	size_t count = bytes_of(bytes, data), at = HEADER_SIZE, length = 0;

	if (count <= HEADER_SIZE || bytes[FLAGS_AT] & FLAG_ANSWER)
		return false;
	while (at < count && bytes[at] != 0) {
		size_t label = bytes[at++];
		if (label > LONGEST_LABEL || at + label >= count ||
			length + label + 1 >= DNS_NAME_SIZE)
			return false;
		if (length > 0)
			name[length++] = '.';
		for (size_t i = 0; i < label; i++, at++) {
			if (!isgraph(bytes[at]))
				return false;
			name[length++] = (char)bytes[at];
		}
	}
	name[length] = '\0';
	return at < count && length > 0;
}
