/* SPDX-License-Identifier: MIT */
/* The arguments of ioctl(2) requests as bytes to JSON. Total: any bytes give some value. */
#ifndef TRACER_DECODE_IOCTL_H
#define TRACER_DECODE_IOCTL_H

#include "format/json_writer.h"
#include "tracer/table/ioctls.h"

void decode_ioctl_argument(struct json_writer *w, const char *key, enum ioctl_kind kind,
	const unsigned char *bytes, size_t length);

#endif
