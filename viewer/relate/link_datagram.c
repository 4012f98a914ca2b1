/* SPDX-License-Identifier: MIT */
#include "viewer/relate/link_datagram.h"

#include <stdlib.h>
#include <string.h>

#include "format/id_map.h"
#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/endpoint.h"

/* A receive looks at so many datagrams for the one that it took, and passes over so many for other
 * hosts. */
#define WINDOW      64
#define PASSED_OVER 4096

#define NOWHERE UINT32_MAX

struct datagram {
	struct endpoint from, to;
	int64_t time_ns; /* sent: when the call began; received: when it ended */
	int64_t bytes;
	uint32_t call;
	uint32_t part;
	uint32_t before, after; /* in the list of those that are on their way; NOWHERE: none */
	bool is_sure;           /* nothing is lost on the way, and no other socket sends there */
};

struct datagrams {
	struct datagram *list; /* owned */
	size_t count, capacity;
};

struct post {
	const struct trace *trace;
	struct links *links;
	const int64_t *ended_ns;
	struct datagrams sent, received;
	uint32_t *peers;       /* owned: the address that each socket is connected to, a word */
	struct id_map by_port; /* sockets, by the port that they are bound to */
};

static bool is_word(const struct trace *trace, uint32_t word, const char *expected)
{
	return strcmp(trace_word(trace, word), expected) == 0;
}

bool link_is_datagram(const struct trace *trace, const struct socket *socket)
{
	return !socket_is_stream(trace, socket) || is_word(trace, socket->type, "SOCK_SEQPACKET");
}

/* Only of these families a peer may be another process. */
static bool is_delivered(const struct trace *trace, const struct socket *socket)
{
	const char *family = trace_word(trace, socket->family);

	return !is_word(trace, socket->type, "SOCK_RAW") &&
	       (strcmp(family, "AF_INET") == 0 || strcmp(family, "AF_INET6") == 0 ||
		       strcmp(family, "AF_UNIX") == 0);
}

static bool is_unix(const struct trace *trace, const struct socket *socket)
{
	return is_word(trace, socket->family, "AF_UNIX");
}

/* Of two sockets that are joined each is an endpoint of its own. */
static struct endpoint endpoint_of_socket(const struct trace *trace, const struct socket *socket)
{
	char text[ADDRESS_SIZE];

	if (socket->other_end)
		return (struct endpoint){(uint64_t)socket->number + 1, UINT64_MAX - socket->number};
	if (!is_delivered(trace, socket))
		return (struct endpoint){0};
	address_text(text, socket->local);
	return endpoint_named(text, is_unix(trace, socket));
}

/* The endpoint that a datagram on the socket goes to or comes from. `address` is the call's. */
static struct endpoint endpoint_of_peer(
	const struct post *post, const struct socket *socket, const char *address)
{
	char text[ADDRESS_SIZE];

	if (socket->other_end)
		return endpoint_of_socket(post->trace, socket->other_end);
	if (!is_delivered(post->trace, socket))
		return (struct endpoint){0};
	if (!*address)
		address = trace_word(post->trace, post->peers[socket->number]);
	if (!*address) {
		address_text(text, socket->peer);
		address = text;
	}
	return endpoint_named(address, is_unix(post->trace, socket));
}

static void add(struct post *post, const struct call *call, const char *address, int64_t bytes)
{
	const struct socket *socket = call->descriptor->socket;
	struct endpoint own = endpoint_of_socket(post->trace, socket);
	struct endpoint peer = endpoint_of_peer(post, socket, address);
	bool is_sent = call->effect == EFFECT_SEND;
	struct datagrams *into = is_sent ? &post->sent : &post->received;

	into->list = array_grow(into->list, into->count, &into->capacity, sizeof(*into->list));
	into->list[into->count++] = (struct datagram){.from = is_sent ? own : peer,
		.to = is_sent ? peer : own,
		.time_ns = is_sent ? call->time_ns : call_end_ns(call),
		.bytes = bytes < 0 ? 0 : bytes,
		.call = (uint32_t)(call - post->trace->calls),
		.part = call->process->part,
		.is_sure = socket->other_end != NULL};
}

/* Bytes that MSG_PEEK saw stay in the buffer: they are returned and not moved. */
static bool has_peeked(const struct record_call *call)
{
	return value_has(value_member(call->args, "flags"), "MSG_PEEK");
}

/* sendmmsg and recvmmsg: their result is the count of messages, not of bytes. */
static bool add_messages(struct post *post, const struct call *call)
{
	const struct record_call *details;
	size_t count;

	if (call->result <= 0 || call->result == call->bytes)
		return false;
	details = call_details(post->trace, call);
	count = has_peeked(details) ? 0 : value_count(details->messages);
	for (size_t i = 0; i < count; i++) {
		const struct value *message = value_element(details->messages, i);
		char address[ADDRESS_SIZE];
		int64_t bytes = 0;
		address_text(address, value_member(message, "address"));
		value_integer(value_member(message, "bytes"), &bytes);
		add(post, call, address, bytes);
	}
	return count > 0;
}

static bool is_peek(const struct call *call)
{
	return call->effect == EFFECT_RECEIVE && call->bytes == 0 && call->result > 0;
}

static void collect(struct post *post)
{
	const struct trace *trace = post->trace;

	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!call->descriptor || !link_is_datagram(trace, call->descriptor->socket))
			continue;
		if (call->effect == EFFECT_CONNECT && !call->error)
			post->peers[call->descriptor->socket->number] = call->address;
		if (!call_has_moved(call, EFFECT_SEND) && !call_has_moved(call, EFFECT_RECEIVE))
			continue;
		if (!add_messages(post, call) && !is_peek(call))
			add(post, call, trace_word(trace, call->address), call->bytes);
	}
}

static int compare(const void *one, const void *other)
{
	const struct datagram *a = one, *b = other;

	if (a->to.port != b->to.port)
		return a->to.port < b->to.port ? -1 : 1;
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return (a->call > b->call) - (a->call < b->call);
}

static void sort(struct datagrams *datagrams)
{
	if (datagrams->count > 1)
		qsort(datagrams->list, datagrams->count, sizeof(*datagrams->list), compare);
}

static bool could_be(const struct datagram *sent, const struct datagram *received)
{
	return endpoint_matches(sent->from, received->from) &&
	       endpoint_matches(sent->to, received->to) &&
	       (sent->part != received->part || sent->time_ns <= received->time_ns);
}

/* Those sent to one port that are still on their way, in the order in which they were sent. */
struct queue {
	struct post *post;
	uint32_t first; /* NOWHERE: it is empty */
	size_t end;     /* of the port in the list of all */
};

static struct datagram *sent_at(const struct queue *queue, uint32_t position)
{
	return position == NOWHERE ? NULL : &queue->post->sent.list[position];
}

/* Begins with those at `from` that go to the port. */
static void fill(struct queue *queue, size_t from, uint64_t port)
{
	struct datagrams *sent = &queue->post->sent;

	while (from < sent->count && sent->list[from].to.port < port)
		from++;
	queue->end = from;
	while (queue->end < sent->count && sent->list[queue->end].to.port == port)
		queue->end++;
	queue->first = from < queue->end ? (uint32_t)from : NOWHERE;
	for (size_t i = from; i < queue->end; i++) {
		sent->list[i].before = i == from ? NOWHERE : (uint32_t)(i - 1);
		sent->list[i].after = i + 1 == queue->end ? NOWHERE : (uint32_t)(i + 1);
	}
}

static void take_out(struct queue *queue, const struct datagram *datagram)
{
	struct datagram *before = sent_at(queue, datagram->before);
	struct datagram *after = sent_at(queue, datagram->after);

	if (before)
		before->after = datagram->after;
	else
		queue->first = datagram->after;
	if (after)
		after->before = datagram->before;
}

static void report_unreceived(struct post *post, const struct datagram *sent)
{
	const struct socket *to = id_map_get(&post->by_port, sent->to.port ? sent->to.port : 1);
	bool is_here = to && endpoint_matches(endpoint_of_socket(post->trace, to), sent->to);
	bool is_lost = is_here && post->ended_ns[to->number] != INT64_MAX &&
		       !trace_leaves_out(post->trace, to, EFFECT_RECEIVE);

	links_add(post->links, (struct link){.from = sent->call,
				       .to = NO_CALL,
				       .kind = is_lost ? LINK_LOST : LINK_DATA,
				       .bytes = sent->bytes,
				       .peer = is_here ? to : NULL});
}

static void give_up(struct queue *queue, const struct datagram *datagram)
{
	take_out(queue, datagram);
	report_unreceived(queue->post, datagram);
}

/* What was received has filled its buffer, or the kernel says that there was more. */
static bool may_be_cut(const struct post *post, const struct datagram *received)
{
	const struct record_call *details =
		call_details(post->trace, &post->trace->calls[received->call]);
	const struct value *flags = value_member(details->args, "received_flags");
	int64_t size;

	if (flags)
		return value_has(flags, "MSG_TRUNC");
	return !value_integer(value_member(details->args, "size"), &size) ||
	       size <= received->bytes;
}

/* The first one that is as long as what was received, or else one that was longer and cut off by a
 * small buffer. NULL: none. */
static struct datagram *find(struct queue *queue, const struct datagram *received)
{
	struct datagram *longer = NULL, *first = NULL, *one = sent_at(queue, queue->first);
	size_t looked_at = 0, passed_over = 0;

	for (; one && looked_at < WINDOW && passed_over < PASSED_OVER;
		one = sent_at(queue, one->after)) {
		if (!endpoint_matches(one->to, received->to)) {
			passed_over++;
			continue;
		}
		looked_at++;
		first = first ? first : one;
		if (!could_be(one, received))
			continue;
		if (one->bytes == received->bytes)
			return one;
		if (one->bytes > received->bytes && !longer)
			longer = one;
		if (one->is_sure)
			break;
	}
	if (longer && !may_be_cut(queue->post, received))
		longer = NULL;
	/* A queue of those that are never received must not hide the others. */
	if (!longer && one && !one->is_sure)
		give_up(queue, first ? first : sent_at(queue, queue->first));
	return longer;
}

/* Datagrams of one sender do not overtake each other on their way to a socket. */
static void give_up_overtaken(struct queue *queue, const struct datagram *taken)
{
	struct datagram *next, *one = sent_at(queue, queue->first);

	for (; one != taken; one = next) {
		next = sent_at(queue, one->after);
		if (one->from.port != 0 && one->from.port == taken->from.port &&
			one->from.host == taken->from.host && endpoint_matches(one->to, taken->to))
			give_up(queue, one);
	}
}

/* Where calls are left out, nobody knows which datagram it was. */
static bool is_uncertain(const struct post *post, const struct datagram *received)
{
	const struct call *call = &post->trace->calls[received->call];

	return trace_leaves_out(post->trace, call->descriptor->socket, EFFECT_SEND) ||
	       trace_leaves_out(post->trace, call->descriptor->socket, EFFECT_RECEIVE);
}

static void receive(struct queue *queue, const struct datagram *received)
{
	struct datagram *taken = is_uncertain(queue->post, received) ? NULL : find(queue, received);

	links_add(queue->post->links, (struct link){.from = taken ? taken->call : NO_CALL,
					      .to = received->call,
					      .kind = LINK_DATA,
					      .bytes = received->bytes});
	if (!taken)
		return;
	give_up_overtaken(queue, taken);
	take_out(queue, taken);
}

static void give_up_all(struct queue *queue)
{
	while (queue->first != NOWHERE)
		give_up(queue, sent_at(queue, queue->first));
}

static void deliver(struct post *post)
{
	const struct datagrams *sent = &post->sent, *received = &post->received;
	struct queue queue = {.post = post, .first = NOWHERE};

	for (size_t s = 0, r = 0; s < sent->count || r < received->count; s = queue.end) {
		bool is_next_sent =
			s < sent->count &&
			(r == received->count || sent->list[s].to.port < received->list[r].to.port);
		uint64_t port = is_next_sent ? sent->list[s].to.port : received->list[r].to.port;
		fill(&queue, s, port);
		/* It is not known where these went. */
		if (port == 0)
			give_up_all(&queue);
		for (; r < received->count && received->list[r].to.port == port; r++)
			receive(&queue, &received->list[r]);
		give_up_all(&queue);
	}
}

static void learn_endpoints(struct post *post)
{
	for (size_t i = 0; i < post->trace->socket_count; i++) {
		struct socket *socket = post->trace->sockets[i];
		struct endpoint endpoint;
		if (!link_is_datagram(post->trace, socket))
			continue;
		endpoint = endpoint_of_socket(post->trace, socket);
		if (endpoint.port != 0)
			id_map_put(&post->by_port, endpoint.port, socket);
	}
}

void link_datagrams(struct links *links, const struct trace *trace, const int64_t *ended_ns)
{
	struct post post = {.trace = trace, .links = links, .ended_ns = ended_ns};

	post.peers = xcalloc(trace->socket_count + 1, sizeof(*post.peers));
	learn_endpoints(&post);
	collect(&post);
	sort(&post.sent);
	sort(&post.received);
	deliver(&post);
	id_map_free(&post.by_port);
	free(post.sent.list);
	free(post.received.list);
	free(post.peers);
}
