/* SPDX-License-Identifier: MIT */
#include "viewer/relate/join.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/address.h"

/* An end of a connection, with what both ends have in common. */
struct end {
	uint64_t key;
	int64_t begin_ns, end_ns; /* of the call that made it an end */
	struct socket *socket;
};

struct ends {
	struct end *list; /* owned */
	size_t count, capacity;
};

/* `call`: NULL of one that the trace leaves out. */
static void add_end(struct ends *ends, uint64_t key, const struct call *call, struct socket *socket)
{
	ends->list = array_grow(ends->list, ends->count, &ends->capacity, sizeof(*ends->list));
	ends->list[ends->count++] = (struct end){.key = key,
		.begin_ns = call ? call->time_ns : INT64_MIN,
		.end_ns = call ? call_end_ns(call) : socket->joined_ns,
		.socket = socket};
}

static int compare_ends(const void *one, const void *other)
{
	const struct end *a = one, *b = other;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->end_ns != b->end_ns)
		return a->end_ns < b->end_ns ? -1 : 1;
	return (a->socket->number > b->socket->number) - (a->socket->number < b->socket->number);
}

static void sort_ends(struct ends *ends)
{
	if (ends->count > 1)
		qsort(ends->list, ends->count, sizeof(*ends->list), compare_ends);
}

static void join_two(struct socket *one, struct socket *other)
{
	one->other_end = other;
	other->other_end = one;
}

/*
 * Those with the same key are joined in order. An end that was accepted before the next one that
 * connected had begun to is some other program's.
 */
static void join(struct ends *out, struct ends *in)
{
	sort_ends(out);
	sort_ends(in);
	for (size_t i = 0, o = 0; i < in->count && o < out->count;) {
		struct end *accepted = &in->list[i], *connected = &out->list[o];
		if (accepted->key != connected->key) {
			*(accepted->key < connected->key ? &i : &o) += 1;
		} else if (connected->begin_ns > accepted->end_ns) {
			i++;
		} else {
			join_two(accepted->socket, connected->socket);
			i++;
			o++;
		}
	}
	free(out->list);
	free(in->list);
}

static bool is_unix(const struct trace *trace, const struct socket *socket)
{
	return strcmp(trace_word(trace, socket->family), "AF_UNIX") == 0;
}

/* The two ends of a pair know each other from birth: socketpair(2). */
static void join_pairs(struct trace *trace)
{
	for (size_t i = 0, next; i < trace->descriptor_count; i = next) {
		struct descriptor *const *made = &trace->descriptors[i];
		const struct call *maker = descriptor_maker(trace, made[0]);
		for (next = i + 1; next < trace->descriptor_count; next++)
			if (!maker || trace->descriptors[next]->made_by != made[0]->made_by)
				break;
		if (next - i == 2 && maker->effect == EFFECT_CREATE)
			join_two(made[0]->socket, made[1]->socket);
	}
	for (size_t i = 0; i < trace->socket_count; i++)
		if (trace->sockets[i]->twin)
			join_two(trace->sockets[i], trace->sockets[i]->twin);
}

/* The addresses of a TCP connection are its own while it lasts. */
static void join_addresses(struct trace *trace)
{
	struct ends out = {0}, in = {0};

	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		if (!socket->local || !socket->peer || socket->other_end || is_unix(trace, socket))
			continue;
		if (socket->direction == DIRECTION_OUT)
			add_end(&out, address_hash(socket->local, socket->peer), NULL, socket);
		else if (socket->direction == DIRECTION_IN)
			add_end(&in, address_hash(socket->peer, socket->local), NULL, socket);
	}
	join(&out, &in);
}

static int64_t port_of(const struct value *address)
{
	int64_t port = 0;

	value_integer(value_member(address, "port"), &port);
	return port;
}

/* Established before the trace began, so that no call tells which end asked for it. */
static bool is_found_established(const struct trace *trace, const struct socket *socket)
{
	return socket->direction == DIRECTION_NONE && socket->found && socket->local &&
	       socket->peer && port_of(socket->local) && socket_is_stream(trace, socket);
}

static void set_direction(struct socket *socket, enum direction direction)
{
	socket->direction = direction;
	socket->is_direction_found = true;
}

/* A connection that was accepted has the port of the socket that listens: accept(2), tcp(7). */
static void find_accepted(struct trace *trace)
{
	struct id_map listening = {0};

	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		if (socket->direction == DIRECTION_LISTENING && port_of(socket->local))
			id_map_put(&listening, (uint64_t)port_of(socket->local), socket);
	}
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		if (is_found_established(trace, socket) &&
			id_map_get(&listening, (uint64_t)port_of(socket->local)))
			set_direction(socket, DIRECTION_IN);
	}
	id_map_free(&listening);
}

static bool is_unjoined(const struct trace *trace, const struct socket *socket)
{
	return !socket->other_end && socket->local && socket->peer && port_of(socket->local) &&
	       socket_is_stream(trace, socket);
}

/* Ends that were there before the trace: their addresses mirror each other's. */
static void join_found(struct trace *trace)
{
	struct id_map by_addresses = {0};

	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		if (is_unjoined(trace, socket) && socket->direction != DIRECTION_LISTENING)
			id_map_put(
				&by_addresses, address_hash(socket->local, socket->peer), socket);
	}
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i], *other;
		if (!socket->found || !is_unjoined(trace, socket))
			continue;
		other = id_map_get(&by_addresses, address_hash(socket->peer, socket->local));
		if (!other || other == socket || other->other_end ||
			(socket->direction != DIRECTION_NONE &&
				socket->direction == other->direction))
			continue;
		join_two(socket, other);
		if (socket->direction == DIRECTION_IN && other->direction == DIRECTION_NONE)
			set_direction(other, DIRECTION_OUT);
		else if (other->direction == DIRECTION_IN && socket->direction == DIRECTION_NONE)
			set_direction(socket, DIRECTION_OUT);
	}
	id_map_free(&by_addresses);
}

static bool is_named(const struct value *address)
{
	char text[ADDRESS_SIZE];

	address_text(text, address);
	return *text != '\0';
}

static void add_unix_end(struct ends *ends, const struct trace *trace, const struct call *call,
	struct socket *socket, const struct value *name)
{
	if (is_unix(trace, socket) && !socket->other_end && is_named(name))
		add_end(ends, address_hash(NULL, name), call, socket);
}

/* The end that connects has no name of its own; connections wait to be accepted in their order. */
static void join_names(struct trace *trace)
{
	struct ends out = {0}, in = {0};

	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->effect == EFFECT_CONNECT && !call->error && call->descriptor &&
			!call_is(call, CALL_UNFINISHED))
			add_unix_end(&out, trace, call, call->descriptor->socket,
				call->descriptor->socket->peer);
	}
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		const struct call *call = descriptor_maker(trace, descriptor);
		if (call && call->effect == EFFECT_ACCEPT && call->descriptor)
			add_unix_end(&in, trace, call, descriptor->socket,
				call->descriptor->socket->local);
	}
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		if (socket->joined && socket->direction == DIRECTION_OUT)
			add_unix_end(&out, trace, NULL, socket, socket->peer);
		else if (socket->joined && socket->direction == DIRECTION_IN)
			add_unix_end(&in, trace, NULL, socket, socket->local);
	}
	join(&out, &in);
}

void join_ends(struct trace *trace)
{
	join_pairs(trace);
	find_accepted(trace);
	join_addresses(trace);
	join_names(trace);
	join_found(trace);
}

void join_forget(struct trace *trace)
{
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		socket->other_end = NULL;
		if (socket->is_direction_found)
			socket->direction = DIRECTION_NONE;
		socket->is_direction_found = false;
	}
}
