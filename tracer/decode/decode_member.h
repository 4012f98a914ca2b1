/* SPDX-License-Identifier: MIT */
/* The members of structs as bytes to JSON, by the tables of them. Total: any bytes give some value.
 */
#ifndef TRACER_DECODE_MEMBER_H
#define TRACER_DECODE_MEMBER_H

#include <stddef.h>

#include "format/json_writer.h"
#include "tracer/table/structures.h"

typedef void decoder_of_bytes(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length);

/* Writes the members that are there into an object that has begun. `address` writes those that are
 * socket addresses; NULL when the struct has none. */
void decode_members(struct json_writer *w, const struct structure *structure,
	const unsigned char *bytes, size_t length, decoder_of_bytes *address);

/* An address of `length` bytes, 4 or 16: struct in_addr or in6_addr. Other bytes as bytes. */
void decode_internet(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length);

/* The address of a network interface, "02:42:ac:11:00:02". */
void decode_hardware(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length);

#endif
