/* SPDX-License-Identifier: MIT */
/* A stream of bytes, whose messages are told of as they end: protocol.h. */
#ifndef VIEWER_PROTOCOL_STREAM_H
#define VIEWER_PROTOCOL_STREAM_H

#include "viewer/protocol/message.h"

struct decoder;
struct protocol_stream;

/* `decoders` may come to decode it; NULL is behind the last one. The others as those of
 * protocol_stream_new(). */
struct protocol_stream *stream_new(const struct decoder *const *decoders, enum speaker opener,
	bool is_from_start, message_heard heard, void *listener);

/* False: of the next `length` bytes that the speaker says it looks at none: none need be known. */
bool protocol_stream_reads(
	const struct protocol_stream *stream, enum speaker speaker, uint64_t length);

/* The call moved `length` bytes, the first `known` of which are `bytes`; the others are a gap. */
void protocol_stream_feed(struct protocol_stream *stream, enum speaker speaker, uint32_t call,
	const void *bytes, size_t known, uint64_t length);

/* The speaker says no more, in good order. */
void protocol_stream_end(struct protocol_stream *stream, enum speaker speaker);

/* Tells of what has begun. A question that got no answer gets none then. */
void protocol_stream_finish(struct protocol_stream *stream);

void protocol_stream_free(struct protocol_stream *stream);

#endif
