/* SPDX-License-Identifier: MIT */
/* The values of socket options as bytes to JSON. Total: any bytes give some value. */
#ifndef TRACER_DECODE_OPTION_H
#define TRACER_DECODE_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "format/json_writer.h"

void decode_option_level(struct json_writer *w, const char *key, int64_t level);
void decode_option_name(struct json_writer *w, const char *key, int level, int64_t option);
void decode_option_value(struct json_writer *w, const char *key, int level, int option,
	const unsigned char *bytes, size_t length);

/* The protocol of a socket, whose name depends on its family. */
void decode_protocol(struct json_writer *w, const char *key, int64_t family, int64_t protocol);

#endif
