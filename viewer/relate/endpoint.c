/* SPDX-License-Identifier: MIT */
#include "viewer/relate/endpoint.h"

#include <string.h>

#include "format/hash.h"

/* "[::ffff:127.0.0.1]" is 127.0.0.1 to the other end. */
static uint64_t host_of(const char *text, size_t length)
{
	static const char mapped[] = "[::ffff:";
	const size_t prefix = sizeof(mapped) - 1;

	if (length > prefix && memcmp(text, mapped, prefix) == 0 &&
		memchr(text + prefix, '.', length - prefix)) {
		text += prefix;
		length -= prefix + 1;
	}
	if ((length == 7 && memcmp(text, "0.0.0.0", 7) == 0) ||
		(length == 4 && memcmp(text, "[::]", 4) == 0))
		return 0;
	return hash_of(text, length);
}

struct endpoint endpoint_named(const char *text, bool is_unix)
{
	const char *port = is_unix ? NULL : strrchr(text, ':');

	if (!*text)
		return (struct endpoint){0};
	if (!port)
		return (struct endpoint){.port = hash_of(text, strlen(text))};
	return (struct endpoint){hash_of(port, strlen(port)), host_of(text, (size_t)(port - text))};
}

bool endpoint_matches(struct endpoint one, struct endpoint other)
{
	return (one.port == other.port || one.port == 0 || other.port == 0) &&
	       (one.host == other.host || one.host == 0 || other.host == 0);
}
