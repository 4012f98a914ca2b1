/* SPDX-License-Identifier: MIT */
#include "viewer/layout/span.h"

#include <stdlib.h>
#include <string.h>

#include "format/hash.h"
#include "format/memory.h"
#include "viewer/relate/causal_order.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/connection.h"

struct spans {
	const struct trace *trace;
	const struct exchanges *exchanges;
	const struct links *links;
	uint32_t *from;  /* owned, by call: the last one that sent what it received, or NO_CALL */
	uint32_t *place; /* owned: how many exchanges before it begin in the same call */
	uint64_t *seeds; /* owned, by part: what tells its ids from those of other traces */
};

/* --- what belongs to an exchange at its other end ------------------------------------------ */

static uint32_t *senders_of(const struct trace *trace, const struct links *links)
{
	uint32_t *from = xcalloc(trace->call_count + 1, sizeof(*from));

	for (size_t i = 0; i < trace->call_count; i++)
		from[i] = NO_CALL;
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->list[i];
		if (link->kind == LINK_DATA && link->from != NO_CALL && link->to != NO_CALL)
			from[link->to] = link->from;
	}
	return from;
}

/* The first or the last call that received what this one sent, or NO_CALL. */
static uint32_t receiver_of(const struct spans *spans, uint32_t call, bool is_last)
{
	const struct links *links = spans->links;
	uint32_t found = NO_CALL;

	for (size_t i = links_from(links, call);
		i < links->count && links->list[i].from == call && (is_last || found == NO_CALL);
		i++)
		if (links->list[i].kind == LINK_DATA && links->list[i].to != NO_CALL)
			found = links->list[i].to;
	return found;
}

/* The call at the other end that sent what this one received, or received what it sent. */
static uint32_t other_call(const struct spans *spans, uint32_t call, bool is_last)
{
	if (call == NO_CALL)
		return NO_CALL;
	return spans->trace->calls[call].effect == EFFECT_RECEIVE
		       ? spans->from[call]
		       : receiver_of(spans, call, is_last);
}

/* --- ids ----------------------------------------------------------------------------------- */

/* What stays when addresses and names are taken out of the trace. */
static uint64_t seed_of(const struct trace *trace, uint32_t part)
{
	int64_t what[] = {trace->parts[part].started_ns, part};

	return hash_of(what, trace->parts[part].started_ns ? sizeof(what[0]) : sizeof(what));
}

enum id_use { ID_TRACE_HIGH, ID_TRACE_LOW, ID_CLIENT, ID_SERVER };

/* Of the span of that place among those that begin with the call. Never 0, which is no id. Hashed
 * once more, so that all bits depend on all. */
static uint64_t id_at(
	const struct spans *spans, const struct call *call, uint32_t place, enum id_use use)
{
	uint64_t what[] = {(uint64_t)call->process->pid, (uint64_t)call->seq, place, (uint64_t)use};
	uint64_t hash = hash_from(spans->seeds[call->process->part], what, sizeof(what));

	return hash_of(&hash, sizeof(hash));
}

static uint64_t id_of(const struct spans *spans, uint32_t number, enum id_use use)
{
	uint32_t first = spans->exchanges->list[number].question_first;

	return id_at(spans, &spans->trace->calls[first], spans->place[number], use);
}

static bool read_hex(uint64_t *number, const char *words, size_t digits)
{
	*number = 0;
	for (size_t i = 0; i < digits; i++) {
		/* Letters are lower case. */
		const char *all = "0123456789abcdef",
			   *digit = words[i] ? strchr(all, words[i]) : NULL;
		if (!digit)
			return false;
		*number = *number << 4 | (uint64_t)(digit - all);
	}
	return true;
}

/* "00-" trace "-" span "-" flags; a later version may have more behind a dash. */
#define TRACEPARENT_LENGTH 55

bool traceparent_read(struct traceparent *traceparent, const char *words)
{
	uint64_t version, flags;

	if (strlen(words) < TRACEPARENT_LENGTH || words[2] != '-' || words[35] != '-' ||
		words[52] != '-' || !read_hex(&version, words, 2) ||
		!read_hex(&traceparent->trace_high, words + 3, 16) ||
		!read_hex(&traceparent->trace_low, words + 19, 16) ||
		!read_hex(&traceparent->id, words + 36, 16) || !read_hex(&flags, words + 53, 2))
		return false;
	traceparent->flags = (uint8_t)flags;
	char next = words[TRACEPARENT_LENGTH];
	return (next == '\0' || (next == '-' && version != 0)) && version != 0xff &&
	       traceparent->id != 0 && (traceparent->trace_high | traceparent->trace_low) != 0;
}

/* --- spans --------------------------------------------------------------------------------- */

struct spans *spans_new(const struct trace *trace)
{
	struct spans *spans = xcalloc(1, sizeof(*spans));
	const struct exchanges *exchanges = trace_exchanges(trace);

	spans->trace = trace;
	spans->exchanges = exchanges;
	spans->links = trace_links(trace);
	spans->from = senders_of(trace, spans->links);
	spans->place = xcalloc(exchanges->count + 1, sizeof(*spans->place));
	for (size_t i = 1; i < exchanges->count; i++)
		if (exchanges->list[i].question_first == exchanges->list[i - 1].question_first)
			spans->place[i] = spans->place[i - 1] + 1;
	spans->seeds = xcalloc(trace->part_count + 1, sizeof(*spans->seeds));
	for (uint32_t i = 0; i < trace->part_count; i++)
		spans->seeds[i] = seed_of(trace, i);
	return spans;
}

void spans_free(struct spans *spans)
{
	free(spans->from);
	free(spans->place);
	free(spans->seeds);
	free(spans);
}

/* Sets the times of the end on whose calls the exchange is seen, or of the other one. False: that
 * is not in the trace, or no call of it is. */
static bool span_find(const struct spans *spans, struct exchange_span *span, bool is_own)
{
	const struct exchange *exchange = span->exchange;
	const struct call *calls = spans->trace->calls;
	uint32_t first = exchange->question_first, last = exchange->answer_last;

	if (!is_own) {
		first = other_call(spans, first, false);
		last = other_call(spans, last, true);
	}
	if (first == NO_CALL)
		return false;
	span->call = &calls[first];
	span->begin_ns = causal_order_time_ns(span->call);
	/* Where the end that answers has said all, another one may not have received it yet. */
	span->end_ns = is_own || last == NO_CALL ? exchange->end_ns : call_end_ns(&calls[last]);
	if (span->end_ns < span->begin_ns)
		span->end_ns = span->begin_ns;
	return true;
}

/* The span of who asks is a child of the one that it says it is within, or begins a trace. */
static void join_outside(const struct spans *spans, struct exchange_span *span, uint32_t number)
{
	struct traceparent outside;

	if (traceparent_read(&outside,
		    exchange_field(spans->exchanges, span->exchange, FIELD_TRACEPARENT))) {
		span->trace_high = outside.trace_high;
		span->trace_low = outside.trace_low;
		span->parent = outside.id;
		span->trace_flags = outside.flags;
		span->is_parent_remote = span->kind == SPAN_SERVER;
	} else {
		span->trace_high = id_of(spans, number, ID_TRACE_HIGH);
		span->trace_low = id_of(spans, number, ID_TRACE_LOW);
	}
}

size_t spans_of(const struct spans *spans, uint32_t number, struct exchange_span pair[2])
{
	static const enum span_kind kinds[] = {SPAN_CLIENT, SPAN_SERVER};
	const struct exchange *exchange = &spans->exchanges->list[number];
	size_t count = 0;

	if (exchange->result == EXCHANGE_NOTICE)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		struct exchange_span *span = &pair[count];
		*span = (struct exchange_span){.exchange = exchange, .kind = kinds[i]};
		if (!span_find(spans, span,
			    (exchange->asker == SPEAKER_PEER) == (span->kind == SPAN_SERVER)))
			continue;
		join_outside(spans, span, number);
		span->id = id_of(spans, number, i == 0 ? ID_CLIENT : ID_SERVER);
		if (count == 1) {
			span->parent = pair[0].id;
			span->is_parent_remote = true;
		}
		count++;
	}
	return count;
}

bool span_of_connect(const struct spans *spans, uint32_t number, struct exchange_span *span)
{
	const struct call *calls = spans->trace->calls, *call = &calls[number];
	const struct attempt *attempt = connection_attempt(spans->trace, number);

	/* One that the program gave up may only have been slower than another one. A name service
	 * that is not there is no error. */
	if (!connection_has_failed(spans->trace, call) || attempt->outcome == OUTCOME_GIVEN_UP ||
		call_is(call, CALL_NO_SERVICE))
		return false;
	*span = (struct exchange_span){.kind = SPAN_CLIENT,
		.call = call,
		.begin_ns = call->time_ns,
		.end_ns =
			call_end_ns(attempt->told_by == NO_CALL ? call : &calls[attempt->told_by]),
		.trace_high = id_at(spans, call, 0, ID_TRACE_HIGH),
		.trace_low = id_at(spans, call, 0, ID_TRACE_LOW),
		.id = id_at(spans, call, 0, ID_CLIENT)};
	return true;
}
