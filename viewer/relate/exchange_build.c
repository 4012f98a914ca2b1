/* SPDX-License-Identifier: MIT */
#include "viewer/relate/exchange_build.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/details.h"
#include "viewer/relate/causal_order.h"
#include "viewer/relate/exchange_datagram.h"
#include "viewer/relate/exchange_record.h"

/* What the calls on one socket tell. */
struct teller {
	struct exchange_search *search;
	const struct socket *socket;
	bool is_stream;
	struct protocol_stream *stream; /* owned; NULL: datagrams, or it is over */
	struct exchange_ends ends;
};

struct exchange_search {
	struct exchanges *exchanges;
	const struct trace *trace;
	bool *has_moved;         /* owned, by socket: bytes */
	struct teller **tellers; /* owned, by socket; NULL: nothing was said on it */
	struct exchange_datagrams *datagrams;
	uint32_t *order; /* owned: the calls that tell, in causal order */
	size_t count, capacity;
	uint32_t broken[4]; /* numbers of strings, or NO_STRING */
};

/* --- which calls tell ----------------------------------------------------------------------- */

static bool has_moved_bytes(const struct call *call)
{
	return call->bytes > 0 &&
	       (call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE));
}

/* Of what is sent or received nothing is left out, and the trace has the socket's birth. */
static bool tells_all(const struct trace *trace, const struct socket *socket)
{
	return !socket->found && !trace_leaves_out(trace, socket, EFFECT_SEND) &&
	       !trace_leaves_out(trace, socket, EFFECT_RECEIVE);
}

static bool tells_any(const struct exchange_search *search, const struct socket *socket)
{
	return search->has_moved[socket->number] &&
	       !trace_leaves_out(search->trace, socket, EFFECT_SEND) &&
	       !trace_leaves_out(search->trace, socket, EFFECT_RECEIVE);
}

/* Of two ends one tells: the one that has more to tell, or else the one that connected. */
static bool is_told_by(const struct exchange_search *search, const struct socket *socket)
{
	const struct socket *other = socket->other_end;

	if (!tells_any(search, socket))
		return false;
	if (!other || !tells_any(search, other))
		return true;
	bool tells_all_itself = tells_all(search->trace, socket);
	if (tells_all_itself != tells_all(search->trace, other))
		return tells_all_itself;
	if (socket->direction != other->direction &&
		(socket->direction == DIRECTION_OUT || other->direction == DIRECTION_OUT))
		return socket->direction == DIRECTION_OUT;
	return socket->number < other->number;
}

static bool is_broken(const struct exchange_search *search, const struct call *call)
{
	if (!call->error ||
		!(effect_transfers((enum effect)call->effect) || call_is(call, CALL_TELLS_ERROR)))
		return false;
	for (size_t i = 0; i < sizeof(search->broken) / sizeof(search->broken[0]); i++)
		if (call->error == search->broken[i])
			return true;
	return false;
}

/* It says something of an exchange, or ends one. */
static bool tells(const struct exchange_search *search, const struct call *call)
{
	return has_moved_bytes(call) || call_is(call, CALL_END_OF_STREAM) ||
	       call->effect == EFFECT_SHUTDOWN || call->effect == EFFECT_CLOSE ||
	       (call->effect == EFFECT_CONNECT &&
		       !socket_is_stream(search->trace, call->descriptor->socket)) ||
	       is_broken(search, call);
}

/* A datagram of no bytes says something, too. */
static bool is_datagram(const struct exchange_search *search, const struct call *call)
{
	return !socket_is_stream(search->trace, call->descriptor->socket) &&
	       (call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE));
}

static int in_causal_order(const void *one, const void *other, void *context)
{
	const struct call *calls = context;
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
	int64_t a_ns = causal_order_time_ns(&calls[a]), b_ns = causal_order_time_ns(&calls[b]);

	if (a_ns != b_ns)
		return a_ns < b_ns ? -1 : 1;
	return (a > b) - (a < b);
}

/* Calls are written when they end. Where another thread receives the answer while the one that
 * asked has not returned yet, the question stands behind it. */
static void put_in_order(struct exchange_search *search, bool *is_told)
{
	const struct trace *trace = search->trace;
	int64_t *last_ns = xcalloc(trace->socket_count + 1, sizeof(*last_ns));
	bool is_in_order = true;

	for (size_t i = 0; i < trace->socket_count; i++)
		last_ns[i] = INT64_MIN;
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!call->descriptor || !is_told[call->descriptor->socket->number] ||
			!(tells(search, call) || is_datagram(search, call)))
			continue;
		int64_t time_ns = causal_order_time_ns(call);
		int64_t *last = &last_ns[call->descriptor->socket->number];
		is_in_order &= time_ns >= *last;
		*last = time_ns;
		search->order = array_grow(
			search->order, search->count, &search->capacity, sizeof(*search->order));
		search->order[search->count++] = i;
	}
	free(last_ns);
	if (!is_in_order)
		qsort_r(search->order, search->count, sizeof(*search->order), in_causal_order,
			trace->calls);
}

/* --- streams -------------------------------------------------------------------------------- */

static size_t heard(void *listener, size_t number, const struct message *message)
{
	struct teller *teller = listener;

	return exchange_record(teller->search->exchanges, teller->socket, number, message);
}

static enum speaker opener_of(const struct socket *socket)
{
	switch (socket->direction) {
	case DIRECTION_OUT:
		return SPEAKER_SELF;
	case DIRECTION_IN:
		return SPEAKER_PEER;
	case DIRECTION_NONE:
	case DIRECTION_LISTENING:
	case DIRECTION_PAIR:
		break;
	}
	return SPEAKER_UNKNOWN;
}

static struct teller *teller_of(struct exchange_search *search, const struct socket *socket)
{
	struct teller **teller = &search->tellers[socket->number];
	struct teller *known = *teller;

	if (known)
		return known;
	*teller = xcalloc(1, sizeof(**teller));
	**teller = (struct teller){.search = search,
		.socket = socket,
		.is_stream = socket_is_stream(search->trace, socket),
		.ends = {.self_ns = INT64_MAX,
			.peer_ns = INT64_MAX,
			.closed_ns = INT64_MAX,
			.broken_ns = INT64_MAX}};
	if (socket->last)
		(*teller)->ends.self_ns = socket->last->ended_ns;
	if (socket->other_end && socket->other_end->last)
		(*teller)->ends.closed_ns = socket->other_end->last->ended_ns;
	if ((*teller)->is_stream)
		(*teller)->stream = protocol_stream_new(
			opener_of(socket), tells_all(search->trace, socket), heard, *teller);
	return *teller;
}

static void finish(struct teller *teller)
{
	if (!teller->stream)
		return;
	protocol_stream_finish(teller->stream);
	protocol_stream_free(teller->stream);
	teller->stream = NULL;
}

static void feed(struct teller *teller, enum speaker speaker, uint32_t index)
{
	const struct trace *trace = teller->search->trace;
	const struct call *call = &trace->calls[index];
	const unsigned char *bytes = NULL;
	size_t known = 0;

	if (protocol_stream_reads(teller->stream, speaker, (uint64_t)call->bytes))
		known = call_payload(trace, call, &bytes);
	if (known > (uint64_t)call->bytes)
		known = (size_t)call->bytes;
	protocol_stream_feed(teller->stream, speaker, index, bytes, known, (uint64_t)call->bytes);
}

static void hear_stream(struct teller *teller, uint32_t index)
{
	const struct trace *trace = teller->search->trace;
	const struct call *call = &trace->calls[index];
	struct exchange_ends *ends = &teller->ends;

	if (!teller->stream)
		return;
	if (has_moved_bytes(call)) {
		feed(teller, call->effect == EFFECT_SEND ? SPEAKER_SELF : SPEAKER_PEER, index);
	} else if (call_is(call, CALL_END_OF_STREAM)) {
		if (ends->peer_ns == INT64_MAX)
			ends->peer_ns = call_end_ns(call);
		protocol_stream_end(teller->stream, SPEAKER_PEER);
	} else if (call->effect == EFFECT_SHUTDOWN) {
		if (call_shuts_sending(trace, call))
			protocol_stream_end(teller->stream, SPEAKER_SELF);
	} else if (call->effect == EFFECT_CLOSE) {
		if (call->descriptor == teller->socket->last)
			finish(teller);
	} else if (ends->broken_ns == INT64_MAX) {
		ends->broken_ns = call_end_ns(call);
	}
}

/* --- all ------------------------------------------------------------------------------------ */

static void learn(struct exchange_search *search)
{
	static const char *const broken[] = {"ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNREFUSED"};
	const struct trace *trace = search->trace;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		search->broken[i] = string_table_find(&trace->strings, broken[i]);
	search->has_moved = xcalloc(trace->socket_count + 1, sizeof(*search->has_moved));
	search->tellers = xcalloc(trace->socket_count + 1, sizeof(*search->tellers));
	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->descriptor && has_moved_bytes(call))
			search->has_moved[call->descriptor->socket->number] = true;
	}
}

static void hear_all(struct exchange_search *search)
{
	const struct trace *trace = search->trace;
	bool *is_told = xcalloc(trace->socket_count + 1, sizeof(*is_told));

	for (size_t i = 0; i < trace->socket_count; i++)
		is_told[i] = socket_is_stream(trace, trace->sockets[i])
				     ? is_told_by(search, trace->sockets[i])
				     : tells_any(search, trace->sockets[i]);
	put_in_order(search, is_told);
	free(is_told);
	for (size_t i = 0; i < search->count; i++) {
		const struct call *call = &trace->calls[search->order[i]];
		struct teller *teller = teller_of(search, call->descriptor->socket);
		if (teller->is_stream)
			hear_stream(teller, search->order[i]);
		else if (is_broken(search, call))
			teller->ends.broken_ns = call_end_ns(call);
		else
			exchange_datagram(search->datagrams, search->order[i]);
	}
}

static void settle_all(struct exchange_search *search)
{
	struct exchanges *exchanges = search->exchanges;

	for (size_t i = 0; i < search->trace->socket_count; i++)
		if (search->tellers[i])
			finish(search->tellers[i]);
	for (size_t i = 0; i < exchanges->count; i++) {
		struct exchange *exchange = &exchanges->list[i];
		exchange_settle(
			exchanges, exchange, &search->tellers[exchange->socket->number]->ends);
	}
	for (size_t i = 0; i < search->trace->socket_count; i++)
		free(search->tellers[i]);
}

static int by_begin(const void *one, const void *other, void *context)
{
	const struct exchanges *exchanges = context;
	const struct exchange *a = one, *b = other;
	int64_t a_ns = exchange_begin_ns(exchanges, a), b_ns = exchange_begin_ns(exchanges, b);

	if (a_ns != b_ns)
		return a_ns < b_ns ? -1 : 1;
	return (a->question_first > b->question_first) - (a->question_first < b->question_first);
}

/* Questions are known when they end; of one connection most are in order. */
static void sort(struct exchanges *exchanges)
{
	bool is_sorted = true;

	for (size_t i = 1; i < exchanges->count && is_sorted; i++)
		is_sorted = by_begin(&exchanges->list[i - 1], &exchanges->list[i], exchanges) <= 0;
	if (!is_sorted)
		qsort_r(exchanges->list, exchanges->count, sizeof(*exchanges->list), by_begin,
			exchanges);
}

static void index_by_socket(struct exchanges *exchanges)
{
	size_t sockets = exchanges->trace->socket_count;
	size_t *next = xcalloc(sockets + 2, sizeof(*next));

	for (size_t i = 0; i < exchanges->count; i++)
		next[exchanges->list[i].socket->number + 2]++;
	for (size_t i = 2; i < sockets + 2; i++)
		next[i] += next[i - 1];
	exchanges->by_socket = xcalloc(exchanges->count + 1, sizeof(*exchanges->by_socket));
	/* next[n + 1] is where the next one of socket n goes: at last, where n + 1 begins. */
	for (size_t i = 0; i < exchanges->count; i++)
		exchanges->by_socket[next[exchanges->list[i].socket->number + 1]++] = (uint32_t)i;
	exchanges->first = next;
}

struct exchanges *exchanges_new(const struct trace *trace, const struct links *links)
{
	struct exchanges *exchanges = xcalloc(1, sizeof(*exchanges));
	struct exchange_search search = {.exchanges = exchanges, .trace = trace};

	exchanges->trace = trace;
	search.datagrams = exchange_datagrams_new(exchanges, links);
	learn(&search);
	hear_all(&search);
	settle_all(&search);
	exchange_datagrams_free(search.datagrams);
	free(search.order);
	free(search.tellers);
	free(search.has_moved);
	sort(exchanges);
	index_by_socket(exchanges);
	return exchanges;
}
