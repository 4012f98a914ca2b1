#include "viewer/link.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/address.h"
#include "viewer/details.h"
#include "viewer/link_datagram.h"

/* What is known of a socket, by its number. */
struct end {
	size_t first, count;           /* of its calls, in `by_socket` */
	const struct descriptor *last; /* the one that ended last, or is still open */
	uint32_t accept;               /* what made it, or NO_CALL */
};

struct linker {
	const struct trace *trace;
	struct links *links;
	struct end *ends;        /* owned */
	uint32_t *by_socket;     /* owned: the calls on each socket, on whatever descriptor */
	struct id_map listening; /* sockets, by their address */
};

void links_add(struct links *links, struct link link)
{
	links->list = array_grow(links->list, links->count, &links->capacity, sizeof(*links->list));
	links->list[links->count++] = link;
}

static const struct call *call_at(const struct linker *linker, uint32_t index)
{
	return &linker->trace->calls[index];
}

static bool failed_with(const struct linker *linker, const struct call *call, const char *error)
{
	return call->error && strcmp(trace_word(linker->trace, call->error), error) == 0;
}

static void learn_descriptors(struct linker *linker)
{
	const struct trace *trace = linker->trace;

	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		struct end *end = &linker->ends[descriptor->socket->number];
		if (!end->last || descriptor->ended_ns >= end->last->ended_ns)
			end->last = descriptor;
		if (descriptor->made_by != NO_CALL &&
			call_at(linker, descriptor->made_by)->effect == EFFECT_ACCEPT)
			end->accept = descriptor->made_by;
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

static void sort_calls(struct linker *linker)
{
	const struct trace *trace = linker->trace;
	size_t first = 0;

	for (size_t i = 0; i < trace->call_count; i++)
		if (trace->calls[i].descriptor)
			linker->ends[trace->calls[i].descriptor->socket->number].count++;
	for (size_t i = 0; i < trace->socket_count; i++) {
		linker->ends[i].first = first;
		first += linker->ends[i].count;
		linker->ends[i].count = 0;
	}
	linker->by_socket = xcalloc(first + 1, sizeof(*linker->by_socket));
	for (size_t i = 0; i < trace->call_count; i++) {
		if (!trace->calls[i].descriptor)
			continue;
		struct end *end = &linker->ends[trace->calls[i].descriptor->socket->number];
		linker->by_socket[end->first + end->count++] = (uint32_t)i;
	}
}

/* The call number `at` on the socket, or NO_CALL past the last one. */
static uint32_t call_on(const struct linker *linker, const struct socket *socket, size_t at)
{
	const struct end *end = &linker->ends[socket->number];

	return at < end->count ? linker->by_socket[end->first + at] : NO_CALL;
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
		transfers->call = call_on(linker, transfers->socket, transfers->next++);
		if (transfers->call == NO_CALL)
			return;
		transfers->left = call_at(linker, transfers->call)->bytes;
	} while (!call_has_moved(call_at(linker, transfers->call), transfers->effect) ||
		 transfers->left <= 0);
}

/* What was received before it was sent was sent by somebody else: an earlier holder of the socket,
 * or a call that is not in the trace. Clocks are only comparable within a trace. */
static bool is_older(const struct linker *linker, uint32_t receive, uint32_t send)
{
	const struct call *received = call_at(linker, receive), *sent = call_at(linker, send);

	return received->source == sent->source && call_end_ns(received) < sent->time_ns;
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

/* One direction of a stream: the first byte sent is the first one received. */
static void link_stream(
	struct linker *linker, const struct socket *sender, const struct socket *receiver)
{
	struct transfers out = {.socket = sender, .effect = EFFECT_SEND};
	struct transfers in = {.socket = receiver, .effect = EFFECT_RECEIVE};
	const struct descriptor *last = linker->ends[receiver->number].last;
	bool has_ended = last && last->ended_ns != INT64_MAX;

	next_transfer(linker, &out);
	next_transfer(linker, &in);
	while (out.call != NO_CALL && in.call != NO_CALL) {
		int64_t bytes = out.left < in.left ? out.left : in.left;
		if (is_older(linker, in.call, out.call)) {
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
	for (int i = 0; i < 2; i++) {
		struct transfers transfers = {
			.socket = socket, .effect = i == 0 ? EFFECT_SEND : EFFECT_RECEIVE};
		for (next_transfer(linker, &transfers); transfers.call != NO_CALL;
			next_transfer(linker, &transfers))
			link_outside(linker, &transfers, LINK_DATA, NULL);
	}
}

/* The close of the last descriptor, if that is how the socket ended. */
static uint32_t last_close(const struct linker *linker, const struct socket *socket)
{
	const struct descriptor *last = linker->ends[socket->number].last;

	if (!last || last->ended_ns == INT64_MAX || last->ended_by)
		return NO_CALL;
	for (size_t i = last->call_count; i-- > 0;) {
		const struct call *call = call_at(linker, last->calls[i]);
		if (call->effect == EFFECT_CLOSE && call->descriptor == last)
			return last->calls[i];
	}
	return NO_CALL;
}

static bool ends_sending(const struct linker *linker, const struct call *call)
{
	const struct record_call *details;

	if (call->effect != EFFECT_SHUTDOWN || call->error)
		return false;
	details = call_details(linker->trace, call);
	const char *how = value_text(value_member(details->args, "how"), NULL);
	return !how || strcmp(how, "SHUT_RD") != 0;
}

static uint32_t first_shutdown(const struct linker *linker, const struct socket *socket)
{
	uint32_t index;

	for (size_t i = 0; (index = call_on(linker, socket, i)) != NO_CALL; i++)
		if (ends_sending(linker, call_at(linker, index)))
			return index;
	return NO_CALL;
}

/* What the receive, or the call that failed, tells of: the peer's shutdown or close. */
static void link_end(struct linker *linker, const struct socket *socket, uint32_t told)
{
	const struct socket *peer = socket->other_end;
	bool is_error = call_at(linker, told)->error != 0;
	uint32_t causes[] = {NO_CALL, NO_CALL};
	struct link link = {.from = NO_CALL,
		.to = told,
		.kind = is_error ? LINK_REFUSED : LINK_CLOSE,
		.peer = peer};

	if (peer) {
		causes[is_error ? 1 : 0] = first_shutdown(linker, peer);
		causes[is_error ? 0 : 1] = last_close(linker, peer);
	}
	for (size_t i = 0; i < 2 && link.from == NO_CALL; i++)
		if (causes[i] != NO_CALL && !is_older(linker, told, causes[i]))
			link.from = causes[i];
	links_add(linker->links, link);
}

static void link_ends(struct linker *linker, const struct socket *socket)
{
	bool is_told = false, is_reset = false;
	uint32_t index;

	for (size_t i = 0; (index = call_on(linker, socket, i)) != NO_CALL; i++) {
		const struct call *call = call_at(linker, index);
		if (!is_told && call_is(call, CALL_END_OF_STREAM)) {
			is_told = true;
			link_end(linker, socket, index);
		} else if (!is_reset && (failed_with(linker, call, "ECONNRESET") ||
						failed_with(linker, call, "EPIPE"))) {
			is_reset = true;
			link_end(linker, socket, index);
		}
	}
}

static bool says_refused(const struct linker *linker, const struct call *call)
{
	const struct record_call *details = call_details(linker->trace, call);
	const char *option = value_text(value_member(details->args, "option"), NULL);
	const struct value *value = value_member(details->args, "value");
	const char *name = value_text(value, NULL);
	int64_t number = 0;

	value_integer(value, &number);
	return option && strcmp(option, "SO_ERROR") == 0 &&
	       (number == 111 || (name && strcmp(name, "ECONNREFUSED") == 0));
}

/* A connect that was not done when it returned is refused when somebody asks for SO_ERROR. */
static bool is_refused_later(
	const struct linker *linker, const struct socket *socket, size_t connect)
{
	uint32_t index;

	for (size_t i = connect + 1; (index = call_on(linker, socket, i)) != NO_CALL; i++) {
		const struct call *call = call_at(linker, index);
		if (call->effect == EFFECT_QUERY && !call->error)
			return says_refused(linker, call);
		if (failed_with(linker, call, "ECONNREFUSED"))
			return true;
		if (call->effect == EFFECT_SEND || call->effect == EFFECT_RECEIVE ||
			call->effect == EFFECT_CONNECT)
			return false;
	}
	return false;
}

/* Each connect that was refused, and the first one that was not. */
static void link_connects(struct linker *linker, const struct socket *socket)
{
	const struct socket *peer = socket->other_end;
	/* A connection that nobody accepts waits at the listening socket. */
	const struct socket *waits_at =
		id_map_get(&linker->listening, address_hash(NULL, socket->peer));
	bool is_done = false;
	uint32_t index;

	for (size_t i = 0; (index = call_on(linker, socket, i)) != NO_CALL; i++) {
		const struct call *call = call_at(linker, index);
		struct link link = {.from = index, .to = NO_CALL, .peer = peer};
		if (call->effect != EFFECT_CONNECT)
			continue;
		bool is_interrupted = failed_with(linker, call, "EINTR");
		bool is_begun = !call_is(call, CALL_FAILED) || is_interrupted;
		if (failed_with(linker, call, "ECONNREFUSED") ||
			(is_begun && !peer && call->error && is_refused_later(linker, socket, i)))
			link.kind = LINK_REFUSED;
		else if (is_begun && !is_done)
			link.kind = LINK_CONNECT;
		else
			continue;
		is_done |= link.kind == LINK_CONNECT;
		if (peer && link.kind == LINK_CONNECT)
			link.to = linker->ends[peer->number].accept;
		else if (link.kind == LINK_CONNECT && !call->error)
			link.peer = waits_at;
		links_add(linker->links, link);
	}
}

static void link_socket(struct linker *linker, const struct socket *socket)
{
	uint32_t accept = linker->ends[socket->number].accept;

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
		ended_ns[i] = linker->ends[i].last ? linker->ends[i].last->ended_ns : INT64_MAX;
	link_datagrams(linker->links, linker->trace, ended_ns);
	free(ended_ns);
}

struct links *links_new(const struct trace *trace)
{
	struct linker linker = {.trace = trace,
		.links = xcalloc(1, sizeof(*linker.links)),
		.ends = xcalloc(trace->socket_count + 1, sizeof(*linker.ends))};

	for (size_t i = 0; i < trace->socket_count; i++)
		linker.ends[i].accept = NO_CALL;
	learn_descriptors(&linker);
	learn_listening(&linker);
	sort_calls(&linker);
	for (size_t i = 0; i < trace->socket_count; i++)
		link_socket(&linker, trace->sockets[i]);
	join_datagrams(&linker);
	if (linker.links->count > 1)
		qsort(linker.links->list, linker.links->count, sizeof(*linker.links->list),
			compare_links);
	id_map_free(&linker.listening);
	free(linker.ends);
	free(linker.by_socket);
	return linker.links;
}

void links_free(struct links *links)
{
	if (!links)
		return;
	free(links->list);
	free(links);
}

size_t links_from(const struct links *links, uint32_t call)
{
	size_t low = 0, high = links->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (links->list[middle].from < call)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
