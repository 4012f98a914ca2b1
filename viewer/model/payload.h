/* SPDX-License-Identifier: MIT */
/* The beginnings of what calls moved. */
#ifndef VIEWER_PAYLOAD_H
#define VIEWER_PAYLOAD_H

#include <stddef.h>

#include "format/scratch.h"
#include "format/value.h"

/* The bytes of a value "data", as many as have room; how many these are: 0, too, when they were
 * taken out of the trace. */
size_t payload_of(const struct value *data, unsigned char *into, size_t size);

/* The bytes of a value "data" as it is written, whatever follows it: all of them, in the memory. */
size_t payload_in(
	const char *data, size_t length, struct scratch *memory, const unsigned char **bytes);

#endif
