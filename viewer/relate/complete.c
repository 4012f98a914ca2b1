/* SPDX-License-Identifier: MIT */
#include "viewer/relate/complete.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/relate/clock.h"
#include "viewer/relate/connection.h"
#include "viewer/relate/exchange_build.h"
#include "viewer/relate/join.h"
#include "viewer/relate/link_build.h"
#include "viewer/relate/phase.h"
#include "viewer/relate/state.h"

struct relations {
	struct socket_calls calls;
	/* Owned; NULL: not asked for yet. */
	struct links *links;
	struct causal_order *order;
	struct thread_waits *waits;
	struct exchanges *exchanges;
	int64_t begin_ns, end_ns; /* of the trace before its clocks were corrected */
};

/* The trace is as the records made it; phases and states are set anew each time. */
static void forget(struct trace *trace)
{
	struct relations *relations = trace->relations;

	connections_forget(trace);
	clock_forget(trace);
	join_forget(trace);
	trace->begin_ns = relations->begin_ns;
	trace->end_ns = relations->end_ns;
	socket_calls_free(&relations->calls);
	links_free(relations->links);
	causal_order_free(relations->order);
	waits_free(relations->waits);
	exchanges_free(relations->exchanges);
	free(relations);
	trace->relations = NULL;
}

static void see_address(const struct value *address, const char *seen[2], bool *differs)
{
	bool is_wildcard;
	const char *text = address_of_this_machine(address, &is_wildcard);

	if (!text)
		return;
	*differs |= seen[is_wildcard] && strcmp(seen[is_wildcard], text) != 0;
	seen[is_wildcard] = text;
}

static bool has_several_loopbacks(const struct trace *trace)
{
	const char *seen[2] = {NULL, NULL};
	bool differs = false;

	for (size_t i = 0; i < trace->socket_count && !differs; i++) {
		see_address(trace->sockets[i]->local, seen, &differs);
		see_address(trace->sockets[i]->peer, seen, &differs);
	}
	return differs;
}

void trace_complete(struct trace *trace)
{
	if (trace->relations)
		forget(trace);
	trace->relations = xcalloc(1, sizeof(*trace->relations));
	trace->relations->begin_ns = trace->begin_ns;
	trace->relations->end_ns = trace->end_ns;
	trace->forget = forget;
	if (trace->begin_ns > trace->end_ns)
		trace->begin_ns = trace->end_ns;
	trace->relations->calls = socket_calls_of(trace);
	join_ends(trace);
	connections_find(trace, &trace->relations->calls);
	/* Links do not depend on how the clocks of several traces differ, but tell it. */
	if (trace->part_count > 1)
		clock_correct(trace, trace_links(trace));
	phases_find(trace, &trace->relations->calls);
	trace->has_several_loopbacks = has_several_loopbacks(trace);
	states_find(trace, &trace->relations->calls);
}

const struct socket_calls *trace_socket_calls(const struct trace *trace)
{
	return &trace->relations->calls;
}

const struct links *trace_links(const struct trace *trace)
{
	if (!trace->relations->links)
		trace->relations->links = links_new(trace, &trace->relations->calls);
	return trace->relations->links;
}

const struct causal_order *trace_causal_order(const struct trace *trace)
{
	if (!trace->relations->order)
		trace->relations->order = causal_order_new(trace, trace_links(trace));
	return trace->relations->order;
}

const struct thread_waits *trace_waits(const struct trace *trace)
{
	if (!trace->relations->waits)
		trace->relations->waits = waits_new(trace);
	return trace->relations->waits;
}

/* What moves bytes on the socket first receives them. */
static bool is_asked(const struct trace *trace, const struct socket *socket)
{
	const struct socket_calls *calls = &trace->relations->calls;

	for (size_t i = 0; i < socket_calls_count(calls, socket); i++) {
		const struct call *call = &trace->calls[socket_calls_at(calls, socket, i)];
		if (effect_transfers((enum effect)call->effect) && call->bytes > 0)
			return call->effect == EFFECT_RECEIVE;
	}
	return false;
}

/* A socket that carries datagrams is asked, perhaps by another one of the trace: links say so. */
static bool needs_links(const struct trace *trace)
{
	size_t count = 0;
	bool is_any_asked = false;

	for (size_t i = 0; i < trace->socket_count; i++) {
		const struct socket *socket = trace->sockets[i];
		if (socket_is_stream(trace, socket) ||
			strcmp(trace_word(trace, socket->family), "AF_NETLINK") == 0)
			continue;
		count++;
		is_any_asked |= is_asked(trace, socket);
	}
	return count > 1 && is_any_asked;
}

const struct exchanges *trace_exchanges(const struct trace *trace)
{
	if (!trace->relations->exchanges)
		trace->relations->exchanges =
			exchanges_new(trace, needs_links(trace) ? trace_links(trace) : NULL);
	return trace->relations->exchanges;
}
