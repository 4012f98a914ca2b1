/* SPDX-License-Identifier: MIT */
/*
 * What is said on a socket: the messages of protocols that people know, and which answers which.
 * Where no protocol is recognised, the speakers' turns are taken for messages: what one side says
 * is a question, and what the other one says then its answer.
 *
 * Of a stream: protocol_stream_new(); for each transfer protocol_stream_feed(), a send's when it
 * begins and a receive's when it ends, so that at both ends an answer comes after its question;
 * protocol_stream_end() where a speaker ends its side; protocol_stream_finish(), and _free().
 *
 * Any bytes are right, in pieces of any size and with any gaps: nothing is named that does not
 * parse as far as its bytes go, and where a gap hides where a message ends, turns tell it.
 */
#ifndef VIEWER_PROTOCOL_H
#define VIEWER_PROTOCOL_H

#include "viewer/protocol/message.h"
#include "viewer/protocol/stream.h"

/* As people write it, such as "HTTP/1"; "" where none was recognised. */
const char *protocol_name(enum protocol protocol);

/*
 * `opener`: who asked for the connection. SPEAKER_UNKNOWN: then it is who speaks first, of a stream
 * that is fed from its beginning on, or what the bytes say. `is_from_start`: it is fed from there.
 */
struct protocol_stream *protocol_stream_new(
	enum speaker opener, bool is_from_start, message_heard heard, void *listener);

/* A datagram of a protocol that is known. */
struct packet {
	enum protocol protocol;
	enum message_role role; /* a question, an answer, or a notice */
	bool has_failed;
	/* The answer to a question has the same; and questions of one lookup, such as retries, have
	 * the same, whatever their ids and servers. */
	uint64_t pair, lookup;
	char name[MESSAGE_NAME_SIZE];
};

/* False when it is none that is known. `port`: the well-known one of its two, or 0. */
bool protocol_packet(
	struct packet *packet, const void *bytes, size_t known, uint64_t length, uint16_t port);

#endif
