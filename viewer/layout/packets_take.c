/* SPDX-License-Identifier: MIT */
#include "viewer/layout/packets.h"

#include <stdlib.h>
#include <string.h>

#include "format/key_line.h"
#include "format/memory.h"
#include "viewer/layout/capturing.h"
#include "viewer/model/details.h"
#include "viewer/model/payload.h"
#include "viewer/relate/complete.h"

struct packets *packets_new(const struct packet_sink *sink)
{
	struct packets *packets = xcalloc(1, sizeof(*packets));

	packets->sink = sink;
	return packets;
}

void packets_free(struct packets *packets)
{
	for (size_t i = 0; i < packets->conversation_count; i++)
		free(packets->conversations[i]);
	free(packets->conversations);
	free(packets->kinds);
	free(packets->is_closed);
	free(packets->places);
	free(packets->peers);
	free(packets->sent_to);
	free(packets->is_told);
	free(packets->links_to);
	free(packets->first_link_to);
	id_map_free(&packets->names);
	scratch_free(&packets->payload);
	free(packets);
}

struct packets_lack packets_lack(const struct packets *packets)
{
	return packets->lack;
}

void packets_give(
	struct packets *packets, struct captured *packet, const struct packet_cause *cause)
{
	packet->time_ns = cause->time_ns;
	packet->call = cause->call;
	packet->descriptor = cause->descriptor;
	packets->lack.packets += packet->known < packet->length;
	if (!packets->sink->packet(packets->sink->context, packets->trace, packet))
		packets->is_unwanted = true;
}

/* The ids of each trace count from 1. */
#define SOCKETS_OF_TRACE 10000000

int64_t packets_port(const struct socket *socket)
{
	return socket ? (int64_t)((uint64_t)socket->part * SOCKETS_OF_TRACE + (uint64_t)socket->id)
		      : 0;
}

/* --- what calls moved --- */

/* sendmmsg and recvmmsg: a call of theirs may have moved one message, too. */
static bool take_messages(struct packets *packets, const struct call *call,
	void (*take)(void *context, const struct packet_piece *piece), void *context)
{
	if (call->payload_at != 0 || call->result < 0)
		return false;
	const struct record_call *details = call_details(packets->trace, call);
	/* None, and no empty one. */
	if (call->result == 0)
		return value_member(details->args, "vlen") != NULL;
	size_t count = value_count(details->messages);
	if (count > 0 && value_has(value_member(details->args, "flags"), "MSG_PEEK"))
		return true;
	for (size_t i = 0; i < count; i++) {
		const struct value *message = value_element(details->messages, i);
		const struct value *data = value_member(message, "data");
		struct packet_piece piece = {.is_kept = data != NULL};
		int64_t bytes = 0;
		address_text(piece.address, value_member(message, "address"));
		value_integer(value_member(message, "bytes"), &bytes);
		piece.length = bytes > 0 ? (uint64_t)bytes : 0;
		/* It is no longer than the line that has it. */
		size_t room = piece.length < call->length ? (size_t)piece.length : call->length;
		unsigned char *into = scratch_get(&packets->payload, room + 1);
		piece.known = data ? payload_of(data, into, room) : 0;
		piece.bytes = into;
		take(context, &piece);
	}
	return count > 0;
}

void packets_pieces(struct packets *packets, const struct call *call,
	void (*take)(void *context, const struct packet_piece *piece), void *context)
{
	struct packet_piece piece = {.length = (uint64_t)call->bytes};

	if (take_messages(packets, call, take, context))
		return;
	piece.is_kept = call->payload_at != 0;
	piece.known = call_payload(packets->trace, call, &piece.bytes);
	if (piece.known > piece.length)
		piece.known = (size_t)piece.length;
	take(context, &piece);
}

const char *packets_dissector(const struct packets *packets, const struct socket *socket)
{
	static const char *const dissectors[PROTOCOL_NR] = {
		[PROTOCOL_HTTP] = "http",
		[PROTOCOL_HTTP2] = "http2",
		[PROTOCOL_TLS] = "tls",
		[PROTOCOL_SSH] = "ssh",
		[PROTOCOL_REDIS] = "resp",
		[PROTOCOL_POSTGRESQL] = "pgsql",
		[PROTOCOL_DNS] = "dns",
		[PROTOCOL_MDNS] = "mdns",
	};
	const struct exchanges *exchanges = trace_exchanges(packets->trace);
	size_t count;
	const uint32_t *numbers = exchanges_on(exchanges, socket, &count);

	for (size_t i = 0; i < count; i++)
		if (dissectors[exchanges->list[numbers[i]].protocol])
			return dissectors[exchanges->list[numbers[i]].protocol];
	return NULL;
}

/* --- which sockets --- */

/* Numbers of strings, or NO_STRING. */
struct packet_words {
	uint32_t inet, inet6, local, netlink, stream, datagram, ip, tcp, udp, mptcp;
};

static struct packet_words words_of(const struct string_table *strings)
{
	return (struct packet_words){
		.inet = string_table_find(strings, "AF_INET"),
		.inet6 = string_table_find(strings, "AF_INET6"),
		.local = string_table_find(strings, "AF_UNIX"),
		.netlink = string_table_find(strings, "AF_NETLINK"),
		.stream = string_table_find(strings, "SOCK_STREAM"),
		.datagram = string_table_find(strings, "SOCK_DGRAM"),
		.ip = string_table_find(strings, "IPPROTO_IP"),
		.tcp = string_table_find(strings, "IPPROTO_TCP"),
		.udp = string_table_find(strings, "IPPROTO_UDP"),
		.mptcp = string_table_find(strings, "IPPROTO_MPTCP"),
	};
}

/* Protocol 0 is the usual one of a family and a type: ip(7). */
static enum capturing capturing_of(
	const struct packet_words *words, const struct trace *trace, const struct socket *socket)
{
	uint32_t protocol = socket->protocol;
	bool is_usual = !*trace_word(trace, protocol) || protocol == words->ip;

	if (socket->family == words->local)
		return socket->type == words->stream || !*trace_word(trace, socket->type)
			       ? CAPTURING_UNIX_STREAM
			       : CAPTURING_UNIX_DATAGRAMS;
	if (socket->family == words->netlink)
		return CAPTURING_NETLINK;
	if (socket->family != words->inet && socket->family != words->inet6)
		return CAPTURING_NONE;
	if (socket->type == words->stream &&
		(is_usual || protocol == words->tcp || protocol == words->mptcp))
		return CAPTURING_TCP;
	if (socket->type == words->datagram && (is_usual || protocol == words->udp))
		return CAPTURING_UDP;
	return CAPTURING_NONE;
}

static void *grow(void *array, size_t from, size_t to, size_t size)
{
	char *grown = xrealloc(array, (to + 1) * size);

	memset(grown + from * size, 0, (to + 1 - from) * size);
	return grown;
}

/* What sockets are may be known only later. */
static void learn_sockets(struct packets *packets)
{
	const struct trace *trace = packets->trace;
	struct packet_words words = words_of(&trace->strings);
	size_t from = packets->socket_count, to = trace->socket_count;

	packets->kinds = grow(packets->kinds, from, to, sizeof(*packets->kinds));
	packets->is_closed = grow(packets->is_closed, from, to, sizeof(*packets->is_closed));
	packets->places = grow(packets->places, from, to, sizeof(*packets->places));
	packets->peers = grow(packets->peers, from, to, sizeof(*packets->peers));
	packets->sent_to = grow(packets->sent_to, from, to, sizeof(*packets->sent_to));
	packets->socket_count = to;
	for (size_t i = 0; i < to; i++)
		packets->kinds[i] = (uint8_t)capturing_of(&words, trace, trace->sockets[i]);
}

static enum capturing kind_of(const struct packets *packets, const struct socket *socket)
{
	return (enum capturing)packets->kinds[socket->number];
}

/* --- what happened, in the order of time --- */

enum event_kind { EVENT_CALL, EVENT_LEARN, EVENT_ACCEPT, EVENT_CLOSE };

struct packet_event {
	int64_t time_ns;
	uint32_t call;
	uint32_t of; /* the socket that was accepted or closed; of what was learned the attempt */
	enum event_kind kind;
};

struct packet_events {
	struct packet_event *list; /* owned */
	size_t count, capacity;
	bool is_sorted;
};

static int compare_events(const void *one, const void *other)
{
	const struct packet_event *a = one, *b = other;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	if (a->call != b->call)
		return a->call < b->call ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

static void add(struct packet_events *events, struct packet_event event)
{
	events->list =
		array_grow(events->list, events->count, &events->capacity, sizeof(*events->list));
	events->list[events->count++] = event;
	events->is_sorted &=
		events->count < 2 || compare_events(&events->list[events->count - 2], &event) <= 0;
}

static bool is_reset(const struct trace *trace, const struct call *call)
{
	const char *error = call->error ? trace_word(trace, call->error) : "";

	return (effect_transfers((enum effect)call->effect) || call_is(call, CALL_TELLS_ERROR)) &&
	       (strcmp(error, "ECONNRESET") == 0 || strcmp(error, "EPIPE") == 0);
}

static bool moves(const struct call *call)
{
	return call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE);
}

/* MSG_PEEK returns bytes, and moves none. */
static bool has_peeked(const struct call *call)
{
	return call->effect == EFFECT_RECEIVE && call->bytes == 0 && call->result > 0;
}

static bool is_told(struct packets *packets, uint32_t index)
{
	const struct call *call = &packets->trace->calls[index];

	if (!call->descriptor)
		return false;
	switch (kind_of(packets, call->descriptor->socket)) {
	case CAPTURING_TCP:
		return (moves(call) && call->bytes > 0) || call_is(call, CALL_END_OF_STREAM) ||
		       call->effect == EFFECT_SHUTDOWN || call->effect == EFFECT_CONNECT ||
		       is_reset(packets->trace, call);
	case CAPTURING_UNIX_STREAM:
		return moves(call) && call->bytes > 0;
	case CAPTURING_UDP:
		if (call->effect == EFFECT_CONNECT)
			return !call->error;
		return moves(call) && !has_peeked(call);
	case CAPTURING_UNIX_DATAGRAMS:
	case CAPTURING_NETLINK:
		return moves(call) && !has_peeked(call);
	case CAPTURING_NONE:
		break;
	}
	packets->lack.unshown +=
		moves(call) && !has_peeked(call) && selection_has_call(packets->selection, index);
	return false;
}

static bool is_new(const struct packets *packets, uint32_t call, size_t until)
{
	return call >= packets->call_count && call < until;
}

static void collect_calls(struct packets *packets, struct packet_events *events, size_t until)
{
	const struct trace *trace = packets->trace;

	for (size_t i = packets->call_count; i < until; i++)
		if (is_told(packets, (uint32_t)i))
			add(events, (struct packet_event){
					    .time_ns = causal_order_time_ns(&trace->calls[i]),
					    .call = (uint32_t)i,
					    .kind = EVENT_CALL});
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		const struct call *maker = descriptor_maker(trace, descriptor);
		if (is_new(packets, descriptor->made_by, until) && maker->effect == EFFECT_ACCEPT &&
			kind_of(packets, descriptor->socket) == CAPTURING_TCP)
			add(events, (struct packet_event){.time_ns = call_end_ns(maker),
					    .call = descriptor->made_by,
					    .of = descriptor->socket->number,
					    .kind = EVENT_ACCEPT});
	}
	for (size_t i = 0; i < trace->attempt_count; i++) {
		const struct attempt *attempt = &trace->attempts[i];
		const struct descriptor *on = trace->calls[attempt->connect].descriptor;
		if (is_new(packets, attempt->told_by, until) && on &&
			kind_of(packets, on->socket) == CAPTURING_TCP)
			add(events, (struct packet_event){
					    .time_ns = call_end_ns(&trace->calls[attempt->told_by]),
					    .call = attempt->told_by,
					    .of = (uint32_t)i,
					    .kind = EVENT_LEARN});
	}
}

/* What happened by then comes before the calls that are not taken yet: these end in their order. */
static int64_t taken_until_ns(const struct trace *trace, size_t until)
{
	return until < trace->call_count ? call_end_ns(&trace->calls[until]) : INT64_MAX;
}

static void collect_ends(struct packets *packets, struct packet_events *events, size_t until)
{
	const struct trace *trace = packets->trace;
	int64_t until_ns = taken_until_ns(trace, until);

	for (size_t i = 0; i < trace->socket_count; i++) {
		const struct socket *socket = trace->sockets[i];
		if (!socket->last || packets->is_closed[i] ||
			kind_of(packets, socket) != CAPTURING_TCP)
			continue;
		uint32_t call = descriptor_closer(trace, socket->last);
		if (call == NO_CALL ? socket->last->ended_ns > until_ns : call >= until)
			continue;
		packets->is_closed[i] = true;
		add(events, (struct packet_event){.time_ns = call == NO_CALL
								     ? socket->last->ended_ns
								     : trace->calls[call].time_ns,
				    .call = call,
				    .of = (uint32_t)i,
				    .kind = EVENT_CLOSE});
	}
}

static void tell_call(struct packets *packets, const struct packet_cause *cause)
{
	switch (kind_of(packets, cause->descriptor->socket)) {
	case CAPTURING_TCP:
		if (packets->trace->calls[cause->call].effect == EFFECT_CONNECT) {
			packets_ask(packets, cause);
			break;
		}
		packets_stream(packets, cause);
		break;
	case CAPTURING_UNIX_STREAM:
		packets_stream(packets, cause);
		break;
	case CAPTURING_UDP:
	case CAPTURING_UNIX_DATAGRAMS:
	case CAPTURING_NETLINK:
		packets_datagram(packets, cause);
		break;
	case CAPTURING_NONE:
		break;
	}
}

static void tell(struct packets *packets, const struct packet_event *event)
{
	const struct trace *trace = packets->trace;
	struct packet_cause cause = {.time_ns = event->time_ns,
		.call = event->call,
		.is_shown = event->call != NO_CALL &&
			    selection_has_call(packets->selection, event->call)};
	const struct attempt *attempt;
	const struct socket *socket;

	switch (event->kind) {
	case EVENT_CALL:
		cause.descriptor = trace->calls[event->call].descriptor;
		tell_call(packets, &cause);
		break;
	case EVENT_LEARN:
		attempt = &trace->attempts[event->of];
		cause.descriptor = trace->calls[attempt->connect].descriptor;
		cause.is_shown = selection_has_call(packets->selection, attempt->connect);
		packets_learn(packets, &cause, attempt);
		break;
	case EVENT_ACCEPT:
		socket = trace->sockets[event->of];
		cause.descriptor = socket->holder;
		packets_accept(packets, socket, &cause);
		break;
	case EVENT_CLOSE:
		socket = trace->sockets[event->of];
		cause.descriptor = socket->last;
		if (event->call == NO_CALL)
			cause.is_shown = selection_has_descriptor(packets->selection, socket->last);
		packets_close(packets, socket, &cause);
		break;
	}
}

/* Whoever reads a capture takes what else a trace may have there for keys, too. */
static void take_keys(struct packets *packets)
{
	const struct trace *trace = packets->trace;

	for (; packets->key_count < trace->key_count; packets->key_count++) {
		const struct record_keys *keys = trace->keys[packets->key_count].record;
		const char *line = keys->text, *end = line + keys->length, *newline;
		if (strcmp(keys->format, "nss") != 0)
			continue;
		for (; (newline = memchr(line, '\n', (size_t)(end - line))); line = newline + 1)
			if (key_line_is_good(line, newline))
				packets->sink->key(
					packets->sink->context, line, (size_t)(newline + 1 - line));
	}
}

void packets_take(
	struct packets *packets, const struct selection *selection, size_t until, bool is_last)
{
	const struct trace *trace = selection->trace;
	struct packet_events events = {.is_sorted = true};

	packets->selection = selection;
	packets->trace = trace;
	take_keys(packets);
	learn_sockets(packets);
	packets_learn_datagrams(packets);
	collect_calls(packets, &events, until);
	collect_ends(packets, &events, until);
	if (!events.is_sorted)
		qsort(events.list, events.count, sizeof(*events.list), compare_events);
	for (size_t i = 0; i < events.count && !packets->is_unwanted; i++)
		tell(packets, &events.list[i]);
	free(events.list);
	if (is_last && !packets->is_unwanted)
		packets_rest(packets);
	packets->call_count = until;
}
