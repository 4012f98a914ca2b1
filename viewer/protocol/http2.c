/* SPDX-License-Identifier: MIT */
/* The preface with which a client of HTTP/2 begins: RFC 9113, 3.4. What follows is bytes alone. */
#include <string.h>

#include "viewer/protocol/decoders.h"
#include "viewer/protocol/name.h"

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
#define PREFACE_SIZE (sizeof(preface) - 1)

static enum verdict recognise(const struct opening *opening, enum speaker *asker)
{
	size_t count = opening->count[opening->first];

	if (memcmp(opening->bytes[opening->first], preface,
		    count < PREFACE_SIZE ? count : PREFACE_SIZE) != 0)
		return VERDICT_NO;
	if (count < PREFACE_SIZE)
		return opening->is_cut[opening->first] ? VERDICT_NO : VERDICT_PERHAPS;
	*asker = opening->first;
	return VERDICT_YES;
}

static uint64_t unit(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	(void)bytes;
	(void)count;
	(void)is_cut;
	say_notice(stream, speaker);
	struct name name = name_begin(said_name(stream, speaker));
	name_format(&name, "preface");
	return PREFACE_SIZE;
}

static void passed(struct protocol_stream *stream, enum speaker speaker)
{
	say_end(stream, speaker);
	stream_close(stream, PROTOCOL_HTTP2);
}

static void resume(struct protocol_stream *stream, enum speaker speaker)
{
	(void)stream;
	(void)speaker;
}

const struct decoder http2_decoder = {
	.protocol = PROTOCOL_HTTP2,
	.state_size = 1,
	.recognise = recognise,
	.unit = unit,
	.passed = passed,
	.resume = resume,
};
