/* SPDX-License-Identifier: MIT */
/* Rules about calls that a socket as it is cannot take: mistakes of a first program with sockets.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/id_map.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/model/payload.h"
#include "viewer/term/dictionary.h"
#include "viewer/wording/names.h"

/* Of one kind so many are said: who makes more such calls has been told. */
#define MOST_MISUSES 16

/* Of a socket, so many calls are looked at: what makes it what it is comes first. */
#define CALLS_LOOKED_AT 100

static bool is_one_of(const struct hint_search *search, const struct call *call, const char *one,
	const char *other)
{
	return hint_has_failed(search, call, one) ||
	       (other && hint_has_failed(search, call, other));
}

/* The last call of that effect on it before that call, whether or not it worked; NO_CALL: none. */
static uint32_t last_before(const struct hint_search *search, const struct socket *socket,
	enum effect effect, uint32_t before)
{
	size_t count = hint_call_count(search, socket);
	uint32_t last = NO_CALL;

	for (size_t i = 0; i < count && i < CALLS_LOOKED_AT; i++) {
		uint32_t index = hint_call_on(search, socket, i);
		if (index < before && hint_call(search, index)->effect == effect)
			last = index;
	}
	return last;
}

static bool has_worked(const struct hint_search *search, uint32_t index)
{
	return index != NO_CALL && !hint_call(search, index)->error &&
	       !call_is(hint_call(search, index), CALL_UNFINISHED);
}

/* Made by socket(2) in the trace, which leaves out no calls of that effect. */
static bool is_known(
	const struct hint_search *search, const struct socket *socket, enum effect effect)
{
	const struct call *maker = hint_maker(search, socket);

	return maker && maker->effect == EFFECT_CREATE &&
	       strcmp(trace_word(search->trace, maker->name), "socketpair") != 0 &&
	       !trace_leaves_out(search->trace, socket, effect);
}

/* What a rule looks for: the kind of call that failed, and what it says of the first one on a
 * descriptor, when it is sure. */
struct misuse {
	bool (*is_it)(const struct hint_search *search, uint32_t index);
	void (*say)(struct hint_search *search, struct hint hint, uint32_t index);
};

static uint64_t key_of(const struct call *call)
{
	return call->descriptor ? (uint64_t)call->descriptor->number << 1 | 1
				: ((uint64_t)call->process->number << 32 | (uint32_t)call->fd) << 1;
}

static void find(struct hint_search *search, const struct misuse *misuse)
{
	const struct trace *trace = search->trace;
	struct hint hints[MOST_MISUSES];
	uint64_t keys[MOST_MISUSES];
	size_t count = 0;

	for (uint32_t i = 0; trace->error_count > 0 && i < trace->call_count; i++) {
		if (!call_is(&trace->calls[i], CALL_FAILED) || !misuse->is_it(search, i))
			continue;
		uint64_t key = key_of(&trace->calls[i]);
		size_t at = 0;
		while (at < count && keys[at] != key)
			at++;
		if (at < count) {
			hint_show(&hints[at], i);
			hints[at].times++;
		} else if (count < MOST_MISUSES) {
			keys[count] = key;
			hints[count++] = hint_begin(search, i);
		}
	}
	for (size_t at = 0; at < count; at++)
		misuse->say(search, hints[at], hints[at].calls[0]);
}

static bool is_transfer(const struct call *call)
{
	return call->effect == EFFECT_SEND || call->effect == EFFECT_RECEIVE;
}

static bool is_on_listener(const struct hint_search *search, uint32_t index)
{
	const struct call *call = hint_call(search, index);

	return is_transfer(call) && call->descriptor &&
	       call->descriptor->socket->direction == DIRECTION_LISTENING &&
	       has_worked(search,
		       last_before(search, call->descriptor->socket, EFFECT_LISTEN, index)) &&
	       (is_one_of(search, call, "ENOTCONN", "EPIPE") ||
		       hint_has_failed(search, call, "EINVAL"));
}

static void say_listener(struct hint_search *search, struct hint hint, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	uint32_t accept = last_before(search, call->descriptor->socket, EFFECT_ACCEPT, index);
	const char *name = trace_word(search->trace, call->name);

	if (has_worked(search, accept)) {
		hint_show(&hint, accept);
		hint_add(search, hint,
			"%.40s on fd %" PRId32 ", which listens; the connection is fd %" PRId64,
			name, call->fd, hint_call(search, accept)->result);
	} else {
		hint_add(search, hint,
			"%.40s on fd %" PRId32 ", which listens; accept returns the connection's",
			name, call->fd);
	}
}

/* Bytes move on the socket that accept(2) returns. One that listens answers ENOTCONN to a receive
 * and EPIPE to a send, one of AF_UNIX EINVAL and ENOTCONN: tcp_recvmsg_locked in net/ipv4/tcp.c,
 * sk_stream_wait_connect in net/core/stream.c, net/unix/af_unix.c. */
void hint_find_wrong_socket(struct hint_search *search)
{
	find(search, &(struct misuse){is_on_listener, say_listener});
}

static bool is_accept_of_none(const struct hint_search *search, uint32_t index)
{
	const struct call *call = hint_call(search, index);

	return call->effect == EFFECT_ACCEPT && call->descriptor &&
	       hint_has_failed(search, call, "EINVAL") &&
	       is_known(search, call->descriptor->socket, EFFECT_LISTEN) &&
	       !has_worked(
		       search, last_before(search, call->descriptor->socket, EFFECT_LISTEN, index));
}

static void say_accept_of_none(struct hint_search *search, struct hint hint, uint32_t index)
{
	hint_add(search, hint, "fd %" PRId32 " is asked to accept, and listen was not called on it",
		hint_call(search, index)->fd);
}

static bool is_unconnected(const struct hint_search *search, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	const struct socket *socket = call->descriptor ? call->descriptor->socket : NULL;

	return socket && is_transfer(call) && socket->direction != DIRECTION_LISTENING &&
	       (is_one_of(search, call, "ENOTCONN", "EDESTADDRREQ") ||
		       (call->effect == EFFECT_SEND && hint_has_failed(search, call, "EPIPE"))) &&
	       is_known(search, socket, EFFECT_CONNECT);
}

static void say_unconnected(struct hint_search *search, struct hint hint, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	const struct socket *socket = call->descriptor->socket;
	size_t count = hint_call_count(search, socket);

	for (size_t i = 0; i < count && hint_call_on(search, socket, i) < index; i++) {
		const struct call *before = hint_call(search, hint_call_on(search, socket, i));
		if (i == CALLS_LOOKED_AT || hint_shows_connection(search, before))
			return;
	}
	uint32_t connect = last_before(search, socket, EFFECT_CONNECT, index);
	if (connect == NO_CALL) {
		/* Who connects when it is told that it has to, as a program that logs, knows. */
		if (last_before(search, socket, EFFECT_CONNECT, UINT32_MAX) == NO_CALL)
			hint_add(search, hint, "%s", hint_term(search, "connect was never called"));
		return;
	}
	hint_show(&hint, connect);
	const struct call *asked = hint_call(search, connect);
	if (asked->error && !call_is(asked, CALL_PENDING))
		hint_add(search, hint, "its connect had failed with %.30s",
			trace_word(search->trace, asked->error));
	else
		hint_add(search, hint, "%s",
			hint_term(search, "its connect had not made a connection"));
}

/* A socket that never had a connection answers so: send(2), recv(2), EPIPE in tcp_sendmsg_locked.
 * One that had one may have lost it, which is another matter. */
void hint_find_never_connected(struct hint_search *search)
{
	find(search, &(struct misuse){is_unconnected, say_unconnected});
}

static bool is_on_nothing(const struct hint_search *search, uint32_t index)
{
	const struct call *call = hint_call(search, index);

	switch (call->effect) {
	case EFFECT_BIND:
	case EFFECT_LISTEN:
	case EFFECT_CONNECT:
	case EFFECT_ACCEPT:
	case EFFECT_SEND:
	case EFFECT_RECEIVE:
	case EFFECT_SHUTDOWN:
		return !call->descriptor && call->fd >= 0 && hint_has_failed(search, call, "EBADF");
	default:
		return false;
	}
}

/* The descriptor of that number that the process closed last before the call; NULL: none. */
static const struct descriptor *closed_before(const struct call *call)
{
	const struct descriptor *found = NULL;

	for (size_t i = 0; i < call->process->descriptor_count; i++) {
		const struct descriptor *one = call->process->descriptors[i];
		if (one->fd == call->fd && one->ended_ns <= call->time_ns &&
			(!found || one->ended_ns > found->ended_ns))
			found = one;
	}
	return found;
}

static void say_closed(struct hint_search *search, struct hint hint, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	const struct descriptor *closed = closed_before(call);
	uint32_t close = closed ? descriptor_closer(search->trace, closed) : NO_CALL;

	if (close == NO_CALL)
		return;
	hint.descriptor = closed;
	hint_show(&hint, close);
	hint_add(search, hint, "%.40s on fd %" PRId32 ", which the program had closed %s before",
		trace_word(search->trace, call->name), call->fd,
		hint_time(search, call->time_ns - closed->ended_ns));
}

/* EBADF: no descriptor has the number, which was given back by close(2). That it failed is luck: a
 * number that was given back soon stands for something else. */
void hint_find_use_after_close(struct hint_search *search)
{
	find(search, &(struct misuse){is_on_nothing, say_closed});
}

/* The bytes behind the family of an address that is too short to be one; 0: it is not too short, or
 * they are not known. */
static size_t short_address(const struct value *address, unsigned char *bytes, size_t size)
{
	const char *family = value_text(value_member(address, "family"), NULL);

	return family && (strcmp(family, "AF_INET") == 0 || strcmp(family, "AF_INET6") == 0)
		       ? payload_of(value_member(address, "bytes"), bytes, size)
		       : 0;
}

static bool is_short(const struct hint_search *search, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	unsigned char bytes[32];

	return (call->effect == EFFECT_BIND || call->effect == EFFECT_CONNECT ||
		       call->effect == EFFECT_SEND) &&
	       hint_has_failed(search, call, "EINVAL") &&
	       short_address(value_member(call_details(search->trace, call)->args, "address"),
		       bytes, sizeof(bytes)) > 0;
}

static void say_short(struct hint_search *search, struct hint hint, uint32_t index)
{
	const struct value *address = value_member(
		call_details(search->trace, hint_call(search, index))->args, "address");
	bool is_six = strcmp(value_text(value_member(address, "family"), NULL), "AF_INET6") == 0;
	unsigned char bytes[32];
	size_t length = short_address(address, bytes, sizeof(bytes));
	char port[32] = "";

	if (length >= 2)
		snprintf(port, sizeof(port), dictionary_words(search->language, ", port %d"),
			bytes[0] << 8 | bytes[1]);
	hint_add(search, hint, "%zu of the %d bytes of the address were given%s", length + 2,
		is_six ? 28 : 16, port);
}

/* EINVAL of an address of the internet that is shorter than its struct: ip(7), ipv6(7), bind(2). */
void hint_find_short_address(struct hint_search *search)
{
	find(search, &(struct misuse){is_short, say_short});
}

/* A call that waits for what the socket may receive, or has waited in vain. */
static bool is_vain(const struct call *call)
{
	return call->effect == EFFECT_RECEIVE &&
	       (call_is(call, CALL_UNFINISHED) || (call->error && call_has_waited(call)));
}

/* A socket of UDP gets its port from bind, connect or its first send: udp(7). Before that, nobody
 * can send to it: inet_recvmsg in net/ipv4/af_inet.c binds nothing. */
void hint_find_unbound_receive(struct hint_search *search, const struct socket *socket)
{
	const char *family = trace_word(search->trace, socket->family);

	if (address_port_number(socket->local) != 0 ||
		strcmp(trace_word(search->trace, socket->type), "SOCK_DGRAM") != 0 ||
		(strcmp(family, "AF_INET") != 0 && strcmp(family, "AF_INET6") != 0) ||
		!is_known(search, socket, EFFECT_BIND) || !is_known(search, socket, EFFECT_SEND))
		return;
	for (size_t i = 0; i < hint_call_count(search, socket) && i < CALLS_LOOKED_AT; i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (!call->error &&
			(call->effect == EFFECT_BIND || call->effect == EFFECT_SEND ||
				call->effect == EFFECT_CONNECT || call->effect == EFFECT_RECEIVE))
			if (!call_is(call, CALL_UNFINISHED))
				return;
		if (is_vain(call)) {
			hint_add(search, hint_begin(search, index), "%s",
				hint_term(search, "it has no port yet: nobody can send to it"));
			return;
		}
	}
}

static uint16_t swapped(int64_t port)
{
	return (uint16_t)((port & 0xff) << 8 | (port >> 8 & 0xff));
}

/* Ports of TCP at which a socket of the trace was bound, and did not connect. */
static void learn_bound(const struct hint_search *search, struct id_map *bound)
{
	for (size_t i = 0; i < search->trace->socket_count; i++) {
		struct socket *socket = search->trace->sockets[i];
		int64_t port = address_port_number(socket->local);
		if (port > 0 && port <= UINT16_MAX && !socket->peer && hint_is_tcp(search, socket))
			id_map_put(bound, (uint64_t)port, socket);
	}
}

/* The port was asked for, and not left to the kernel. */
static uint32_t asked_bind(const struct hint_search *search, const struct socket *socket)
{
	uint32_t bind = last_before(search, socket, EFFECT_BIND, UINT32_MAX);

	return has_worked(search, bind) &&
			       address_port_number(value_member(
				       call_details(search->trace, hint_call(search, bind))->args,
				       "address")) != 0
		       ? bind
		       : NO_CALL;
}

static bool was_there(const struct socket *socket, const struct call *call)
{
	return socket->holder->born_ns < call->time_ns &&
	       (!socket->last || socket->last->ended_ns > call->time_ns);
}

static void say_swapped(struct hint_search *search, const struct call *connect, uint32_t index,
	const struct socket *socket)
{
	char asked[ADDRESS_SIZE], at[ADDRESS_SIZE];
	uint32_t bind = asked_bind(search, socket);

	if (bind == NO_CALL)
		return;
	struct hint hint = hint_begin(search, index);
	hint_show(&hint, bind);
	address_text(asked, connect->descriptor->socket->peer);
	address_text(at, socket->local);
	hint_add(search, hint,
		"refused at %.200s; %.60s %" PRId64
		" is at %.200s: the same two bytes in the other order",
		asked, name_program(socket_process(socket)), socket_process(socket)->pid, at);
}

static void say_not_listening(struct hint_search *search, const struct call *connect,
	uint32_t index, const struct socket *socket)
{
	uint32_t bind = last_before(search, socket, EFFECT_BIND, index);
	char asked[ADDRESS_SIZE];

	/* A program that asks itself has the port only so that nobody answers. */
	if (socket_process(socket) == connect->process || !has_worked(search, bind) ||
		socket->direction == DIRECTION_LISTENING ||
		!is_known(search, socket, EFFECT_LISTEN))
		return;
	struct hint hint = hint_begin(search, index);
	hint_show(&hint, bind);
	address_text(asked, connect->descriptor->socket->peer);
	hint_add(search, hint,
		"refused at %.200s, where %.60s %" PRId64 " is bound with fd %" PRId64
		" and does not listen",
		asked, name_program(socket_process(socket)), socket_process(socket)->pid,
		socket->holder->fd);
}

/* What is said of a refused connect and the socket that is at its port, or at the port with the two
 * bytes swapped. */
static void find_refused(struct hint_search *search, bool is_swapped,
	void (*say)(struct hint_search *search, const struct call *connect, uint32_t index,
		const struct socket *socket))
{
	const struct trace *trace = search->trace;
	struct id_map bound = {0};
	uint64_t said[MOST_MISUSES] = {0};
	size_t count = 0;
	bool is_learned = false;

	for (size_t i = 0; i < trace->attempt_count && count < MOST_MISUSES; i++) {
		uint32_t index = trace->attempts[i].connect;
		const struct call *connect = hint_call(search, index);
		int64_t port = connect->descriptor
				       ? address_port_number(connect->descriptor->socket->peer)
				       : 0;
		if (trace->attempts[i].outcome != OUTCOME_REFUSED || port <= 0 || port > UINT16_MAX)
			continue;
		if (!is_learned)
			learn_bound(search, &bound);
		is_learned = true;
		const struct socket *there = id_map_get(&bound, (uint64_t)port);
		const struct socket *other = id_map_get(&bound, swapped(port));
		const struct socket *socket = is_swapped ? other : there;
		uint64_t key = (uint64_t)connect->process->number << 16 | (uint64_t)port;
		size_t at = 0;
		while (at < count && said[at] != key)
			at++;
		if (!socket || at < count || (is_swapped && (there || swapped(port) == port)) ||
			socket->part != connect->descriptor->socket->part ||
			!was_there(socket, connect))
			continue;
		said[count++] = key;
		say(search, connect, index, socket);
	}
	id_map_free(&bound);
}

/* bind(2) and connect(2) take the port in the order of the network: htons(3). */
void hint_find_byte_order(struct hint_search *search)
{
	find_refused(search, true, say_swapped);
}

/* Without listen(2) a socket takes no connection: accept(2) fails with EINVAL, and who connects to
 * its port is refused. */
void hint_find_not_listening(struct hint_search *search)
{
	find(search, &(struct misuse){is_accept_of_none, say_accept_of_none});
	find_refused(search, false, say_not_listening);
}
