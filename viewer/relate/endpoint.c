/* SPDX-License-Identifier: MIT */
#include "viewer/relate/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "format/hash.h"
#include "viewer/model/address.h"

static uint64_t host_of(const char *text, size_t length)
{
	if ((length == 7 && memcmp(text, "0.0.0.0", 7) == 0) ||
		(length == 4 && memcmp(text, "[::]", 4) == 0))
		return 0;
	return hash_of(text, length);
}

struct endpoint endpoint_named(const char *text, bool is_unix)
{
	char address[ADDRESS_SIZE];

	if (!*text)
		return (struct endpoint){0};
	if (is_unix || !address_port(text))
		return (struct endpoint){.port = hash_of(text, strlen(text))};
	snprintf(address, sizeof(address), "%s", text);
	address_unmap(address);
	const char *port = address_port(address);
	return (struct endpoint){
		hash_of(port, strlen(port)), host_of(address, (size_t)(port - address))};
}

bool endpoint_matches(struct endpoint one, struct endpoint other)
{
	return (one.port == other.port || one.port == 0 || other.port == 0) &&
	       (one.host == other.host || one.host == 0 || other.host == 0);
}
