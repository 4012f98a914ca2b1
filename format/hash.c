/* SPDX-License-Identifier: MIT */
#include "format/hash.h"

#include <string.h>
#include <sys/auxv.h>

uint64_t hash_of(const void *bytes, size_t length)
{
	return hash_from(0xcbf29ce484222325u, bytes, length);
}

uint64_t hash_from(uint64_t beginning, const void *bytes, size_t length)
{
	uint64_t hash = beginning;

	for (const unsigned char *at = bytes; length > 0; at++, length--)
		hash = (hash ^ *at) * 0x100000001b3u;
	return hash ? hash : 1;
}

/* The kernel gives each program 16 random bytes: getauxval(3). */
void hash_secrets(uint64_t secrets[2])
{
	memcpy(secrets, (const void *)getauxval(AT_RANDOM), 2 * sizeof(secrets[0]));
}
