/* SPDX-License-Identifier: MIT */
/* Structs as bytes to JSON, by the tables of their members. Total: any bytes give some value. */
#ifndef TRACER_DECODE_STRUCT_H
#define TRACER_DECODE_STRUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "format/json_writer.h"
#include "tracer/table/structures.h"

/* Writes the struct as an object; returns false, having written nothing, when the bytes are too few
 * for it. */
bool decode_struct(struct json_writer *w, const char *key, const struct structure *structure,
	const unsigned char *bytes, size_t length);

#endif
