/* SPDX-License-Identifier: MIT */
/* The rule about local ports, of which there may be none left. */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"

/* The end that closes first keeps its port for so long: TCP_TIMEWAIT_LEN of include/net/tcp.h. */
#define TIME_WAIT_NS 60000000000

/* So many addresses are looked at. */
#define MOST_PEERS 16

/* What a process asked for, and got no port for. */
struct exhausted {
	struct hint hint;
	const struct value *peer; /* NULL: a bind that left the port to the kernel */
	uint64_t hash;
	size_t open, closed; /* the trace's connections to it, when the first one failed */
};

struct exhausted_list {
	struct exhausted list[MOST_PEERS];
	size_t count;
};

static int64_t asked_port(const struct hint_search *search, const struct call *call)
{
	const struct value *args = call_details(search->trace, call)->args;
	int64_t port = -1;

	value_integer(value_member(value_member(args, "address"), "port"), &port);
	return port;
}

/* The program chose the local port: what fails then is that port towards that peer, and not all. */
static bool has_chosen_port(
	const struct hint_search *search, const struct socket *socket, uint32_t connect)
{
	static const char *const options[] = {"IP_BIND_ADDRESS_NO_PORT", NULL};

	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (index < connect && call->effect == EFFECT_BIND && !call->error)
			return asked_port(search, call) != 0 ||
			       !hint_has_set(search, socket, connect, options);
	}
	return !hint_maker(search, socket);
}

static void add(struct exhausted_list *all, struct hint_search *search, uint32_t index,
	const struct value *peer)
{
	const struct process *process = hint_call(search, index)->process;
	uint64_t hash = peer ? address_hash(peer, NULL) : 0;
	struct exhausted *one = all->list;

	while (one < all->list + all->count && (one->hint.process != process || one->hash != hash))
		one++;
	if (one < all->list + all->count) {
		one->hint.times++;
		hint_show(&one->hint, index);
	} else if (all->count < MOST_PEERS) {
		*one = (struct exhausted){
			.hint = hint_begin(search, index), .peer = peer, .hash = hash};
		all->count++;
	}
}

static void count_connections(struct exhausted_list *all, const struct hint_search *search)
{
	const struct trace *trace = search->trace;

	for (size_t i = 0; i < trace->connection_count; i++) {
		const struct connection *connection = trace->connections[i];
		const struct socket *socket = connection->opener;
		if (!socket || connection->outcome != OUTCOME_ESTABLISHED ||
			!hint_is_tcp(search, socket))
			continue;
		uint64_t hash = address_hash(socket->peer, NULL);
		int64_t end_ns = socket->last ? socket->last->ended_ns : INT64_MAX;
		for (struct exhausted *one = all->list; one < all->list + all->count; one++) {
			if (one->hash != hash ||
				one->hint.descriptor->socket->part != socket->part ||
				socket->holder->born_ns > one->hint.time_ns)
				continue;
			one->open += end_ns > one->hint.time_ns;
			one->closed += end_ns <= one->hint.time_ns &&
				       end_ns > one->hint.time_ns - TIME_WAIT_NS;
		}
	}
}

static void report(struct hint_search *search, const struct exhausted *one)
{
	const char *family = one->peer ? value_text(value_member(one->peer, "family"), NULL) : "";
	size_t count = one->open + one->closed;
	char address[ADDRESS_SIZE];

	if (!one->peer) {
		hint_add(search, one->hint, "EADDRINUSE, though any port was asked for");
		return;
	}
	/* Of IPv6 the same error says that the machine has no address to send from. */
	if (count == 0 && (!family || strcmp(family, "AF_INET") != 0))
		return;
	address_text(address, one->peer);
	if (count == 0)
		hint_add(search, one->hint,
			"no local port is left towards %.200s; connections that are not in the "
			"trace have them",
			address);
	else
		hint_add(search, one->hint,
			"no local port is left towards %.200s, after %zu %s of the trace: %zu open, "
			"%zu closed in the minute before",
			address, count, count == 1 ? "connection" : "connections", one->open,
			one->closed);
}

/*
 * A connect gets a local port of net.ipv4.ip_local_port_range, and EADDRNOTAVAIL when each is taken
 * towards that address: connect(2), ip(7). A connection that has ended holds its port at the end
 * that closed first for a minute more, in TIME_WAIT. A bind to any port says EADDRINUSE then:
 * bind(2).
 */
void hint_find_ports_exhausted(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	uint32_t no_port = string_table_find(&trace->strings, "EADDRNOTAVAIL");
	uint32_t in_use = string_table_find(&trace->strings, "EADDRINUSE");
	struct exhausted_list all = {.count = 0};

	if (no_port == NO_STRING && in_use == NO_STRING)
		return;
	bool *was_seen = xcalloc(trace->socket_count + 1, sizeof(*was_seen));
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		const struct socket *socket = call->descriptor ? call->descriptor->socket : NULL;
		bool is_connect = call->effect == EFFECT_CONNECT && call->error == no_port;
		bool is_bind = call->effect == EFFECT_BIND && call->error == in_use;
		if (!socket || (!is_connect && !is_bind) || was_seen[socket->number])
			continue;
		was_seen[socket->number] = true;
		if (is_bind && asked_port(search, call) == 0)
			add(&all, search, i, NULL);
		if (is_connect && socket->peer && hint_is_tcp(search, socket) &&
			!has_chosen_port(search, socket, i))
			add(&all, search, i, socket->peer);
	}
	free(was_seen);
	if (all.count > 0)
		count_connections(&all, search);
	for (size_t i = 0; i < all.count; i++)
		report(search, &all.list[i]);
}
