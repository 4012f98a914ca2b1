/* SPDX-License-Identifier: MIT */
/* Programs of the classic Berkeley Packet Filter as bytes to JSON. Total: any bytes give some
 * value. */
#ifndef TRACER_DECODE_PROGRAM_H
#define TRACER_DECODE_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "format/json_writer.h"

/* A program of `count` instructions, of which the bytes of a struct sock_filter[] are there. */
void decode_program(struct json_writer *w, const char *key, uint16_t count,
	const unsigned char *bytes, size_t length);

#endif
