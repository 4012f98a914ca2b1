/* SPDX-License-Identifier: MIT */
/* The struct msghdr of a call to JSON: address, segments, flags and ancillary data. */
#ifndef TRACER_DECODE_MESSAGE_H
#define TRACER_DECODE_MESSAGE_H

#include "format/json_writer.h"
#include "tracer/call/call.h"

/* Writes the members "address", "size", "segments", "received_flags" and "control" of what was
 * captured for that argument. */
void decode_message(
	struct json_writer *w, const struct captured_call *call, int argument, bool is_received);

/* Writes "size" and "segments" of a struct iovec[]. */
void decode_segments(struct json_writer *w, const struct captured_call *call, int argument);

#endif
