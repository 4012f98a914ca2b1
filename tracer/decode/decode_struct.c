/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_struct.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_member.h"

/* Of a struct sockaddr_storage only what the family's own struct has is used. */
static void storage(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length)
{
	sa_family_t family;

	memcpy(&family, bytes, sizeof(family));
	size_t used = family == AF_INET    ? sizeof(struct sockaddr_in)
		      : family == AF_INET6 ? sizeof(struct sockaddr_in6)
					   : length;
	decode_address(w, key, bytes, used < length ? used : length);
}

bool decode_struct(struct json_writer *w, const char *key, const struct structure *structure,
	const unsigned char *bytes, size_t length)
{
	if (length < structure->minimum)
		return false;
	json_object_begin(w, key);
	decode_members(w, structure, bytes, length, storage);
	json_object_end(w);
	return true;
}
