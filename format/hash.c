/* SPDX-License-Identifier: MIT */
#include "format/hash.h"

uint64_t hash_of(const void *bytes, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (const unsigned char *at = bytes; length > 0; at++, length--)
		hash = (hash ^ *at) * 0x100000001b3u;
	return hash ? hash : 1;
}
