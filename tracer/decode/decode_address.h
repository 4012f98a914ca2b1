/* SPDX-License-Identifier: MIT */
/* Socket addresses as bytes to JSON. Total: any bytes of any length give some address. */
#ifndef TRACER_DECODE_ADDRESS_H
#define TRACER_DECODE_ADDRESS_H

#include <stddef.h>

#include "format/json_writer.h"
#include "tracer/call/call.h"

/* Writes the `length` bytes of a struct sockaddr as an object; nothing when there are none. */
void decode_address(
	struct json_writer *w, const char *key, const unsigned char *bytes, size_t length);

/* The same of what was captured, which may be less than the whole address. NULL: none. */
void decode_address_part(struct json_writer *w, const char *key, const struct captured_part *part);

#endif
