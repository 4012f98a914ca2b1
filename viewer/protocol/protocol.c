/* SPDX-License-Identifier: MIT */
#include "viewer/protocol/protocol.h"

#include "viewer/protocol/decoders.h"
#include "viewer/protocol/dns.h"

/* No two recognise the same opening. */
static const struct decoder *const decoders[] = {
	&http_decoder,
	&http2_decoder,
	&tls_decoder,
	&ssh_decoder,
	&redis_decoder,
	&postgresql_decoder,
	&dns_decoder,
	NULL,
};

const char *protocol_name(enum protocol protocol)
{
	static const char *const names[PROTOCOL_NR] = {
		[PROTOCOL_NONE] = "",
		[PROTOCOL_HTTP] = "HTTP/1",
		[PROTOCOL_HTTP2] = "HTTP/2",
		[PROTOCOL_TLS] = "TLS",
		[PROTOCOL_SSH] = "SSH",
		[PROTOCOL_REDIS] = "Redis",
		[PROTOCOL_POSTGRESQL] = "PostgreSQL",
		[PROTOCOL_DNS] = "DNS",
		[PROTOCOL_MDNS] = "mDNS",
	};

	return names[protocol];
}

struct protocol_stream *protocol_stream_new(
	enum speaker opener, bool is_from_start, message_heard heard, void *listener)
{
	return stream_new(decoders, opener, is_from_start, heard, listener);
}

#define PORT_DNS  53
#define PORT_MDNS 5353

bool protocol_packet(
	struct packet *packet, const void *bytes, size_t known, uint64_t length, uint16_t port)
{
	struct dns_message message;

	known = known < length ? known : (size_t)length;
	if (!dns_read(&message, bytes, known, length))
		return false;
	/* Elsewhere other bytes may look like it. */
	if (port != PORT_DNS && port != PORT_MDNS && !dns_is_plain(&message))
		return false;
	if (port != PORT_MDNS && message.questions != 1)
		return false;
	*packet = (struct packet){
		.protocol = port == PORT_MDNS ? PROTOCOL_MDNS : PROTOCOL_DNS,
		.role = message.is_answer ? MESSAGE_ANSWER : MESSAGE_QUESTION,
		.has_failed = message.is_answer && message.rcode != 0,
		.pair = message.pair,
		.lookup = message.lookup,
	};
	/* What is said to all is answered by any of them, or by nobody. */
	if (port == PORT_MDNS && message.id == 0)
		packet->role = MESSAGE_NOTICE;
	dns_write_name(packet->name, &message);
	return true;
}
