/* SPDX-License-Identifier: MIT */
/* Datagrams: of UDP and of UNIX sockets, and the messages of netlink(7). */
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "format/hash.h"
#include "format/memory.h"
#include "viewer/layout/capturing.h"
#include "viewer/protocol/dns.h"
#include "viewer/relate/complete.h"

/* As linux/netlink.h has them. */
static const struct {
	const char *name;
	uint16_t number;
} netlink_protocols[] = {
	{"NETLINK_ROUTE", NETLINK_ROUTE},
	{"NETLINK_USERSOCK", NETLINK_USERSOCK},
	{"NETLINK_FIREWALL", NETLINK_FIREWALL},
	{"NETLINK_SOCK_DIAG", NETLINK_SOCK_DIAG},
	{"NETLINK_NFLOG", NETLINK_NFLOG},
	{"NETLINK_XFRM", NETLINK_XFRM},
	{"NETLINK_SELINUX", NETLINK_SELINUX},
	{"NETLINK_ISCSI", NETLINK_ISCSI},
	{"NETLINK_AUDIT", NETLINK_AUDIT},
	{"NETLINK_FIB_LOOKUP", NETLINK_FIB_LOOKUP},
	{"NETLINK_CONNECTOR", NETLINK_CONNECTOR},
	{"NETLINK_NETFILTER", NETLINK_NETFILTER},
	{"NETLINK_KOBJECT_UEVENT", NETLINK_KOBJECT_UEVENT},
	{"NETLINK_GENERIC", NETLINK_GENERIC},
	{"NETLINK_SCSITRANSPORT", NETLINK_SCSITRANSPORT},
	{"NETLINK_CRYPTO", NETLINK_CRYPTO},
};

static uint16_t netlink_protocol(const struct trace *trace, const struct socket *socket)
{
	const char *name = trace_word(trace, socket->protocol);

	for (size_t i = 0; i < sizeof(netlink_protocols) / sizeof(netlink_protocols[0]); i++)
		if (strcmp(name, netlink_protocols[i].name) == 0)
			return netlink_protocols[i].number;
	return NETLINK_ROUTE;
}

/* --- each once --- */

static void mark(struct packets *packets, uint32_t call)
{
	packets->is_told[call / 8] |= (uint8_t)(1 << call % 8);
}

static bool was_told(const struct packets *packets, uint32_t call)
{
	return packets->is_told[call / 8] >> call % 8 & 1;
}

static bool is_of_datagrams(const struct packets *packets, const struct socket *socket)
{
	enum capturing kind = (enum capturing)packets->kinds[socket->number];

	return kind == CAPTURING_UDP || kind == CAPTURING_UNIX_DATAGRAMS;
}

/* Places of links, by the receive that each leads to. */
static void sort_links(struct packets *packets, const struct links *links)
{
	const struct trace *trace = packets->trace;
	uint32_t *first = xcalloc(trace->call_count + 2, sizeof(*first));
	size_t count = 0;

	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].kind == LINK_DATA && links->list[i].to != NO_CALL)
			first[links->list[i].to + 1]++;
	for (size_t i = 0; i < trace->call_count; i++)
		first[i + 1] += first[i];
	count = first[trace->call_count];
	packets->links_to = xrealloc(packets->links_to, (count + 1) * sizeof(*packets->links_to));
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].kind == LINK_DATA && links->list[i].to != NO_CALL)
			packets->links_to[first[links->list[i].to]++] = (uint32_t)i;
	/* Each is where the next one begins now. */
	free(packets->first_link_to);
	packets->first_link_to = first;
}

void packets_learn_datagrams(struct packets *packets)
{
	const struct trace *trace = packets->trace;
	size_t size = trace->call_count / 8 + 1, sockets = 0;

	packets->is_told = xrealloc(packets->is_told, size);
	memset(packets->is_told + packets->is_told_size, 0, size - packets->is_told_size);
	packets->is_told_size = size;
	for (size_t i = 0; i < trace->socket_count; i++)
		sockets += is_of_datagrams(packets, trace->sockets[i]);
	/* One alone has no other end. */
	packets->links = sockets > 1 ? trace_links(trace) : NULL;
	if (packets->links)
		sort_links(packets, packets->links);
}

/* What a call moved, message by message. */
struct datagram_of {
	struct packets *packets;
	const struct packet_cause *cause;
	const struct call *call;
	/* So many of its links, and of the 64 behind them these, were found for a message. */
	uint32_t passed;
	uint64_t used;
};

/* The number `i` of the call's links: to a send those to receives, and the other way round. NULL:
 * it has no more. */
static const struct link *link_at(const struct datagram_of *datagram, uint32_t i)
{
	const struct packets *packets = datagram->packets;
	const struct links *links = packets->links;
	uint32_t call = datagram->cause->call;

	if (!links)
		return NULL;
	if (datagram->call->effect == EFFECT_SEND) {
		size_t at = links_from(links, call) + i;
		return at < links->count && links->list[at].from == call ? &links->list[at] : NULL;
	}
	uint32_t at = (call > 0 ? packets->first_link_to[call - 1] : 0) + i;
	return at < packets->first_link_to[call] ? &links->list[packets->links_to[at]] : NULL;
}

/* The link of a message of that length, each once; NULL: it has none. */
static const struct link *link_of(struct datagram_of *datagram, uint64_t length)
{
	const struct link *link;

	for (uint32_t i = 0; i < 64 && (link = link_at(datagram, datagram->passed + i)); i++) {
		if (datagram->used >> i & 1 || (uint64_t)link->bytes != length)
			continue;
		datagram->used |= UINT64_C(1) << i;
		for (; datagram->used & 1; datagram->used >>= 1)
			datagram->passed++;
		return link;
	}
	return NULL;
}

/* The socket at the other end of a datagram; NULL: not known. */
static const struct socket *peer_of(const struct datagram_of *datagram, const struct link *link)
{
	const struct trace *trace = datagram->packets->trace;
	const struct socket *joined = datagram->cause->descriptor->socket->other_end;
	bool is_sent = datagram->call->effect == EFFECT_SEND;
	uint32_t other = !link ? NO_CALL : is_sent ? link->to : link->from;

	if (joined || !link)
		return joined;
	return other != NO_CALL ? trace->calls[other].descriptor->socket : link->peer;
}

/* In a trace that grows the receive may have been read first. */
static bool is_told_by_receiver(const struct packets *packets, uint32_t call)
{
	if (!packets->links)
		return false;
	for (size_t i = links_from(packets->links, call);
		i < packets->links->count && packets->links->list[i].from == call; i++)
		if (packets->links->list[i].to != NO_CALL &&
			was_told(packets, packets->links->list[i].to))
			return true;
	return false;
}

/* --- names --- */

static void give_name(void *context, const struct dns_address *found)
{
	struct packets *packets = context;
	struct internet address = {.is_ipv6 = found->is_ipv6, .is_known = true};
	unsigned char key[INTERNET_BYTES + DNS_NAME_SIZE];
	size_t length = strlen(found->name);

	memcpy(address.address, found->address, sizeof(found->address));
	memcpy(key, found->address, sizeof(found->address));
	memcpy(key + INTERNET_BYTES, found->name, length);
	uint64_t hash = hash_of(key, INTERNET_BYTES + length);
	if (id_map_get(&packets->names, hash))
		return;
	id_map_put(&packets->names, hash, packets);
	packets->sink->name(packets->sink->context, &address, found->name);
}

/* --- packets --- */

/* A socket that is bound to all addresses is at one of them for whom it talks to: where the other
 * end's call says that it is, or where that one has sent to. */
static struct internet own_end(const struct datagram_of *datagram, const struct link *link)
{
	const struct packets *packets = datagram->packets;
	const struct socket *peer = peer_of(datagram, link);
	struct internet own = internet_of(datagram->cause->descriptor->socket->local);
	uint32_t other = !link                                   ? NO_CALL
			 : datagram->call->effect == EFFECT_SEND ? link->to
								 : link->from;
	const uint32_t words[] = {other == NO_CALL ? 0 : packets->trace->calls[other].address,
		peer ? packets->sent_to[peer->number] : 0};

	for (size_t i = 0; i < 2 && internet_is_wildcard(&own); i++) {
		struct internet told = internet_of_text(trace_word(packets->trace, words[i]));
		if (told.is_known && told.port == own.port)
			own = told;
	}
	return own;
}

static void set_ends(struct captured *packet, const struct datagram_of *datagram,
	const struct packet_piece *piece, const struct link *link)
{
	const struct packets *packets = datagram->packets;
	const struct call *call = datagram->call;
	const struct socket *socket = call->descriptor->socket;
	const struct value *found = socket->found ? socket->found->peer : NULL;
	const char *address = piece->address;
	struct internet own = own_end(datagram, link), peer;

	if (!*address)
		address = trace_word(packets->trace, call->address);
	if (!*address)
		address = trace_word(packets->trace, packets->peers[socket->number]);
	peer = *address ? internet_of_text(address) : internet_of(found ? found : socket->peer);
	internet_pair(&own, &peer);
	packet->from = packet->is_sent ? own : peer;
	packet->to = packet->is_sent ? peer : own;
}

static void take_piece(void *context, const struct packet_piece *piece)
{
	struct datagram_of *datagram = context;
	struct packets *packets = datagram->packets;
	const struct socket *socket = datagram->cause->descriptor->socket;
	struct captured packet = {.is_sent = datagram->call->effect == EFFECT_SEND,
		.bytes = piece->bytes,
		.known = piece->known < PACKET_MOST ? piece->known : PACKET_MOST,
		.length = piece->length < UINT32_MAX / 2 ? (size_t)piece->length : UINT32_MAX / 2};
	const struct link *link = link_of(datagram, piece->length);

	if (!packet.is_sent && link && link->from != NO_CALL && was_told(packets, link->from))
		return;
	int64_t own = packets_port(socket), peer = packets_port(peer_of(datagram, link));
	packet.from_socket = packet.is_sent ? own : peer;
	packet.to_socket = packet.is_sent ? peer : own;
	switch ((enum capturing)packets->kinds[socket->number]) {
	case CAPTURING_UDP:
		packet.kind = PACKET_UDP;
		if (packet.length > DATAGRAM_MOST)
			packet.length = DATAGRAM_MOST;
		set_ends(&packet, datagram, piece, link);
		break;
	case CAPTURING_NETLINK:
		packet.kind = PACKET_NETLINK;
		packet.netlink = netlink_protocol(packets->trace, socket);
		break;
	default:
		packet.kind = PACKET_UNIX;
		packet.dissector = "data";
		break;
	}
	if (packet.known > packet.length)
		packet.known = packet.length;
	packets->lack.cut += piece->is_kept && packet.known < packet.length;
	packets_give(packets, &packet, datagram->cause);
	if (packet.kind == PACKET_UDP)
		dns_addresses(packet.bytes, packet.known, give_name, packets);
}

void packets_datagram(struct packets *packets, const struct packet_cause *cause)
{
	struct datagram_of datagram = {
		.packets = packets, .cause = cause, .call = &packets->trace->calls[cause->call]};

	if (datagram.call->effect == EFFECT_CONNECT) {
		packets->peers[cause->descriptor->socket->number] = datagram.call->address;
		return;
	}
	if (!cause->is_shown ||
		(datagram.call->effect == EFFECT_SEND && is_told_by_receiver(packets, cause->call)))
		return;
	uint32_t socket = cause->descriptor->socket->number, address = datagram.call->address;
	packets_pieces(packets, datagram.call, take_piece, &datagram);
	mark(packets, cause->call);
	if (datagram.call->effect == EFFECT_SEND)
		packets->sent_to[socket] = address ? address : packets->peers[socket];
}
