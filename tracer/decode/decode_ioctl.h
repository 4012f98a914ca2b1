/* SPDX-License-Identifier: MIT */
/* The arguments of ioctl(2) requests as bytes to JSON. Total: any bytes give some value. */
#ifndef TRACER_DECODE_IOCTL_H
#define TRACER_DECODE_IOCTL_H

#include <stdbool.h>

#include "format/json_writer.h"
#include "tracer/table/ioctls.h"

/* Of a request that has failed, what the program gave. */
void decode_ioctl_argument(struct json_writer *w, const char *key,
	const struct ioctl_request *request, bool has_failed, const unsigned char *bytes,
	size_t length);

#endif
