/* SPDX-License-Identifier: MIT */
#include "viewer/relate/link_build.h"

#include <stdlib.h>

#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/relate/link_datagram.h"
#include "viewer/relate/link_end.h"
#include "viewer/relate/linker.h"

static void learn_descriptors(struct linker *linker)
{
	const struct trace *trace = linker->trace;

	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		if (descriptor->made_by != NO_CALL &&
			linker_call(linker, descriptor->made_by)->effect == EFFECT_ACCEPT)
			linker->accepts[descriptor->socket->number] = descriptor->made_by;
	}
}

static void learn_listening(struct linker *linker)
{
	for (size_t i = 0; i < linker->trace->socket_count; i++) {
		struct socket *socket = linker->trace->sockets[i];
		if (socket->direction == DIRECTION_LISTENING && socket->local)
			id_map_put(&linker->listening, address_hash(NULL, socket->local), socket);
	}
}

/* Goes through the calls that moved bytes of one direction. */
struct transfers {
	const struct socket *socket;
	enum effect effect;
	size_t next;
	uint32_t call; /* NO_CALL: there are no more */
	int64_t left;  /* of what it moved */
};

static void next_transfer(const struct linker *linker, struct transfers *transfers)
{
	do {
		transfers->call = linker_call_on(linker, transfers->socket, transfers->next++);
		if (transfers->call == NO_CALL)
			return;
		transfers->left = linker_call(linker, transfers->call)->bytes;
	} while (!call_has_moved(linker_call(linker, transfers->call), transfers->effect) ||
		 transfers->left <= 0);
}

static void link_outside(struct linker *linker, const struct transfers *transfers,
	enum link_kind kind, const struct socket *peer)
{
	bool is_send = transfers->effect == EFFECT_SEND;

	links_add(linker->links, (struct link){.from = is_send ? transfers->call : NO_CALL,
					 .to = is_send ? NO_CALL : transfers->call,
					 .kind = kind,
					 .bytes = transfers->left,
					 .peer = peer});
}

static void link_outside_all(struct linker *linker, const struct socket *socket, enum effect effect,
	const struct socket *peer)
{
	struct transfers transfers = {.socket = socket, .effect = effect};

	for (next_transfer(linker, &transfers); transfers.call != NO_CALL;
		next_transfer(linker, &transfers))
		link_outside(linker, &transfers, LINK_DATA, peer);
}

/* One direction of a stream: the first byte sent is the first one received. Where calls are left
 * out, nobody knows which. */
static void link_stream(
	struct linker *linker, const struct socket *sender, const struct socket *receiver)
{
	struct transfers out = {.socket = sender, .effect = EFFECT_SEND};
	struct transfers in = {.socket = receiver, .effect = EFFECT_RECEIVE};
	bool has_ended = receiver->last != NULL;

	if (trace_leaves_out(linker->trace, sender, EFFECT_SEND) ||
		trace_leaves_out(linker->trace, receiver, EFFECT_RECEIVE)) {
		link_outside_all(linker, sender, EFFECT_SEND, receiver);
		link_outside_all(linker, receiver, EFFECT_RECEIVE, sender);
		return;
	}
	next_transfer(linker, &out);
	next_transfer(linker, &in);
	while (out.call != NO_CALL && in.call != NO_CALL) {
		int64_t bytes = out.left < in.left ? out.left : in.left;
		if (linker_is_older(linker, in.call, out.call)) {
			link_outside(linker, &in, LINK_DATA, sender);
			next_transfer(linker, &in);
			continue;
		}
		links_add(linker->links,
			(struct link){.from = out.call, .to = in.call, .bytes = bytes});
		if ((out.left -= bytes) == 0)
			next_transfer(linker, &out);
		if ((in.left -= bytes) == 0)
			next_transfer(linker, &in);
	}
	for (; out.call != NO_CALL; next_transfer(linker, &out))
		link_outside(linker, &out, has_ended ? LINK_LOST : LINK_DATA, receiver);
	for (; in.call != NO_CALL; next_transfer(linker, &in))
		link_outside(linker, &in, LINK_DATA, sender);
}

static void link_outside_stream(struct linker *linker, const struct socket *socket)
{
	link_outside_all(linker, socket, EFFECT_SEND, NULL);
	link_outside_all(linker, socket, EFFECT_RECEIVE, NULL);
}

static void link_socket(struct linker *linker, const struct socket *socket)
{
	uint32_t accept = linker->accepts[socket->number];

	if (!socket_is_stream(linker->trace, socket))
		return;
	if (!link_is_datagram(linker->trace, socket) && socket->other_end)
		link_stream(linker, socket, socket->other_end);
	else if (!link_is_datagram(linker->trace, socket))
		link_outside_stream(linker, socket);
	link_ends(linker, socket);
	link_connects(linker, socket);
	if (accept != NO_CALL && !socket->other_end)
		links_add(linker->links,
			(struct link){.from = NO_CALL, .to = accept, .kind = LINK_CONNECT});
}

static int compare_links(const void *one, const void *other)
{
	const struct link *a = one, *b = other;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

static void join_datagrams(struct linker *linker)
{
	size_t count = linker->trace->socket_count;
	int64_t *ended_ns = xcalloc(count + 1, sizeof(*ended_ns));

	for (size_t i = 0; i < count; i++)
		ended_ns[i] = linker->trace->sockets[i]->last
				      ? linker->trace->sockets[i]->last->ended_ns
				      : INT64_MAX;
	link_datagrams(linker->links, linker->trace, ended_ns);
	free(ended_ns);
}

struct links *links_new(const struct trace *trace, const struct socket_calls *calls)
{
	struct linker linker = {.trace = trace,
		.links = xcalloc(1, sizeof(*linker.links)),
		.accepts = xcalloc(trace->socket_count + 1, sizeof(*linker.accepts)),
		.calls = calls};

	for (size_t i = 0; i < trace->socket_count; i++)
		linker.accepts[i] = NO_CALL;
	learn_descriptors(&linker);
	learn_listening(&linker);
	for (size_t i = 0; i < trace->socket_count; i++)
		link_socket(&linker, trace->sockets[i]);
	join_datagrams(&linker);
	if (linker.links->count > 1)
		qsort(linker.links->list, linker.links->count, sizeof(*linker.links->list),
			compare_links);
	id_map_free(&linker.listening);
	free(linker.accepts);
	return linker.links;
}
