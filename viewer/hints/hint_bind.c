/* SPDX-License-Identifier: MIT */
/* The rule about ports that are in use. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/wording/names.h"

/* A connection stays in TIME_WAIT for so long: TCP_TIMEWAIT_LEN of include/net/tcp.h. */
#define TIME_WAIT_NS 60000000000

/* Of one port, so many sockets are looked at, of one socket so many descriptors, and so many binds
 * that failed. */
#define MOST_ON_PORT 1000
#define MOST_HOLDERS 1000
#define MOST_BINDS   16

struct ports {
	struct hint_search *search;
	struct id_map last;            /* the last socket with that local port */
	const struct socket **earlier; /* owned: the one before each socket, with the same port */
	uint8_t *seen;                 /* owned: how many binds of each socket were looked at */
	uint32_t *failed; /* owned: the bind of each process that failed last; or NO_CALL */
};

static bool is_datagram(const struct hint_search *search, const struct socket *socket)
{
	const char *family = trace_word(search->trace, socket->family);

	return strcmp(trace_word(search->trace, socket->type), "SOCK_DGRAM") == 0 &&
	       (strcmp(family, "AF_INET") == 0 || strcmp(family, "AF_INET6") == 0);
}

/* 0: neither TCP nor UDP, or it has no port. */
static uint64_t port_key(
	const struct hint_search *search, const struct socket *socket, const struct value *address)
{
	bool is_udp = is_datagram(search, socket);
	uint64_t port =
		is_udp || hint_is_tcp(search, socket) ? (uint64_t)address_port_number(address) : 0;

	return port == 0 ? 0 : ((uint64_t)socket->part << 17 | (uint64_t)is_udp << 16 | port);
}

static void learn_ports(struct ports *ports)
{
	const struct trace *trace = ports->search->trace;

	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		uint64_t key = port_key(ports->search, socket, socket->local);
		if (key == 0)
			continue;
		ports->earlier[i] = id_map_get(&ports->last, key);
		id_map_put(&ports->last, key, socket);
	}
}

static int64_t end_ns(const struct socket *socket)
{
	return socket->last ? socket->last->ended_ns : INT64_MAX;
}

/* Both cannot have their addresses at once, as far as these tell. */
static bool is_in_conflict(const struct hint_search *search, const struct socket *holder,
	const struct socket *socket, const struct value *address)
{
	const char *host = hint_host(address), *held = hint_host(holder->local);

	return hint_may_take(search, holder, held, host) ||
	       hint_may_take(search, socket, host, held);
}

/* Who has the port when the bind fails, as far as the trace says. */
struct port_holder {
	const struct socket *socket;  /* one that does not talk to a peer; NULL: none */
	const struct socket *talking; /* one that does */
	bool was_talking;             /* one that did, less than TIME_WAIT before */
};

static struct port_holder find_holder(const struct ports *ports, const struct socket *except,
	const struct value *address, int64_t time_ns)
{
	const struct socket *socket =
		id_map_get(&ports->last, port_key(ports->search, except, address));
	struct port_holder found = {NULL, NULL, false};

	for (size_t i = 0; socket && i < MOST_ON_PORT;
		i++, socket = ports->earlier[socket->number]) {
		if (socket == except || !socket->holder || socket->holder->born_ns > time_ns ||
			!is_in_conflict(ports->search, socket, except, address))
			continue;
		if (end_ns(socket) <= time_ns)
			found.was_talking |=
				socket->peer && end_ns(socket) > time_ns - TIME_WAIT_NS;
		else if (socket->peer && socket->direction != DIRECTION_LISTENING)
			found.talking = socket;
		else
			found.socket = socket;
	}
	return found;
}

/* A descriptor that stands for the socket then, the first of its own process if it can be. */
static const struct descriptor *open_descriptor(const struct socket *socket, int64_t time_ns)
{
	const struct descriptor *descriptor = socket->holder;

	for (size_t i = 0; descriptor && i < MOST_HOLDERS;
		i++, descriptor = descriptor->next_holder)
		if (descriptor->born_ns <= time_ns && descriptor->ended_ns > time_ns)
			return descriptor;
	return NULL;
}

/* Of a program that wants both families "::" has taken the port of the other one, too: ipv6(7). */
static bool has_taken_both(const struct socket *holder, const struct process *process)
{
	return holder->holder->process == process && strcmp(hint_host(holder->local), "::") == 0;
}

static void report_holder(
	struct hint_search *search, uint32_t index, const struct socket *socket, const char *doing)
{
	const struct call *call = hint_call(search, index);
	const struct descriptor *open = open_descriptor(socket, call->time_ns);
	const struct descriptor *first = socket->holder;
	char from[100] = "";

	if (!open)
		return;
	if (open != first && open->process != first->process && open->given_by)
		snprintf(from, sizeof(from),
			hint_term(search, ", a copy of that of %.60s %" PRId64),
			name_program(first->process), first->process->pid);
	struct hint hint = hint_begin(search, index);
	if (first->made_by != NO_CALL)
		hint_show(&hint, first->made_by);
	hint_speaks_of(search, socket);
	hint_add(search, hint, "%.60s %" PRId64 " %s, with fd %" PRId64 "%s",
		name_program(open->process), open->process->pid, hint_term(search, doing), open->fd,
		from);
}

static void look_at_bind(struct ports *ports, uint32_t index)
{
	static const char *const options[] = {"SO_REUSEADDR", "SO_REUSEPORT", NULL};
	struct hint_search *search = ports->search;
	const struct call *call = hint_call(search, index);
	const struct socket *socket = call->descriptor->socket;
	const struct value *given =
		value_member(call_details(search->trace, call)->args, "address");
	bool is_udp = is_datagram(search, socket);

	if (ports->seen[socket->number] == MOST_BINDS)
		return;
	ports->seen[socket->number]++;
	struct value *address = value_copy(given ? given : socket->local);
	if (!hint_maker(search, socket) || port_key(search, socket, address) == 0) {
		free(address);
		return;
	}
	struct port_holder holder = find_holder(ports, socket, address, call->time_ns);
	free(address);
	bool may_reuse = hint_has_set(search, socket, index, options);
	if (holder.socket && has_taken_both(holder.socket, call->process))
		return;
	ports->seen[socket->number] = MOST_BINDS;
	if (holder.socket)
		report_holder(search, index, holder.socket,
			holder.socket->direction == DIRECTION_LISTENING ? "listens there"
									: "has the port");
	else if (holder.talking && !may_reuse)
		report_holder(search, index, holder.talking,
			"talks from there, and SO_REUSEADDR is not set");
	else if (holder.was_talking && !is_udp)
		hint_add(search, hint_begin(search, index),
			"a connection of the port is in TIME_WAIT, and SO_REUSEADDR was not set%s",
			hint_term(search, may_reuse ? " for it" : ""));
	else if (may_reuse || is_udp)
		hint_add(search, hint_begin(search, index),
			"no socket in the trace has the port: another program has it%s",
			hint_term(search,
				is_udp ? ""
				       : ", or a connection without SO_REUSEADDR is in TIME_WAIT"));
	else
		hint_add(search, hint_begin(search, index),
			"no socket in the trace has the port, and SO_REUSEADDR is not set: another "
			"program has it, or a connection of an earlier run is in TIME_WAIT");
}

/* The process takes another port instead: the next one, or any. */
static bool takes_another(
	const struct ports *ports, const struct process *process, const struct call *bind)
{
	const struct hint_search *search = ports->search;
	const struct call *failed = hint_call(search, ports->failed[process->number]);

	int64_t wanted = address_port_number(
		value_member(call_details(search->trace, failed)->args, "address"));
	int64_t taken = address_port_number(
		value_member(call_details(search->trace, bind)->args, "address"));
	return taken == wanted + 1 ||
	       (!bind->error && taken != wanted &&
		       (taken == 0 || failed->descriptor == bind->descriptor));
}

/*
 * A port belongs to one socket, which listens there or has it bound, in whatever process a copy of
 * its descriptor is open. It is not given again while a connection of it is in TIME_WAIT either,
 * unless the socket, and the one before, have SO_REUSEADDR: socket(7), inet_csk_bind_conflict in
 * net/ipv4/inet_connection_sock.c. A program that takes another port instead has expected it.
 */
void hint_find_address_in_use(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	uint32_t in_use = string_table_find(&trace->strings, "EADDRINUSE");

	if (in_use == NO_STRING)
		return;
	struct ports ports = {.search = search,
		.earlier = xcalloc(trace->socket_count + 1, sizeof(*ports.earlier)),
		.seen = xcalloc(trace->socket_count + 1, sizeof(*ports.seen)),
		.failed = xcalloc(trace->process_count + 1, sizeof(*ports.failed))};
	for (size_t i = 0; i < trace->process_count; i++)
		ports.failed[i] = NO_CALL;
	learn_ports(&ports);
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		uint32_t *failed = &ports.failed[call->process->number];
		bool fails = call->error == in_use && call->descriptor &&
			     (call->effect == EFFECT_BIND || call->effect == EFFECT_LISTEN);
		if (*failed != NO_CALL && (fails || call->effect == EFFECT_BIND)) {
			if (!takes_another(&ports, call->process, call))
				look_at_bind(&ports, *failed);
			*failed = NO_CALL;
		}
		if (fails)
			*failed = i;
	}
	for (size_t i = 0; i < trace->process_count; i++)
		if (ports.failed[i] != NO_CALL)
			look_at_bind(&ports, ports.failed[i]);
	id_map_free(&ports.last);
	free(ports.earlier);
	free(ports.seen);
	free(ports.failed);
}
