/* SPDX-License-Identifier: MIT */
/* Rules about servers before their first client. */
#include <inttypes.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"

/* A connection stays in TIME_WAIT for so long: TCP_TIMEWAIT_LEN of include/net/tcp.h. */
#define TIME_WAIT_NS 60000000000

/* Of one port, so many sockets are looked at, and of one socket so many binds that failed. */
#define MOST_ON_PORT 1000
#define MOST_BINDS   16

struct ports {
	struct hint_search *search;
	struct id_map last;            /* the last TCP socket with that local port */
	const struct socket **earlier; /* owned: the one before each socket, with the same port */
	int64_t *ended_ns;             /* owned: when the last descriptor of each socket ended */
	uint8_t *seen;                 /* owned: how many binds of each socket were looked at */
};

static uint64_t port_key(uint32_t part, const struct value *address)
{
	int64_t port = 0;

	value_integer(value_member(address, "port"), &port);
	return port > 0 && port <= UINT16_MAX ? ((uint64_t)part << 16 | (uint64_t)port) : 0;
}

static void learn_ends(struct ports *ports)
{
	const struct trace *trace = ports->search->trace;

	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		int64_t *ended_ns = &ports->ended_ns[descriptor->socket->number];
		if (descriptor->ended_ns > *ended_ns)
			*ended_ns = descriptor->ended_ns;
	}
}

static void learn_ports(struct ports *ports)
{
	const struct trace *trace = ports->search->trace;

	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		uint64_t key = hint_is_tcp(ports->search, socket)
				       ? port_key(socket->part, socket->local)
				       : 0;
		if (key == 0)
			continue;
		ports->earlier[i] = id_map_get(&ports->last, key);
		id_map_put(&ports->last, key, socket);
	}
}

enum holder { HOLDER_LIVES, HOLDER_WAITS, HOLDER_UNKNOWN };

/* The holder of the port at that time, as far as the trace says: a socket, a connection that had
 * ended, or none. */
static enum holder find_holder(const struct ports *ports, const struct value *address,
	const struct socket *except, int64_t time_ns)
{
	const struct socket *socket = id_map_get(&ports->last, port_key(except->part, address));
	bool has_waiting = false;

	for (size_t i = 0; socket && i < MOST_ON_PORT;
		i++, socket = ports->earlier[socket->number]) {
		int64_t end_ns = ports->ended_ns[socket->number];
		const struct descriptor *first = socket->holder;
		if (socket == except || !first || first->born_ns > time_ns)
			continue;
		if (end_ns > time_ns)
			return HOLDER_LIVES;
		has_waiting |= socket->peer && end_ns > time_ns - TIME_WAIT_NS;
	}
	return socket ? HOLDER_LIVES : has_waiting ? HOLDER_WAITS : HOLDER_UNKNOWN;
}

static void look_at_bind(struct ports *ports, const struct call *call, uint32_t index)
{
	static const char *const options[] = {"SO_REUSEADDR", "SO_REUSEPORT", NULL};
	struct hint_search *search = ports->search;
	const struct socket *socket = call->descriptor->socket;

	if (ports->seen[socket->number] == MOST_BINDS)
		return;
	ports->seen[socket->number]++;
	if (!hint_is_tcp(search, socket) || !hint_maker(search, socket) ||
		hint_has_set(search, socket, index, options))
		return;
	struct value *address =
		value_copy(value_member(call_details(search->trace, call)->args, "address"));
	enum holder holder = find_holder(ports, address, socket, call->time_ns);
	free(address);
	if (holder == HOLDER_LIVES)
		return;
	ports->seen[socket->number] = MOST_BINDS;
	hint_add(search, hint_begin(search, index),
		"EADDRINUSE, though no socket in the trace has the port%s",
		holder == HOLDER_WAITS ? " any more: a connection of it is in TIME_WAIT"
				       : ": another program has it, or a connection of an "
					 "earlier run is in TIME_WAIT");
}

/*
 * A port is not given again while a connection of it is in TIME_WAIT, unless the socket, and the
 * one before, have SO_REUSEADDR: socket(7), inet_csk_bind_conflict in
 * net/ipv4/inet_connection_sock.c. When a socket of the trace has the port, the option would not
 * help; whether another program has it, the trace cannot know.
 */
void hint_find_address_in_use(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct ports ports = {.search = search,
		.earlier = xcalloc(trace->socket_count + 1, sizeof(*ports.earlier)),
		.ended_ns = xcalloc(trace->socket_count + 1, sizeof(*ports.ended_ns)),
		.seen = xcalloc(trace->socket_count + 1, sizeof(*ports.seen))};

	learn_ends(&ports);
	learn_ports(&ports);
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->effect == EFFECT_BIND && call->descriptor &&
			hint_has_failed(search, call, "EADDRINUSE"))
			look_at_bind(&ports, call, i);
	}
	id_map_free(&ports.last);
	free(ports.earlier);
	free(ports.ended_ns);
	free(ports.seen);
}

/* A SYN that finds the queue full is dropped, and sent again after a second: tcp(7), listen(2);
 * TCP_TIMEOUT_INIT of include/net/tcp.h. Nothing on one machine takes so long otherwise. */
#define RETRANSMISSION_NS 950000000

/* The connects to a listening socket. */
struct backlog {
	uint32_t slow; /* the first connect that took so long; NO_CALL: none */
	size_t slow_count, waiting;
	int64_t lost_ns;
};

/* After a connect that did not block, so many calls on its descriptor are looked at. */
#define CALLS_LOOKED_AT 16

/* The call that returned when the connection was there: the connect, or the wait after one that did
 * not block; NULL: not known. */
static const struct call *connected_by(const struct hint_search *search, const struct call *connect)
{
	const struct descriptor *descriptor = connect->descriptor;
	bool is_after = false;

	if (!descriptor || call_is(connect, CALL_UNFINISHED))
		return NULL;
	if (!connect->error)
		return connect;
	if (!hint_has_failed(search, connect, "EINPROGRESS"))
		return NULL;
	for (size_t i = 0; i < descriptor->calls.count && i < CALLS_LOOKED_AT; i++) {
		const struct call *call = descriptor_call(search->trace, descriptor, i);
		if (is_after && call_is(call, CALL_WAITS_TO_SEND) &&
			descriptor_readiness(descriptor, descriptor->calls.list[i]))
			return call;
		is_after |= call == connect;
	}
	return NULL;
}

/* How long the program waited for the connection in one call; 0: not known. */
static int64_t waited_ns(const struct hint_search *search, const struct call *connect)
{
	const struct call *by = connected_by(search, connect);

	return by ? by->duration_ns : 0;
}

static bool is_slow(const struct hint_search *search, const struct call *call)
{
	return call->effect == EFFECT_CONNECT && call->descriptor &&
	       hint_is_tcp(search, call->descriptor->socket) &&
	       waited_ns(search, call) >= RETRANSMISSION_NS;
}

/* The socket that the connect came to; NULL: none of the trace, or not known. */
static const struct socket *listener_of(const struct hint_search *search, const struct link *link)
{
	const struct call *accept = link->to == NO_CALL ? NULL : hint_call(search, link->to);

	if (link->kind != LINK_CONNECT || link->from == NO_CALL)
		return NULL;
	if (accept)
		return accept->descriptor ? accept->descriptor->socket : NULL;
	return link->peer && link->peer->direction == DIRECTION_LISTENING ? link->peer : NULL;
}

static void find_slow(struct hint_search *search, struct backlog *all, const struct links *links)
{
	for (size_t i = 0; i < links->count; i++) {
		const struct socket *listener = listener_of(search, &links->list[i]);
		if (!listener || !is_slow(search, hint_call(search, links->list[i].from)))
			continue;
		struct backlog *backlog = &all[listener->number];
		quantity_add_up(&backlog->lost_ns,
			waited_ns(search, hint_call(search, links->list[i].from)));
		if (backlog->slow_count++ == 0)
			backlog->slow = links->list[i].from;
	}
}

/* Of a burst of threads each has begun before the others' connections are there. */
#define BURST_NS 100000000

/* Those that were connected when the slow one began, or soon after, and not accepted. */
static void count_waiting(
	struct hint_search *search, struct backlog *all, const struct links *links)
{
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->list[i];
		const struct socket *listener = listener_of(search, link);
		struct backlog *backlog = listener ? &all[listener->number] : NULL;
		if (!backlog || backlog->slow_count == 0)
			continue;
		const struct call *by = connected_by(search, hint_call(search, link->from));
		int64_t begun_ns = hint_call(search, backlog->slow)->time_ns;
		backlog->waiting += by && call_end_ns(by) - begun_ns <= BURST_NS &&
				    (link->to == NO_CALL ||
					    call_end_ns(hint_call(search, link->to)) > begun_ns);
	}
}

/* The backlog that the socket listens with, -1: not known. */
static int64_t backlog_of(
	const struct hint_search *search, const struct socket *socket, uint32_t *listen)
{
	int64_t backlog = -1;

	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (call->effect != EFFECT_LISTEN || call->error)
			continue;
		*listen = index;
		value_integer(
			value_member(call_details(search->trace, call)->args, "backlog"), &backlog);
	}
	return backlog;
}

static void report(
	struct hint_search *search, const struct socket *socket, const struct backlog *backlog)
{
	uint32_t listen = 0;
	int64_t size = backlog_of(search, socket, &listen);

	/* The queue takes one more: sk_acceptq_is_full of include/net/sock.h. */
	if (size < 0 || (int64_t)backlog->waiting <= size)
		return;
	struct hint hint = hint_begin(search, listen);
	hint_show(&hint, backlog->slow);
	const struct call *by = connected_by(search, hint_call(search, backlog->slow));
	if (by != hint_call(search, backlog->slow))
		hint_show(&hint, (uint32_t)(by - search->trace->calls));
	hint.times = backlog->slow_count;
	hint.lost_ns = backlog->lost_ns;
	hint_add(search, hint,
		"with a backlog of %" PRId64
		" and %zu connections waiting for accept, a connect took %s",
		size, backlog->waiting,
		hint_time(search, waited_ns(search, hint_call(search, backlog->slow))));
}

/*
 * The trace has both ends: a connect, or the wait for one that did not block, that took as long as
 * a SYN that is sent again, and, when it began, more connections waiting for their accept than the
 * backlog lets wait.
 */
void hint_find_backlog(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	bool has_slow = false;

	for (size_t i = 0; i < trace->call_count && !has_slow; i++)
		has_slow = is_slow(search, &trace->calls[i]);
	if (!has_slow)
		return;
	const struct links *links = hint_links(search);
	struct backlog *all = xcalloc(trace->socket_count + 1, sizeof(*all));
	find_slow(search, all, links);
	count_waiting(search, all, links);
	for (size_t i = 0; i < trace->socket_count; i++)
		if (all[i].slow_count > 0)
			report(search, trace->sockets[i], &all[i]);
	free(all);
}
