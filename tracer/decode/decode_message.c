/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode_message.h"

#include <string.h>
#include <sys/socket.h>

#include "tracer/call/ancillary.h"
#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_ancillary.h"
#include "tracer/table/constants.h"

/* So much longer is a header as we have it than one of a 32-bit program: layout.c. */
#define COMPAT_HEADER_GROWTH 4

void decode_segments(struct json_writer *w, const struct captured_call *call, int argument)
{
	struct call_segments segments;

	if (!part_copy(call_part(call, argument, PART_SEGMENTS), &segments, sizeof(segments)))
		return;
	json_unsigned(w, "size", segments.total);
	json_unsigned(w, "segments", segments.count);
}

static void control(struct json_writer *w, const struct captured_part *part, bool is_compat)
{
	struct ancillary message;
	size_t at = 0, said;

	if (!part)
		return;
	json_array_begin(w, "control");
	while (ancillary_next(part->bytes, part->length, &at, &message))
		decode_ancillary(w, &message);
	/* The kernel refuses the whole call for it: EINVAL. */
	if (ancillary_broken(part->bytes, part->length, at, &message, &said))
		decode_ancillary_broken(w, &message,
			is_compat && said > CMSG_LEN(0) ? said - COMPAT_HEADER_GROWTH : said);
	json_array_end(w);
}

void decode_message(
	struct json_writer *w, const struct captured_call *call, int argument, bool is_received)
{
	const struct captured_part *address = call_part(call, argument, PART_ADDRESS);
	struct msghdr header;

	if (!part_copy(call_part(call, argument, PART_RESULT), &header, sizeof(header)))
		return;
	decode_address_part(w, "address", address);
	decode_segments(w, call, argument);
	if (is_received && call->result >= 0)
		flags_write(w, "received_flags", constants_message_flags,
			(unsigned int)header.msg_flags);
	control(w, call_part(call, argument, PART_CONTROL), call->is_compat);
}
