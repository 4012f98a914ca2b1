/* SPDX-License-Identifier: MIT */
/* Rules about how connections end, and what is lost then. */
#include <inttypes.h>
#include <string.h>

#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"

static bool was_killed(const struct process *process)
{
	return process->killed_by != NULL;
}

/* The program received the end of stream, or an error that says so. */
static bool is_end_of_stream(const struct call *call)
{
	return call_is(call, CALL_END_OF_STREAM) || call_is(call, CALL_FAILED);
}

/* A wait that asks when the rest can be sent is none that forgot it. */
static bool forgets(const struct descriptor *descriptor, uint32_t sent)
{
	return descriptor->last_wait_to_send == NO_CALL || descriptor->last_wait_to_send < sent;
}

/* The last call that tried to send, if it did and the program was told of no end; else NO_CALL. */
static uint32_t last_send(const struct hint_search *search, const struct socket *socket)
{
	for (size_t i = hint_call_count(search, socket); i-- > 0;) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (is_end_of_stream(call))
			return NO_CALL;
		if (call->effect == EFFECT_SEND)
			return hint_has_moved(call, EFFECT_SEND) && call->result == call->bytes
				       ? index
				       : NO_CALL;
	}
	return NO_CALL;
}

/* Less is in no buffer that is full: SOCK_MIN_SNDBUF of include/net/sock.h. */
#define SMALLEST_BUFFER 4096

/*
 * A send that does not block, or is interrupted, sends what there is room for: send(2). Only the
 * last one of a connection is sure: the rest was never sent, and the program closed it on its own,
 * without waiting for room. sendfile(2) may be asked for more than the file has.
 */
void hint_find_partial_send(struct hint_search *search, const struct socket *socket)
{
	const struct descriptor *end = socket->last;
	uint32_t index = end && socket_is_stream(search->trace, socket) ? last_send(search, socket)
									: NO_CALL;
	int64_t size;

	if (index == NO_CALL)
		return;
	const struct call *call = hint_call(search, index);
	if (call->descriptor->calls.bytes_out < SMALLEST_BUFFER || was_killed(call->process))
		return;
	const struct record_call *details = call_details(search->trace, call);
	if (value_member(details->args, "in_fd") || value_member(details->args, "fd_in") ||
		!value_integer(value_member(details->args, "size"), &size) || size <= call->bytes ||
		!forgets(call->descriptor, index))
		return;
	hint_add(search, hint_begin(search, index), "%s of %s were sent, and then no more",
		hint_bytes(search, call->bytes), hint_bytes(search, size));
}

/* Until its process has died it makes no other call. */
static bool dies_of(const struct call *call)
{
	const struct process *process = call->process;

	return was_killed(process) && strcmp(process->killed_by, "SIGPIPE") == 0;
}

static bool has_shut_down(
	const struct hint_search *search, const struct socket *socket, size_t before)
{
	for (size_t i = 0; i < before; i++) {
		const struct call *call = hint_call(search, hint_call_on(search, socket, i));
		if (call->effect == EFFECT_SHUTDOWN && !call->error) {
			const char *how = value_text(
				value_member(call_details(search->trace, call)->args, "how"), NULL);
			if (how && strcmp(how, "SHUT_RD") != 0)
				return true;
		}
	}
	return false;
}

/* Something had come of it before: a connect, a transfer, or it was accepted or made a pair. */
static bool was_connected(
	const struct hint_search *search, const struct socket *socket, size_t before)
{
	if (socket->direction == DIRECTION_IN || socket->direction == DIRECTION_PAIR)
		return true;
	for (size_t i = 0; i < before; i++)
		if (hint_shows_connection(
			    search, hint_call(search, hint_call_on(search, socket, i))))
			return true;
	return false;
}

/* EPIPE says that the connection does not send any more, and SIGPIPE ends a program that has not
 * said otherwise: send(2), MSG_NOSIGNAL. (Of a socket that was never connected, too.) */
void hint_find_broken_pipe(struct hint_search *search, const struct socket *socket)
{
	struct hint hint;
	size_t times = 0, first = 0;

	if (!(hint_facts(search, socket)->failures & HINT_BROKEN_PIPE))
		return;
	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (call->effect != EFFECT_SEND || !hint_has_failed(search, call, "EPIPE"))
			continue;
		if (times++ == 0) {
			hint = hint_begin(search, index);
			first = i;
		} else {
			hint_show(&hint, index);
		}
	}
	if (times == 0 || !was_connected(search, socket, first))
		return;
	hint.times = times;
	hint_add(search, hint, "%s%s",
		hint_term(search, has_shut_down(search, socket, first)
					  ? "the program itself had shut the socket down"
					  : "the peer had closed the connection"),
		hint_term(search, dies_of(hint_call(search, hint.calls[0]))
					  ? ", and SIGPIPE ended the program"
					  : ""));
}

/* The bytes that were sent before that time, or received. */
static int64_t moved_until(const struct hint_search *search, const struct socket *socket,
	enum effect effect, int64_t until_ns)
{
	int64_t sum = 0;

	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		const struct call *call = hint_call(search, hint_call_on(search, socket, i));
		if (hint_has_moved(call, effect) && call_end_ns(call) < until_ns)
			quantity_add_up(&sum, call->bytes);
	}
	return sum;
}

/* The close of the descriptor, if the program called it, and was told of no end before; else
 * NO_CALL. */
static uint32_t close_before_end(const struct hint_search *search, const struct descriptor *last)
{
	for (size_t i = 0; i < last->calls.count; i++) {
		const struct call *call = descriptor_call(search->trace, last, i);
		if (effect_transfers(call->effect) && is_end_of_stream(call))
			return NO_CALL;
	}
	return descriptor_closer(search->trace, last);
}

/* The call that was told of the reset. */
static uint32_t reset_call(const struct hint_search *search, const struct socket *socket)
{
	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (effect_transfers(call->effect) && hint_has_failed(search, call, "ECONNRESET"))
			return index;
	}
	return NO_CALL;
}

/*
 * A close while there are bytes to be read sends a reset and no end of stream (RFC 2525, 2.17;
 * tcp_close in net/ipv4/tcp.c), and what was on its way to the peer may be lost with it. The trace
 * has both ends: what the peer had sent before, what was received of it, and that the peer was
 * reset.
 */
void hint_find_unread_close(struct hint_search *search, const struct socket *socket)
{
	static const char *const options[] = {"SO_LINGER", NULL};
	const struct socket *peer = socket->other_end;
	const struct descriptor *last = peer ? socket->last : NULL;
	uint32_t told, close;
	int64_t unread;

	if (!last || !(hint_facts(search, peer)->failures & HINT_RESET) ||
		!hint_is_tcp(search, socket) || socket->part != peer->part)
		return;
	told = reset_call(search, peer);
	close = told == NO_CALL ? NO_CALL : close_before_end(search, last);
	if (close == NO_CALL || hint_has_set(search, socket, NO_CALL, options))
		return;
	int64_t close_ns = hint_call(search, close)->time_ns;
	unread = moved_until(search, peer, EFFECT_SEND, close_ns) -
		 moved_until(search, socket, EFFECT_RECEIVE, INT64_MAX);
	if (unread <= 0)
		return;
	struct hint hint = hint_begin(search, close);
	hint_show(&hint, told);
	hint_add(search, hint,
		"%s were not read, so that the peer got ECONNRESET and no end of stream",
		hint_bytes(search, unread));
}

/* A record of TLS, which is read in parts: its header first. RFC 8446, 5.1. */
static bool is_tls(const struct hint_search *search, const struct call *send)
{
	const unsigned char *bytes;

	return call_payload(search->trace, send, &bytes) >= 2 && bytes[0] >= 0x14 &&
	       bytes[0] <= 0x17 && bytes[1] == 0x03;
}

/* All that the peer has sent was received, as on most sockets. */
static bool has_all(const struct socket *socket, const struct socket *peer)
{
	int64_t received = 0, sent = 0;

	for (const struct descriptor *one = socket->holder; one; one = one->next_holder)
		quantity_add_up(&received, one->calls.bytes_in);
	for (const struct descriptor *one = peer->holder; one; one = one->next_holder)
		quantity_add_up(&sent, one->calls.bytes_out);
	return received >= sent;
}

/* The send of which the last receive took the first bytes, so many, and not all, when so many had
 * been received in the end; NO_CALL: there is none. */
static uint32_t cut_send(const struct hint_search *search, const struct socket *socket,
	int64_t taken, int64_t received)
{
	int64_t sent = 0;

	for (size_t i = 0; i < hint_call_count(search, socket) && sent < received; i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (!hint_has_moved(call, EFFECT_SEND))
			continue;
		if (sent >= received - taken && call->bytes > received - sent)
			return index;
		quantity_add_up(&sent, call->bytes);
	}
	return NO_CALL;
}

/* The last receive, if it took as much as it had asked for; else NO_CALL. */
static uint32_t last_full_receive(const struct hint_search *search, const struct socket *socket)
{
	for (size_t i = hint_call_count(search, socket); i-- > 0;) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		int64_t size;
		if (call->effect != EFFECT_RECEIVE && !is_end_of_stream(call))
			continue;
		return hint_has_moved(call, EFFECT_RECEIVE) && call_has_effect(call) &&
				       value_integer(
					       value_member(call_details(search->trace, call)->args,
						       "size"),
					       &size) &&
				       size == call->bytes
			       ? index
			       : NO_CALL;
	}
	return NO_CALL;
}

/*
 * A stream has no messages: a receive takes what its buffer has room for, and the rest is there for
 * the next: tcp(7), recv(2). The reader's buffer was full with the beginning of what one call had
 * sent, and it closed, or exited, without receiving again. Who reads whole sends may know that the
 * rest, a farewell, is not for it; who has received again of one, and stops, does not want more.
 */
void hint_find_bytes_unread(struct hint_search *search, const struct socket *socket)
{
	static const char *const options[] = {"SO_LINGER", NULL};
	const struct socket *peer = socket->other_end;
	const struct descriptor *last = peer ? socket->last : NULL;

	if (!last || last->calls.transfers_in == 0 || was_killed(last->process) ||
		socket->part != peer->part || !socket_is_stream(search->trace, socket) ||
		socket->found || peer->found || has_all(socket, peer) ||
		trace_leaves_out(search->trace, socket, EFFECT_RECEIVE) ||
		trace_leaves_out(search->trace, peer, EFFECT_SEND))
		return;
	uint32_t receive = last_full_receive(search, socket);
	if (receive == NO_CALL)
		return;
	int64_t received = moved_until(search, socket, EFFECT_RECEIVE, INT64_MAX);
	int64_t unread = moved_until(search, peer, EFFECT_SEND, last->ended_ns) - received;
	uint32_t send =
		unread > 0 ? cut_send(search, peer, hint_call(search, receive)->bytes, received)
			   : NO_CALL;
	if (send == NO_CALL || call_end_ns(hint_call(search, send)) >= last->ended_ns ||
		is_tls(search, hint_call(search, send)) ||
		hint_has_set(search, socket, NO_CALL, options))
		return;
	struct hint hint = hint_begin(search, receive);
	hint_show(&hint, send);
	hint_add(search, hint, "the buffer was full after %s, and %s more were never received",
		hint_bytes(search, hint_call(search, receive)->bytes), hint_bytes(search, unread));
}
