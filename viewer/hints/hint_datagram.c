/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"

/* So many receives of a socket are read again, and of all sockets: it takes some microseconds. */
#define LOOKS        16
#define LOOKS_IN_ALL 20000

/* The datagrams that a socket received. */
struct arrivals {
	int64_t longest;
	size_t looks;
	bool may_be_cut; /* one filled its buffer to the last byte */
	size_t cut;
	struct hint hint;
	int64_t sent; /* bytes of the first one that was cut; 0: not known */
};

static void add_cut(
	struct hint_search *search, struct arrivals *arrivals, uint32_t index, int64_t sent)
{
	if (arrivals->cut++ == 0) {
		arrivals->hint = hint_begin(search, index);
		arrivals->sent = sent;
	} else {
		hint_show(&arrivals->hint, index);
	}
}

/* A program that asks for the real length (MSG_TRUNC), or only peeks, knows what it does. */
static void look(struct hint_search *search, struct arrivals *arrivals, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	const struct record_call *details = call_details(search->trace, call);
	const struct value *flags = value_member(details->args, "flags");
	const struct value *received_flags = value_member(details->args, "received_flags");
	int64_t size;

	arrivals->looks++;
	if (value_has(flags, "MSG_TRUNC") || value_has(flags, "MSG_PEEK"))
		return;
	if (value_has(received_flags, "MSG_TRUNC"))
		add_cut(search, arrivals, index, 0);
	else if (!received_flags && value_integer(value_member(details->args, "size"), &size))
		arrivals->may_be_cut |= size == call->bytes;
}

static bool is_arrival(const struct hint_search *search, const struct call *call)
{
	/* The result of recvmmsg(2) is a count, that of MSG_PEEK and MSG_TRUNC may be more. */
	return call->descriptor && hint_has_moved(call, EFFECT_RECEIVE) &&
	       call->result == call->bytes &&
	       !socket_is_stream(search->trace, call->descriptor->socket);
}

static struct arrivals *of(struct arrivals *all, const struct call *call)
{
	return &all[call->descriptor->socket->number];
}

/* A datagram that was cut is as long as its buffer: no other is longer. */
static bool look_at_longest(struct hint_search *search, struct arrivals *all)
{
	const struct trace *trace = search->trace;
	bool may_be_cut = false;
	size_t looks = 0;

	for (size_t i = 0; i < trace->call_count; i++)
		if (is_arrival(search, &trace->calls[i]) &&
			trace->calls[i].bytes > of(all, &trace->calls[i])->longest)
			of(all, &trace->calls[i])->longest = trace->calls[i].bytes;
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!is_arrival(search, call))
			continue;
		struct arrivals *arrivals = of(all, call);
		if (call->bytes == arrivals->longest && arrivals->looks < LOOKS &&
			looks++ < LOOKS_IN_ALL)
			look(search, arrivals, i);
		/* The kernel's word is enough. */
		arrivals->may_be_cut &= arrivals->cut == 0;
		may_be_cut |= arrivals->may_be_cut;
	}
	return may_be_cut;
}

/* More was sent than received; of sendmmsg(2) it is not known which message it was. */
static void compare_ends(struct hint_search *search, struct arrivals *all)
{
	const struct links *links = hint_links(search);

	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->list[i];
		if (link->kind != LINK_DATA || link->from == NO_CALL || link->to == NO_CALL)
			continue;
		const struct call *sent = hint_call(search, link->from);
		const struct call *received = hint_call(search, link->to);
		if (is_arrival(search, received) && of(all, received)->may_be_cut &&
			received->bytes == of(all, received)->longest &&
			sent->result == sent->bytes && sent->bytes > received->bytes)
			add_cut(search, of(all, received), link->to, sent->bytes);
	}
}

/*
 * Bytes that do not fit into the buffer of a receive are dropped: recv(2), MSG_TRUNC. Either the
 * kernel says so, or the trace has the send of what filled the buffer, and it was longer.
 */
void hint_find_truncated(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct arrivals *all = xcalloc(trace->socket_count + 1, sizeof(*all));

	if (look_at_longest(search, all))
		compare_ends(search, all);
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct arrivals *arrivals = &all[i];
		if (arrivals->cut == 0)
			continue;
		arrivals->hint.times = arrivals->cut;
		if (arrivals->sent > 0)
			hint_add(search, arrivals->hint, "%s received of a datagram of %s",
				hint_bytes(search, arrivals->longest),
				hint_bytes(search, arrivals->sent));
		else
			hint_add(search, arrivals->hint,
				"%s received, and MSG_TRUNC says that there was more",
				hint_bytes(search, arrivals->longest));
	}
	free(all);
}
