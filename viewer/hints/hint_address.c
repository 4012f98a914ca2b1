/* SPDX-License-Identifier: MIT */
/* The rule about servers that are asked for where they do not listen. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/wording/names.h"

/* So many refused addresses are looked at, and of a port so many listening sockets. */
#define MOST_REFUSED 16
#define MOST_ON_PORT 16

/* Of a listening socket, so many calls are looked at: listen(2) is among the first. */
#define CALLS_LOOKED_AT 100

/* A server that was started with its client listens so much later at most. */
#define SOON_NS 10000000000

struct misdirected {
	struct hint hint;
	const struct value *peer;
	const struct socket *listener;
	bool has_connected; /* the process, to that port, at whatever address */
};

struct listeners {
	struct hint_search *search;
	struct id_map last;            /* by port: the last one that listened there */
	const struct socket **earlier; /* owned: the one before each socket */
	struct misdirected list[MOST_REFUSED];
	size_t count;
};

/* What is connected to at the wildcard address: ip(7). */
static const char *asked_host(const struct value *address)
{
	const char *host = hint_host(address);

	return strcmp(host, "0.0.0.0") == 0 ? "127.0.0.1" : strcmp(host, "::") == 0 ? "::1" : host;
}

static bool is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

/* Its first call of that effect that worked; NO_CALL: there is none among the first. */
static uint32_t first_call(
	const struct hint_search *search, const struct socket *socket, enum effect effect)
{
	size_t count = hint_call_count(search, socket);

	for (size_t i = 0; i < count && i < CALLS_LOOKED_AT; i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (call->effect == effect && !call->error && !call_is(call, CALL_UNFINISHED))
			return index;
	}
	return NO_CALL;
}

/* It listened when the connect began; or soon after, at a port that was not left to the kernel:
 * then the address was wrong, too. */
static bool is_meant(
	const struct hint_search *search, const struct socket *socket, const struct call *connect)
{
	uint32_t listen = first_call(search, socket, EFFECT_LISTEN);
	uint32_t bind = first_call(search, socket, EFFECT_BIND);

	if (listen == NO_CALL || hint_call(search, listen)->time_ns - connect->time_ns > SOON_NS)
		return false;
	if (call_end_ns(hint_call(search, listen)) < connect->time_ns)
		return true;
	return bind != NO_CALL &&
	       address_port_number(value_member(
		       call_details(search->trace, hint_call(search, bind))->args, "address")) != 0;
}

static bool is_same_machine(const struct trace *trace, uint32_t one, uint32_t other)
{
	const struct record_trace *a = trace->parts[one].header, *b = trace->parts[other].header;

	return one == other || (a && b && a->host && b->host && strcmp(a->host, b->host) == 0);
}

/* A socket of the trace has the address, so that it is one of this machine's. */
static bool is_of_this_machine(const struct trace *trace, const char *host, uint32_t part)
{
	if (is_loopback(host))
		return true;
	for (size_t i = 0; i < trace->socket_count; i++)
		if (trace->sockets[i]->part == part &&
			strcmp(hint_host(trace->sockets[i]->local), host) == 0)
			return true;
	return false;
}

/* One that listens at the port, and at another address; NULL: none, or one may have listened where
 * it was asked for. */
static const struct socket *find_listener(
	const struct listeners *listeners, const struct call *connect)
{
	const struct hint_search *search = listeners->search;
	const struct value *peer = connect->descriptor->socket->peer;
	const struct socket *found = NULL;
	const struct socket *socket =
		address_port_number(peer) > 0
			? id_map_get(&listeners->last, (uint64_t)address_port_number(peer))
			: NULL;

	for (size_t i = 0; socket && i < MOST_ON_PORT;
		i++, socket = listeners->earlier[socket->number]) {
		if (!is_same_machine(
			    search->trace, socket->part, connect->descriptor->socket->part) ||
			(socket->last && socket->last->ended_ns <= connect->time_ns))
			continue;
		if (hint_may_take(search, socket, hint_host(socket->local), asked_host(peer)))
			return NULL;
		if (is_meant(search, socket, connect))
			found = socket;
	}
	return socket ? NULL : found;
}

static void learn_listeners(struct listeners *listeners)
{
	const struct trace *trace = listeners->search->trace;

	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		uint64_t port = (uint64_t)address_port_number(socket->local);
		if (socket->direction != DIRECTION_LISTENING || port == 0 ||
			!hint_is_tcp(listeners->search, socket))
			continue;
		listeners->earlier[i] = id_map_get(&listeners->last, port);
		id_map_put(&listeners->last, port, socket);
	}
}

static void add_refused(struct listeners *listeners, uint32_t index)
{
	struct hint_search *search = listeners->search;
	const struct call *connect = hint_call(search, index);
	const struct socket *listener = find_listener(listeners, connect);
	const struct value *peer = connect->descriptor->socket->peer;
	struct misdirected *one = listeners->list;

	if (!listener)
		return;
	for (; one < listeners->list + listeners->count; one++)
		if (one->hint.process == connect->process &&
			address_port_number(one->peer) == address_port_number(peer) &&
			strcmp(hint_host(one->peer), hint_host(peer)) == 0) {
			one->hint.times++;
			return;
		}
	if (listeners->count == MOST_REFUSED || !is_of_this_machine(search->trace, asked_host(peer),
							connect->descriptor->socket->part))
		return;
	*one = (struct misdirected){
		.hint = hint_begin(search, index), .peer = peer, .listener = listener};
	hint_show(&one->hint, first_call(search, listener, EFFECT_LISTEN));
	listeners->count++;
}

static void learn_connected(struct listeners *listeners, const struct call *connect)
{
	struct misdirected *end = listeners->list + listeners->count;

	for (struct misdirected *one = listeners->list; one < end; one++)
		one->has_connected |=
			one->hint.process == connect->process &&
			address_port_number(one->peer) ==
				address_port_number(connect->descriptor->socket->peer);
}

static void report(struct hint_search *search, const struct misdirected *one)
{
	const struct descriptor *holder = one->listener->holder;
	char asked[ADDRESS_SIZE], at[ADDRESS_SIZE];

	if (one->has_connected || !holder)
		return;
	address_text(asked, one->peer);
	address_text(at, one->listener->local);
	hint_add(search, one->hint, "refused at %.200s; %.60s %" PRId64 " listens at %.200s", asked,
		name_program(holder->process), holder->process->pid, at);
}

/*
 * A listening socket takes what is sent to its address, and of wildcard addresses what is sent to
 * any of its family; of "::" both, without IPV6_V6ONLY: ip(7), ipv6(7). The connect was refused by
 * the machine on which another socket listened at the same port, at an address that takes none of
 * it. A process that then found the port at another of its addresses had to try twice: fallback.
 */
void hint_find_wrong_address(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct listeners listeners = {.search = search};
	size_t refused = 0;

	for (size_t i = 0; i < trace->attempt_count; i++)
		refused += trace->attempts[i].outcome == OUTCOME_REFUSED;
	if (refused == 0)
		return;
	listeners.earlier = xcalloc(trace->socket_count + 1, sizeof(*listeners.earlier));
	learn_listeners(&listeners);
	for (size_t i = 0; i < trace->attempt_count; i++) {
		const struct call *connect = hint_call(search, trace->attempts[i].connect);
		if (connect->descriptor && hint_is_tcp(search, connect->descriptor->socket) &&
			trace->attempts[i].outcome == OUTCOME_REFUSED)
			add_refused(&listeners, trace->attempts[i].connect);
	}
	for (size_t i = 0; i < trace->attempt_count; i++) {
		const struct call *connect = hint_call(search, trace->attempts[i].connect);
		if (connect->descriptor && trace->attempts[i].outcome == OUTCOME_ESTABLISHED)
			learn_connected(&listeners, connect);
	}
	for (size_t i = 0; i < listeners.count; i++)
		report(search, &listeners.list[i]);
	id_map_free(&listeners.last);
	free(listeners.earlier);
}
