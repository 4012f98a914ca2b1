/* SPDX-License-Identifier: MIT */
#include "viewer/relate/exchange_datagram.h"

#include <stdlib.h>
#include <string.h>

#include "format/hash.h"
#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/model/payload.h"
#include "viewer/relate/exchange_record.h"

/* A resolver that was not answered asks again, with another id perhaps, after so long at the
 * earliest. Two that ask the same sooner are two. */
#define RETRY_NS 1000000000

/* What a socket and one peer say in turns, of no protocol that is known. */
struct dialogue {
	enum speaker asker, last; /* SPEAKER_UNKNOWN: not known; nobody spoke */
	size_t exchange;          /* the one that is spoken in, or NO_EXCHANGE */
	uint64_t bytes;           /* of its question */
	uint32_t first_call;
	bool is_told_elsewhere; /* the peer is in the trace, and asks */
};

struct exchange_datagrams {
	struct exchanges *exchanges;
	const struct trace *trace;
	uint64_t secret;
	uint32_t *peers;         /* owned, by socket: what it is connected to, a string */
	uint8_t *from_trace;     /* owned: a bit for each call that received what the trace sent */
	struct id_map dialogues; /* owned, by socket and peer */
	/* Numbers of exchanges, and 1: by what a question and its answer have in common, and by
	 * what all questions of a lookup have. */
	struct id_map pairs, lookups;
};

/* One of them, as it was sent or received. */
struct datagram_seen {
	const struct socket *socket;
	uint32_t call;
	enum speaker speaker;
	const char *peer; /* "": not known */
	const unsigned char *bytes;
	size_t known;
	uint64_t length;
};

static bool is_family(const struct trace *trace, const struct socket *socket, const char *family)
{
	return strcmp(trace_word(trace, socket->family), family) == 0;
}

struct exchange_datagrams *exchange_datagrams_new(
	struct exchanges *exchanges, const struct links *links)
{
	struct exchange_datagrams *datagrams = xcalloc(1, sizeof(*datagrams));
	const struct trace *trace = exchanges->trace;
	uint64_t secrets[2];

	hash_secrets(secrets);
	datagrams->exchanges = exchanges;
	datagrams->trace = trace;
	datagrams->secret = secrets[0];
	datagrams->peers = xcalloc(trace->socket_count + 1, sizeof(*datagrams->peers));
	datagrams->from_trace = xcalloc(trace->call_count / 8 + 1, sizeof(*datagrams->from_trace));
	for (size_t i = 0; links && i < links->count; i++) {
		const struct link *link = &links->list[i];
		if (link->kind == LINK_DATA && link->from != NO_CALL && link->to != NO_CALL)
			datagrams->from_trace[link->to / 8] |= (uint8_t)(1 << link->to % 8);
	}
	return datagrams;
}

void exchange_datagrams_free(struct exchange_datagrams *datagrams)
{
	struct dialogue *dialogue;
	size_t at = 0;

	while ((dialogue = id_map_next(&datagrams->dialogues, &at)))
		free(dialogue);
	id_map_free(&datagrams->dialogues);
	id_map_free(&datagrams->pairs);
	id_map_free(&datagrams->lookups);
	free(datagrams->from_trace);
	free(datagrams->peers);
	free(datagrams);
}

/* A call of the trace sent it, on a socket that tells itself what it asks. */
static bool is_from_trace(
	const struct exchange_datagrams *datagrams, const struct datagram_seen *seen)
{
	return datagrams->from_trace[seen->call / 8] >> seen->call % 8 & 1;
}

static uint64_t key_of(
	const struct exchange_datagrams *datagrams, const void *what, size_t size, const char *peer)
{
	uint64_t key = hash_from(datagrams->secret, what, size);

	key = hash_from(key, peer, strlen(peer));
	return key ? key : 1;
}

static struct message message_of(const struct datagram_seen *seen, enum message_role role)
{
	return (struct message){.role = role,
		.speaker = seen->speaker,
		.end = seen->length,
		.first_call = seen->call,
		.last_call = seen->call,
		.begins_call = true,
		.name = "",
		.is_whole = true};
}

/* A new exchange knows with whom. */
static size_t record(struct exchange_datagrams *datagrams, const struct datagram_seen *seen,
	size_t number, const struct message *message)
{
	struct exchanges *exchanges = datagrams->exchanges;
	size_t recorded = exchange_record(exchanges, seen->socket, number, message);

	if (number == NO_EXCHANGE)
		exchanges->list[recorded].address =
			string_table_number(&exchanges->names, seen->peer);
	return recorded;
}

/* --- bytes alone: in turns ------------------------------------------------------------------ */

static bool is_with_kernel(
	const struct exchange_datagrams *datagrams, const struct datagram_seen *seen)
{
	return !*seen->peer && is_family(datagrams->trace, seen->socket, "AF_NETLINK");
}

/* Who speaks first asks, unless something may have been said before. The kernel is asked. */
static enum speaker asker_of(
	const struct exchange_datagrams *datagrams, const struct datagram_seen *seen)
{
	if (is_family(datagrams->trace, seen->socket, "AF_NETLINK"))
		return SPEAKER_SELF;
	return seen->socket->found ? SPEAKER_UNKNOWN : seen->speaker;
}

static struct dialogue *dialogue_of(
	struct exchange_datagrams *datagrams, const struct datagram_seen *seen)
{
	uint32_t socket = seen->socket->number;
	uint64_t key = key_of(datagrams, &socket, sizeof(socket), seen->peer);
	struct dialogue *dialogue = id_map_get(&datagrams->dialogues, key);

	if (dialogue)
		return dialogue;
	dialogue = xcalloc(1, sizeof(*dialogue));
	dialogue->asker = asker_of(datagrams, seen);
	dialogue->last = SPEAKER_UNKNOWN;
	dialogue->exchange = NO_EXCHANGE;
	dialogue->is_told_elsewhere =
		dialogue->asker == SPEAKER_PEER && is_from_trace(datagrams, seen);
	id_map_put(&datagrams->dialogues, key, dialogue);
	return dialogue;
}

/* A message to the kernel is named by its type, and one that says that something failed by the
 * error. */
static void name_netlink(const struct exchange_datagrams *datagrams,
	const struct datagram_seen *seen, struct message *message)
{
	const struct trace *trace = datagrams->trace;
	const struct value *messages = call_details(trace, &trace->calls[seen->call])->netlink;
	const char *word = value_text(value_member(value_element(messages, 0), "type"), NULL);

	if (message->role != MESSAGE_ANSWER) {
		message->name = word ? word : "";
		return;
	}
	for (size_t i = 0; i < value_count(messages) && !message->has_failed; i++) {
		word = value_text(value_member(value_element(messages, i), "error"), NULL);
		message->has_failed = word != NULL;
		message->name = word ? word : "";
	}
}

static void hear_turn(struct exchange_datagrams *datagrams, const struct datagram_seen *seen)
{
	struct dialogue *dialogue = dialogue_of(datagrams, seen);
	bool is_answer = dialogue->asker != SPEAKER_UNKNOWN && seen->speaker != dialogue->asker &&
			 dialogue->exchange != NO_EXCHANGE;
	bool is_asked = seen->speaker == dialogue->asker;
	struct message message = message_of(seen, is_answer  ? MESSAGE_ANSWER
						  : is_asked ? MESSAGE_QUESTION
							     : MESSAGE_NOTICE);

	if (dialogue->is_told_elsewhere)
		return;
	if (is_with_kernel(datagrams, seen))
		name_netlink(datagrams, seen, &message);
	/* More may follow until the other one speaks. */
	message.is_whole = false;
	if (is_answer) {
		record(datagrams, seen, dialogue->exchange, &message);
	} else if (dialogue->last == seen->speaker && dialogue->exchange != NO_EXCHANGE) {
		if (__builtin_add_overflow(dialogue->bytes, seen->length, &dialogue->bytes))
			dialogue->bytes = UINT64_MAX;
		message.end = dialogue->bytes;
		message.first_call = dialogue->first_call;
		message.name = exchange_name(
			datagrams->exchanges, &datagrams->exchanges->list[dialogue->exchange]);
		record(datagrams, seen, dialogue->exchange, &message);
	} else {
		if (dialogue->exchange != NO_EXCHANGE)
			datagrams->exchanges->list[dialogue->exchange].is_open = false;
		size_t begun = record(datagrams, seen, NO_EXCHANGE, &message);
		dialogue->exchange =
			message.role == MESSAGE_NOTICE && dialogue->asker != SPEAKER_UNKNOWN
				? NO_EXCHANGE
				: begun;
		dialogue->bytes = seen->length;
		dialogue->first_call = seen->call;
	}
	dialogue->last = seen->speaker;
}

/* --- protocols ------------------------------------------------------------------------------ */

/* Stands for an exchange that the asker's socket tells. */
#define TOLD_ELSEWHERE UINTPTR_MAX

static struct exchange *exchange_at(
	const struct exchange_datagrams *datagrams, const struct id_map *map, uint64_t key)
{
	uintptr_t number = (uintptr_t)id_map_get(map, key);

	return number && number != TOLD_ELSEWHERE ? &datagrams->exchanges->list[number - 1] : NULL;
}

static void keep(struct id_map *map, uint64_t key, size_t number)
{
	id_map_put(map, key, (void *)(uintptr_t)(number + 1));
}

/* The process asks itself, on whatever sockets; others ask from one address. */
static uint64_t packet_key(const struct exchange_datagrams *datagrams,
	const struct datagram_seen *seen, uint64_t common, enum speaker asker)
{
	bool is_own = asker == SPEAKER_SELF;
	const struct call *call = &datagrams->trace->calls[seen->call];
	uint64_t what[] = {common, is_own, is_own ? call->process->number : seen->socket->number};

	return key_of(datagrams, what, sizeof(what), is_own ? "" : seen->peer);
}

static bool is_open(const struct exchange *exchange)
{
	return exchange && (!exchange_has_answer(exchange) || exchange->result == EXCHANGE_FAILED);
}

/* The exchange that a question asks once more, or NULL. */
static struct exchange *asked_before(const struct exchange_datagrams *datagrams,
	const struct datagram_seen *seen, uint64_t pair, uint64_t lookup)
{
	struct exchange *before = exchange_at(datagrams, &datagrams->pairs, pair);
	int64_t time_ns = datagrams->trace->calls[seen->call].time_ns;

	if (is_open(before))
		return before;
	before = exchange_at(datagrams, &datagrams->lookups, lookup);
	if (before && !exchange_has_answer(before) &&
		time_ns - exchange_begin_ns(datagrams->exchanges, before) >= RETRY_NS)
		return before;
	return NULL;
}

static void hear_question(struct exchange_datagrams *datagrams, const struct datagram_seen *seen,
	const struct packet *packet, struct message *message)
{
	uint64_t pair = packet_key(datagrams, seen, packet->pair, seen->speaker);
	uint64_t lookup = packet_key(datagrams, seen, packet->lookup, seen->speaker);
	struct exchange *before = asked_before(datagrams, seen, pair, lookup);
	size_t number = NO_EXCHANGE;

	if (seen->speaker == SPEAKER_PEER && is_from_trace(datagrams, seen)) {
		id_map_put(&datagrams->pairs, pair, (void *)TOLD_ELSEWHERE);
		return;
	}
	/* It was asked when it was asked first; what another server answers counts then. */
	if (before) {
		number = (size_t)(before - datagrams->exchanges->list);
		message->first_call = before->question_first;
		message->last_call = before->question_last;
		if (__builtin_add_overflow(message->end, before->bytes_asked, &message->end))
			message->end = UINT64_MAX;
		before->result = EXCHANGE_PENDING;
		before->answer_first = before->answer_last = NO_CALL;
		before->answer = 0;
	}
	number = record(datagrams, seen, number, message);
	keep(&datagrams->pairs, pair, number);
	keep(&datagrams->lookups, lookup, number);
}

static void hear_answer(struct exchange_datagrams *datagrams, const struct datagram_seen *seen,
	const struct packet *packet, struct message *message)
{
	enum speaker asker = seen->speaker == SPEAKER_SELF ? SPEAKER_PEER : SPEAKER_SELF;
	uint64_t pair = packet_key(datagrams, seen, packet->pair, asker);
	struct exchange *asked = exchange_at(datagrams, &datagrams->pairs, pair);

	if ((uintptr_t)id_map_get(&datagrams->pairs, pair) == TOLD_ELSEWHERE)
		return;
	if (!asked)
		message->role = MESSAGE_NOTICE;
	else if (exchange_has_answer(asked))
		message->role = MESSAGE_INTERIM;
	record(datagrams, seen, asked ? (size_t)(asked - datagrams->exchanges->list) : NO_EXCHANGE,
		message);
}

static void hear_packet(struct exchange_datagrams *datagrams, const struct datagram_seen *seen,
	const struct packet *packet)
{
	struct message message = message_of(seen, packet->role);

	message.protocol = packet->protocol;
	message.name = packet->name;
	message.has_failed = packet->has_failed;
	if (packet->role == MESSAGE_QUESTION)
		hear_question(datagrams, seen, packet, &message);
	else if (packet->role == MESSAGE_ANSWER)
		hear_answer(datagrams, seen, packet, &message);
	else
		record(datagrams, seen, NO_EXCHANGE, &message);
}

/* --- what calls move ------------------------------------------------------------------------ */

static uint16_t port_in(const char *address)
{
	const char *port = address_port(address);
	unsigned long number = port ? strtoul(port + 1, NULL, 10) : 0;

	return number <= UINT16_MAX ? (uint16_t)number : 0;
}

/* Well-known ports are the low ones. */
static uint16_t known_port(const struct datagram_seen *seen)
{
	char local[ADDRESS_SIZE];

	address_text(local, seen->socket->local);
	uint16_t one = port_in(seen->peer), other = port_in(local);
	return one == 0 || (other != 0 && other < one) ? other : one;
}

static bool is_internet(const struct trace *trace, const struct socket *socket)
{
	return is_family(trace, socket, "AF_INET") || is_family(trace, socket, "AF_INET6");
}

static void hear(struct exchange_datagrams *datagrams, const struct datagram_seen *said)
{
	struct datagram_seen known = *said, *seen = &known;
	const struct socket *socket = seen->socket;
	char peer[ADDRESS_SIZE];
	struct packet packet;

	if (!*seen->peer)
		seen->peer = trace_word(datagrams->trace, datagrams->peers[socket->number]);
	if (!*seen->peer) {
		address_text(peer, socket->peer);
		seen->peer = peer;
	}
	/* Who sends to the kernel need not say so. */
	if (address_is_kernels(seen->peer))
		seen->peer = "";
	if (seen->known > seen->length)
		seen->known = (size_t)seen->length;
	if (is_internet(datagrams->trace, socket) &&
		protocol_packet(&packet, seen->bytes, seen->known, seen->length, known_port(seen)))
		hear_packet(datagrams, seen, &packet);
	else
		hear_turn(datagrams, seen);
}

/* sendmmsg and recvmmsg: their result is the count of messages, not of bytes. */
static void hear_messages(struct exchange_datagrams *datagrams, const struct datagram_seen *seen)
{
	const struct call *call = &datagrams->trace->calls[seen->call];
	const struct record_call *details = call_details(datagrams->trace, call);
	unsigned char bytes[4096];

	if (value_has(value_member(details->args, "flags"), "MSG_PEEK"))
		return;
	for (size_t i = 0; i < value_count(details->messages); i++) {
		const struct value *message = value_element(details->messages, i);
		char address[ADDRESS_SIZE];
		int64_t length = 0;
		address_text(address, value_member(message, "address"));
		value_integer(value_member(message, "bytes"), &length);
		struct datagram_seen each = *seen;
		each.peer = address;
		each.bytes = bytes;
		each.known = payload_of(value_member(message, "data"), bytes, sizeof(bytes));
		each.length = length > 0 ? (uint64_t)length : 0;
		hear(datagrams, &each);
	}
}

void exchange_datagram(struct exchange_datagrams *datagrams, uint32_t index)
{
	const struct trace *trace = datagrams->trace;
	const struct call *call = &trace->calls[index];
	bool is_sent = call_has_moved(call, EFFECT_SEND);
	struct datagram_seen seen = {.socket = call->descriptor->socket,
		.call = index,
		.speaker = is_sent ? SPEAKER_SELF : SPEAKER_PEER,
		.peer = trace_word(trace, call->address),
		.length = call->bytes > 0 ? (uint64_t)call->bytes : 0};

	if (call->effect == EFFECT_CONNECT && !call->error)
		datagrams->peers[seen.socket->number] = call->address;
	if (!is_sent && !call_has_moved(call, EFFECT_RECEIVE))
		return;
	if (call->payload_at == 0 && call->result > 0 && call->result != call->bytes) {
		hear_messages(datagrams, &seen);
		return;
	}
	/* MSG_PEEK moves nothing, and returns what is there. */
	if (!is_sent && call->bytes == 0 && call->result > 0)
		return;
	seen.known = call_payload(trace, call, &seen.bytes);
	hear(datagrams, &seen);
}
