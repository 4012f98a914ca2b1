/* SPDX-License-Identifier: MIT */
/* Streams: TCP as segments, UNIX ones as what was sent. */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/capturing.h"
#include "viewer/model/details.h"
#include "viewer/relate/connection.h"

/* A call moves no more: read(2), MAX_RW_COUNT in include/linux/fs.h. */
#define MOVED_MOST ((uint64_t)0x7ffff000)

/* A peer outside of the trace is taken to acknowledge no later than after so many bytes: half of
 * what sequence numbers can tell apart. */
#define UNACKED_MOST (UINT64_C(1) << 30)

/* --- packets --- */

/* How far the end has acknowledged what the other one sends, its FIN included. One outside of the
 * trace has received what was told. */
static uint64_t acknowledged_by(const struct conversation *conversation, unsigned int end)
{
	const struct packet_flow *flow = &conversation->flows[!end];
	uint64_t position = flow->told + flow->has_fin;

	if (conversation->sockets[end] && conversation->is_aligned) {
		position = flow->received < flow->told ? flow->received : flow->told;
		position += flow->has_fin && flow->is_end_seen && position == flow->told;
	}
	return position > flow->acked ? position : flow->acked;
}

static void give(struct packets *packets, struct conversation *conversation, unsigned int from,
	unsigned int flags, const struct packet_cause *cause, const struct packet_piece *piece)
{
	struct packet_flow *flow = &conversation->flows[from], *other = &conversation->flows[!from];
	const struct socket *socket = conversation->sockets[from];
	const struct socket *peer = conversation->sockets[!from];
	struct captured packet = {.kind = PACKET_UNIX,
		.is_sent = socket && cause->descriptor->socket == socket,
		.from = conversation->ends[from],
		.to = conversation->ends[!from],
		.from_socket = packets_port(socket ? socket : peer->other_end),
		.to_socket = packets_port(peer ? peer : socket->other_end),
		.dissector = conversation->dissector ? conversation->dissector : "data",
		.flags = flags};

	if (piece) {
		packet.bytes = piece->bytes;
		packet.known = piece->known;
		packet.length = (size_t)piece->length;
	}
	if (conversation->kind == CAPTURING_TCP) {
		packet.kind = PACKET_TCP;
		packet.sequence = conversation->isn[from];
		if (!(flags & PACKET_SYN))
			packet.sequence += 1 + (uint32_t)flow->told + flow->has_fin;
		if (flags & PACKET_ACK) {
			other->acked = acknowledged_by(conversation, from);
			packet.acknowledgement =
				conversation->isn[!from] + 1 + (uint32_t)other->acked;
		}
	}
	packets_give(packets, &packet, cause);
}

static void give_control(struct packets *packets, struct conversation *conversation,
	unsigned int from, unsigned int flags, const struct packet_cause *cause)
{
	if (cause->is_shown)
		give(packets, conversation, from, flags, cause, NULL);
}

/* --- conversations --- */

static bool leaves_out(const struct trace *trace, const struct socket *socket)
{
	return trace_leaves_out(trace, socket, EFFECT_SEND) ||
	       trace_leaves_out(trace, socket, EFFECT_RECEIVE);
}

static bool has_all(const struct trace *trace, const struct socket *socket)
{
	return !socket || (!socket->found && !leaves_out(trace, socket));
}

static void set_ends(struct conversation *conversation, unsigned int own,
	const struct socket *socket, struct internet peer)
{
	const struct socket *other = socket->other_end;
	struct internet local = internet_of(socket->local);

	if (!local.is_known && other)
		local = internet_of(other->peer);
	if (!peer.is_known && other)
		peer = internet_of(other->local);
	internet_pair(&local, &peer);
	conversation->ends[own] = local;
	conversation->ends[!own] = peer;
}

static struct conversation *begin(struct packets *packets, const struct socket *socket,
	unsigned int end, struct internet peer)
{
	struct conversation *conversation = xcalloc(1, sizeof(*conversation));
	/* Any numbers do that differ where the same two ends talk again. */
	uint32_t number = (uint32_t)packets->conversation_count + 1;

	conversation->kind = (enum capturing)packets->kinds[socket->number];
	conversation->sockets[end] = socket;
	conversation->isn[0] = number * 2000003;
	conversation->isn[1] = number * 2000003 + 1000003;
	conversation->is_aligned =
		has_all(packets->trace, socket) && has_all(packets->trace, socket->other_end);
	if (conversation->kind == CAPTURING_TCP)
		set_ends(conversation, end, socket, peer);
	packets->conversations = array_grow(packets->conversations, packets->conversation_count,
		&packets->conversation_capacity, sizeof(*packets->conversations));
	packets->conversations[packets->conversation_count++] = conversation;
	packets->places[socket->number] =
		(struct packet_place){.conversation = conversation, .end = end};
	return conversation;
}

/* That the socket takes part in, or that its other end has begun; NULL: none. */
static struct conversation *known(struct packets *packets, const struct socket *socket)
{
	struct packet_place *place = &packets->places[socket->number];

	if (!place->conversation && socket->other_end && socket->other_end != socket) {
		struct packet_place other = packets->places[socket->other_end->number];
		if (!other.conversation || other.conversation->sockets[!other.end])
			return NULL;
		*place = (struct packet_place){
			.conversation = other.conversation, .end = !other.end};
		other.conversation->sockets[place->end] = socket;
		other.conversation->is_aligned &= has_all(packets->trace, socket);
	}
	return place->conversation;
}

static unsigned int end_of(const struct packets *packets, const struct socket *socket)
{
	return packets->places[socket->number].end;
}

static void ask(struct packets *packets, struct conversation *conversation,
	const struct packet_cause *cause)
{
	if (conversation->is_asked || conversation->stands || !cause->is_shown)
		return;
	give(packets, conversation, 0, PACKET_SYN, cause, NULL);
	conversation->is_asked = true;
}

/* The three-way handshake: RFC 9293, 3.5. */
static void stand(struct packets *packets, struct conversation *conversation,
	const struct packet_cause *cause)
{
	if (conversation->stands || !cause->is_shown)
		return;
	ask(packets, conversation, cause);
	conversation->stands = true;
	give(packets, conversation, 1, PACKET_SYN | PACKET_ACK, cause, NULL);
	give(packets, conversation, 0, PACKET_ACK, cause, NULL);
}

/* One that was there before, or was made by calls that the trace leaves out, is taken for
 * established; any other one begins with what is sent: TCP Fast Open, RFC 7413. */
static struct conversation *conversation_of(
	struct packets *packets, const struct socket *socket, const struct packet_cause *cause)
{
	struct conversation *conversation = known(packets, socket);

	if (conversation)
		return conversation;
	conversation = begin(
		packets, socket, socket->direction == DIRECTION_IN, internet_of(socket->peer));
	if (conversation->kind == CAPTURING_TCP && socket->direction == DIRECTION_OUT &&
		!socket->found && !socket->joined)
		stand(packets, conversation, cause);
	conversation->stands = true;
	return conversation;
}

/* --- what ends it --- */

static void tell(struct packets *packets, struct conversation *conversation, unsigned int from,
	uint64_t begins, struct packet_piece piece, const struct packet_cause *cause);

/* What was sent and is told by nobody else: that it was, and nothing of what it was. */
static void tell_rest(struct packets *packets, struct conversation *conversation, unsigned int from,
	const struct packet_cause *cause)
{
	struct packet_flow *flow = &conversation->flows[from];

	if (flow->is_told_by_receiver && flow->is_told_by_sender && flow->sent > flow->told)
		tell(packets, conversation, from, flow->told,
			(struct packet_piece){.length = flow->sent - flow->told}, cause);
}

static void finish(struct packets *packets, struct conversation *conversation, unsigned int from,
	const struct packet_cause *cause)
{
	struct packet_flow *flow = &conversation->flows[from];

	if (flow->has_fin || conversation->is_reset || !conversation->stands || !cause->is_shown)
		return;
	/* Bytes that no packet has. */
	if (conversation->is_aligned && flow->sent > flow->told)
		flow->told = flow->sent;
	give(packets, conversation, from, PACKET_FIN | PACKET_ACK, cause, NULL);
	flow->has_fin = true;
}

/* The sender ends its side: behind what its receiver still has to tell. */
static void finish_later(struct packets *packets, struct conversation *conversation,
	unsigned int from, const struct packet_cause *cause)
{
	struct packet_flow *flow = &conversation->flows[from];
	/* Where positions mean nothing only the receiver's end of stream says that it has all. */
	bool may_have_more =
		!conversation->is_aligned || (flow->is_told_by_sender && flow->told < flow->sent);

	if (flow->is_told_by_receiver && may_have_more)
		flow->wants_fin = cause->is_shown;
	else
		finish(packets, conversation, from, cause);
}

static void reset(struct packets *packets, struct conversation *conversation, unsigned int from,
	const struct packet_cause *cause)
{
	if (conversation->is_reset || !conversation->stands || !cause->is_shown)
		return;
	give(packets, conversation, from, PACKET_RST | PACKET_ACK, cause, NULL);
	conversation->is_reset = true;
}

/* --- what it carries --- */

/* Gives the bytes from that position on that no packet has had. */
static void tell(struct packets *packets, struct conversation *conversation, unsigned int from,
	uint64_t begins, struct packet_piece piece, const struct packet_cause *cause)
{
	struct packet_flow *flow = &conversation->flows[from];
	uint64_t most = conversation->kind == CAPTURING_TCP ? SEGMENT_MOST : PACKET_MOST;
	uint64_t ends = begins + piece.length;

	if (ends <= flow->told)
		return;
	if (begins < flow->told) {
		uint64_t passed = flow->told - begins;
		size_t skipped = passed < piece.known ? (size_t)passed : piece.known;
		if (skipped > 0)
			piece.bytes += skipped;
		piece.known -= skipped;
	} else {
		flow->told = begins;
	}
	while (flow->told < ends && !packets->is_unwanted) {
		struct packet_piece segment = piece;
		segment.length = ends - flow->told < most ? ends - flow->told : most;
		if (segment.known > segment.length)
			segment.known = (size_t)segment.length;
		packets->lack.cut += piece.is_kept && segment.known < segment.length;
		give(packets, conversation, from,
			PACKET_ACK | (flow->told + segment.length == ends ? PACKET_PSH : 0), cause,
			&segment);
		flow->told += segment.length;
		piece.known -= segment.known;
		if (segment.known > 0)
			piece.bytes += segment.known;
		if (flow->told - flow->acked > UNACKED_MOST && conversation->kind == CAPTURING_TCP)
			give_control(packets, conversation, !from, PACKET_ACK, cause);
	}
}

/* A receive that tells nothing new says that it has what was sent. */
static void acknowledge(struct packets *packets, struct conversation *conversation,
	unsigned int own, const struct packet_cause *cause)
{
	if (conversation->kind == CAPTURING_TCP && conversation->stands &&
		acknowledged_by(conversation, own) > conversation->flows[!own].acked)
		give_control(packets, conversation, own, PACKET_ACK, cause);
}

/* The one of two ends that tells what is sent in one direction. Where both have all of it, either
 * does, as their positions say what was told; and what was in no buffer of the sender, as of
 * sendfile(2), is known from the receiver. */
static bool tells(const struct packets *packets, const struct conversation *conversation,
	struct packet_flow *flow, unsigned int own, bool is_sender, bool is_kept)
{
	const struct socket *receiver = conversation->sockets[!own];

	if (!conversation->is_aligned) {
		if (!flow->is_told_by_sender && !flow->is_told_by_receiver)
			*(is_sender ? &flow->is_told_by_sender : &flow->is_told_by_receiver) = true;
		return is_sender ? flow->is_told_by_sender : flow->is_told_by_receiver;
	}
	if (!is_sender)
		return true;
	flow->is_told_by_sender = true;
	if (!is_kept && receiver && receiver->holder &&
		selection_has_descriptor(packets->selection, receiver->holder))
		flow->is_told_by_receiver = true;
	return !flow->is_told_by_receiver;
}

struct transfer_of {
	struct packets *packets;
	struct conversation *conversation;
	unsigned int own;
	bool is_sender;
	const struct packet_cause *cause;
};

static void take_piece(void *context, const struct packet_piece *taken)
{
	struct transfer_of *transfer = context;
	struct conversation *conversation = transfer->conversation;
	bool is_sender = transfer->is_sender;
	unsigned int from = is_sender ? transfer->own : !transfer->own;
	struct packet_flow *flow = &conversation->flows[from];
	uint64_t *position = is_sender ? &flow->sent : &flow->received;
	uint64_t told = flow->told;
	struct packet_piece piece = *taken;

	if (piece.length > MOVED_MOST)
		piece.length = MOVED_MOST;
	uint64_t begins = *position;
	*position += piece.length;
	if (!transfer->cause->is_shown)
		return;
	if (tells(transfer->packets, conversation, flow, transfer->own, is_sender, piece.is_kept))
		tell(transfer->packets, conversation, from,
			conversation->is_aligned ? begins : flow->told, piece, transfer->cause);
	if (!is_sender && flow->wants_fin && conversation->is_aligned && flow->told >= flow->sent) {
		flow->wants_fin = false;
		finish(transfer->packets, conversation, from, transfer->cause);
	} else if (!is_sender && flow->told == told) {
		acknowledge(transfer->packets, conversation, transfer->own, transfer->cause);
	}
}

/* --- calls --- */

void packets_ask(struct packets *packets, const struct packet_cause *cause)
{
	const struct trace *trace = packets->trace;
	const struct socket *socket = cause->descriptor->socket;
	const struct call *call = &trace->calls[cause->call];
	struct conversation *conversation = known(packets, socket);

	if (call_is(call, CALL_UNDOES)) {
		/* tcp_disconnect() in net/ipv4/tcp.c */
		if (conversation && !call->error)
			reset(packets, conversation, end_of(packets, socket), cause);
		return;
	}
	if (!connection_attempt(trace, cause->call))
		return;
	if (!conversation || conversation->sockets[0] != socket || conversation->is_asked ||
		conversation->stands) {
		bool is_joined = conversation && conversation->sockets[0] == socket &&
				 conversation->sockets[1] && !conversation->is_reset;
		/* Its other end has told more of it already. */
		if (is_joined && conversation->flows[0].sent == 0)
			return;
		struct internet peer =
			internet_of(value_member(call_details(trace, call)->args, "address"));
		conversation =
			begin(packets, socket, 0, peer.is_known ? peer : internet_of(socket->peer));
	}
	ask(packets, conversation, cause);
}

void packets_learn(
	struct packets *packets, const struct packet_cause *cause, const struct attempt *attempt)
{
	struct conversation *conversation = known(packets, cause->descriptor->socket);

	if (!conversation || conversation->stands)
		return;
	if (attempt->outcome == OUTCOME_ESTABLISHED) {
		stand(packets, conversation, cause);
	} else if (attempt->outcome == OUTCOME_REFUSED && conversation->is_asked &&
		   cause->is_shown) {
		/* Its sequence number is 0: RFC 9293, 3.5.2. */
		conversation->isn[1] = UINT32_MAX;
		give(packets, conversation, 1, PACKET_RST | PACKET_ACK, cause, NULL);
		conversation->is_reset = true;
	}
}

void packets_accept(
	struct packets *packets, const struct socket *socket, const struct packet_cause *cause)
{
	struct conversation *conversation = known(packets, socket);

	if (!conversation)
		conversation = begin(packets, socket, 1, internet_of(socket->peer));
	stand(packets, conversation, cause);
	/* The handshake is left out. */
	conversation->stands = true;
}

static void hear_end(struct packets *packets, struct conversation *conversation, unsigned int own,
	const struct packet_cause *cause)
{
	struct packet_flow *flow = &conversation->flows[!own];

	if (conversation->is_deaf[own])
		return;
	flow->is_end_seen = true;
	if (flow->has_fin) {
		acknowledge(packets, conversation, own, cause);
		return;
	}
	if (cause->is_shown)
		tell_rest(packets, conversation, !own, cause);
	finish(packets, conversation, !own, cause);
}

static void shut_down(struct packets *packets, struct conversation *conversation, unsigned int own,
	const struct packet_cause *cause)
{
	const struct call *call = &packets->trace->calls[cause->call];

	if (call->error || call_is(call, CALL_UNFINISHED))
		return;
	conversation->is_deaf[own] |= call_shuts_receiving(packets->trace, call);
	if (call_shuts_sending(packets->trace, call))
		finish_later(packets, conversation, own, cause);
}

void packets_stream(struct packets *packets, const struct packet_cause *cause)
{
	const struct call *call = &packets->trace->calls[cause->call];
	const struct socket *socket = cause->descriptor->socket;
	struct conversation *conversation = conversation_of(packets, socket, cause);
	unsigned int own = end_of(packets, socket);

	if (!conversation->dissector && conversation->kind == CAPTURING_UNIX_STREAM &&
		conversation->sought_at != packets->trace->call_count) {
		conversation->sought_at = packets->trace->call_count;
		conversation->dissector = packets_dissector(packets, socket);
	}
	if (call->effect == EFFECT_SHUTDOWN) {
		shut_down(packets, conversation, own, cause);
		return;
	}
	if (call->error || call_is(call, CALL_TELLS_ERROR)) {
		/* EPIPE says it of one's own shutdown, too. */
		if (!conversation->flows[own].has_fin && !conversation->flows[own].wants_fin)
			reset(packets, conversation, !own, cause);
		return;
	}
	if (conversation->is_asked)
		stand(packets, conversation, cause);
	conversation->stands = true;
	if (call_is(call, CALL_END_OF_STREAM)) {
		hear_end(packets, conversation, own, cause);
		return;
	}
	struct transfer_of transfer = {.packets = packets,
		.conversation = conversation,
		.own = own,
		.is_sender = call->effect == EFFECT_SEND,
		.cause = cause};
	packets_pieces(packets, call, take_piece, &transfer);
}

/* Bytes that were not read make a reset of a close: RFC 9293, 3.10.4, tcp_close() in
 * net/ipv4/tcp.c. The kernel said so, or the calls of the other end tell it. */
static bool has_unread(const struct conversation *conversation, const struct socket *socket,
	unsigned int own, const struct packet_cause *cause)
{
	const struct packet_flow *flow = &conversation->flows[!own];

	if (cause->call == NO_CALL)
		return false;
	for (size_t i = socket->report_count; i-- > 0 && socket->reports[i].call >= cause->call;)
		if (socket->reports[i].call == cause->call &&
			socket->reports[i].queues.receive != RECORD_ABSENT)
			return socket->reports[i].queues.receive > 0;
	return conversation->is_aligned && conversation->sockets[!own] &&
	       flow->sent > flow->received;
}

void packets_close(
	struct packets *packets, const struct socket *socket, const struct packet_cause *cause)
{
	struct conversation *conversation = packets->places[socket->number].conversation;
	unsigned int own = end_of(packets, socket);

	if (!conversation)
		return;
	if (has_unread(conversation, socket, own, cause))
		reset(packets, conversation, own, cause);
	else
		finish_later(packets, conversation, own, cause);
}

void packets_rest(struct packets *packets)
{
	const struct trace *trace = packets->trace;

	for (size_t i = 0; i < packets->conversation_count; i++) {
		struct conversation *conversation = packets->conversations[i];
		for (unsigned int from = 0; from < 2; from++) {
			const struct socket *socket = conversation->sockets[from];
			if (!socket || !socket->holder)
				continue;
			struct packet_cause cause = {.time_ns = trace->end_ns,
				.call = NO_CALL,
				.descriptor = socket->holder,
				.is_shown = true};
			tell_rest(packets, conversation, from, &cause);
			if (conversation->flows[from].wants_fin)
				finish(packets, conversation, from, &cause);
		}
	}
}
