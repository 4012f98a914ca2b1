/* SPDX-License-Identifier: MIT */
/* The messages of netlink(7) as bytes to JSON. Total: any bytes give some value. */
#ifndef TRACER_DECODE_NETLINK_H
#define TRACER_DECODE_NETLINK_H

#include <stdbool.h>
#include <stddef.h>

#include "format/json_writer.h"

/* Writes an array of the messages of that protocol; nothing when the bytes begin with none. */
void decode_netlink(struct json_writer *w, const char *key, int protocol, bool is_received,
	const unsigned char *bytes, size_t length);

#endif
