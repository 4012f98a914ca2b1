/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"

/* So many transfers of one byte, one after the other, are no accident: lines are as short. */
#define SINGLE_BYTES 16

struct byte_run {
	uint32_t first, last;
	size_t length;
};

/* One byte was all that was asked for, and it carried nothing else, such as descriptors. */
static bool is_single(const struct hint_search *search, uint32_t index)
{
	const struct value *args = call_details(search->trace, hint_call(search, index))->args;
	int64_t size;

	return value_integer(value_member(args, "size"), &size) && size == 1 &&
	       !value_member(args, "control");
}

static void end_run(
	struct hint_search *search, const struct byte_run *run, size_t *total, struct hint *hint)
{
	if (run->length < SINGLE_BYTES || !is_single(search, run->first) ||
		!is_single(search, run->last))
		return;
	if (*total == 0) {
		*hint = hint_begin(search, run->first);
		hint_show(hint, run->last);
	}
	*total += run->length;
}

static void find_runs(struct hint_search *search, const struct socket *socket, enum effect effect)
{
	size_t count = hint_call_count(search, socket), total = 0;
	struct byte_run run = {0};
	struct hint hint;

	for (size_t i = 0; i < count; i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (!effect_transfers(call->effect) || call_is(call, CALL_PENDING))
			continue;
		if (call->bytes == 1 && call_has_moved(call, effect)) {
			if (run.length++ == 0)
				run.first = index;
			run.last = index;
			continue;
		}
		end_run(search, &run, &total, &hint);
		run.length = 0;
	}
	end_run(search, &run, &total, &hint);
	if (total == 0)
		return;
	hint.times = total;
	hint_add(search, hint, "%zu %s of a single byte", total,
		hint_term(search, effect == EFFECT_SEND ? "sends" : "receives"));
}

/*
 * Each system call costs about as much as copying a page. Bytes that are received one by one
 * because a person types them, or the peer sends them so, are answered in between: only runs of one
 * direction count. A byte through a pair wakes a thread, and is meant to be one.
 */
void hint_find_single_bytes(struct hint_search *search, const struct socket *socket)
{
	if (hint_facts(search, socket)->single_bytes < SINGLE_BYTES ||
		!socket_is_stream(search->trace, socket) || socket->direction == DIRECTION_PAIR ||
		!hint_maker(search, socket))
		return;
	find_runs(search, socket, EFFECT_SEND);
	find_runs(search, socket, EFFECT_RECEIVE);
}

/* Below the smallest segment that a network in use carries (1280 - 60, IPv6): only segments that
 * are not full are held back. */
#define SMALL_SEND 1220

/* The kernel delays an acknowledgement for 40 ms at least and 200 ms at most: TCP_DELACK_MIN and
 * TCP_DELACK_MAX of include/net/tcp.h. A timer may fire one tick early. */
#define DELAY_LEAST_NS 36000000
#define DELAY_MOST_NS  250000000

/* Where the trace does not have the peer, which may have thought for so long: it waited 40 ms so
 * often and, nine times of ten, never longer than a timer is late. */
#define DELAYS_ALONE  4
#define ALONE_MOST_NS 60000000

/* Sends of one socket, and the receive that had to wait for the answer. */
struct turn_sends {
	uint32_t sends[2]; /* the last but one, the last */
	size_t send_count;
};

/* Exchanges with two small parts, and those whose second part took as long as a delay. */
struct delays {
	struct hint hint;
	size_t asked, delayed;
};

struct nagle {
	struct hint_search *search;
	struct turn_sends turn;
	uint32_t part; /* the last receive of an answer, or NO_CALL */
	bool has_peer; /* in the same trace: clocks of others are not so exact */
	struct delays sends, answers;
};

/* The receive that took the first byte of the send, if there is one; else NO_CALL. */
static uint32_t receiver_of(struct hint_search *search, uint32_t send)
{
	const struct links *links = hint_links(search);

	for (size_t i = links_from(links, send); i < links->count && links->list[i].from == send;
		i++)
		if (links->list[i].kind == LINK_DATA && links->list[i].to != NO_CALL)
			return links->list[i].to;
	return NO_CALL;
}

/* The last of its waits, and polls that look once more, before a program takes what has come. */
#define WAITS_LOOKED_AT 4

/* The call waited, until long after the send: what it waited for was not there before its end. */
static bool waited_for(const struct call *call, const struct call *sent)
{
	return call->duration_ns >= DELAY_LEAST_NS &&
	       call_end_ns(call) - call_end_ns(sent) >= DELAY_LEAST_NS;
}

/* Its receiver waited in the very call that took the bytes, or in waits right before it: they came
 * long after the send. */
static bool came_late(const struct hint_search *search, uint32_t receive, const struct call *sent)
{
	const struct call *received = hint_call(search, receive);
	const struct descriptor *descriptor = received->descriptor;
	size_t place = hint_place(descriptor, receive);
	bool is_late = waited_for(received, sent);
	for (size_t i = 1; !is_late && i <= place && i <= WAITS_LOOKED_AT; i++) {
		const struct call *before = descriptor_call(search->trace, descriptor, place - i);
		if (!call_is(before, CALL_WAITS) || before->tid != received->tid)
			break;
		is_late = waited_for(before, sent);
	}
	return is_late;
}

static bool is_small(const struct call *call)
{
	return call->bytes < SMALL_SEND;
}

static void end_exchange(struct nagle *nagle, uint32_t receive)
{
	struct hint_search *search = nagle->search;
	const struct turn_sends *turn = &nagle->turn;
	const struct call *last = hint_call(search, turn->sends[1]);
	int64_t waited_ns = call_end_ns(hint_call(search, receive)) - call_end_ns(last);

	if (turn->send_count < 2 || !is_small(last))
		return;
	nagle->sends.asked++;
	if (waited_ns < DELAY_LEAST_NS ||
		waited_ns > (nagle->has_peer ? DELAY_MOST_NS : ALONE_MOST_NS))
		return;
	uint32_t late = nagle->has_peer ? receiver_of(search, turn->sends[1]) : receive;
	if (late == NO_CALL || !came_late(search, late, last))
		return;
	if (nagle->sends.delayed++ == 0) {
		nagle->sends.hint = hint_begin(search, turn->sends[0]);
		hint_show(&nagle->sends.hint, turn->sends[1]);
		hint_show(&nagle->sends.hint, receive);
	}
	quantity_add_up(&nagle->sends.hint.lost_ns, waited_ns);
}

/* One more part of an answer: the peer held it back, if it came so late. */
static void add_part(struct nagle *nagle, uint32_t receive)
{
	struct hint_search *search = nagle->search;
	struct delays *answers = &nagle->answers;
	const struct call *call = hint_call(search, receive);
	const struct call *before = hint_call(search, nagle->part);
	int64_t waited_ns = call_end_ns(call) - call_end_ns(before);

	if (!is_small(call) || !is_small(before))
		return;
	answers->asked++;
	if (waited_ns < DELAY_LEAST_NS || waited_ns > ALONE_MOST_NS ||
		!came_late(search, receive, before))
		return;
	if (answers->delayed++ == 0) {
		answers->hint = hint_begin(search, nagle->part);
		hint_show(&answers->hint, receive);
	}
	quantity_add_up(&answers->hint.lost_ns, waited_ns);
}

static void take(struct nagle *nagle, uint32_t index)
{
	const struct call *call = hint_call(nagle->search, index);
	struct turn_sends *turn = &nagle->turn;

	if (hint_has_moved(call, EFFECT_SEND)) {
		turn->sends[0] = turn->sends[1];
		turn->sends[1] = index;
		turn->send_count++;
		nagle->part = NO_CALL;
	} else if (hint_has_moved(call, EFFECT_RECEIVE)) {
		end_exchange(nagle, index);
		if (nagle->part != NO_CALL)
			add_part(nagle, index);
		/* What nobody asked for comes when it comes. */
		if (turn->send_count > 0 || nagle->part != NO_CALL)
			nagle->part = index;
		turn->send_count = 0;
	}
}

/* Of each socket: whether somebody asked for no delay; thousands may have one that listens. */
enum no_delay { NO_DELAY_UNKNOWN, NO_DELAY_ASKED, NO_DELAY_NEVER };

static bool asks_for_no_delay(
	const struct hint_search *search, const struct socket *socket, uint8_t *known)
{
	static const char *const options[] = {"TCP_NODELAY", "TCP_CORK", NULL};
	uint8_t *of = &known[socket->number];

	if (*of == NO_DELAY_UNKNOWN)
		*of = hint_has_set(search, socket, NO_CALL, options) ? NO_DELAY_ASKED
								     : NO_DELAY_NEVER;
	return *of == NO_DELAY_ASKED;
}

/* An accepted socket has what was set of the one that listens. */
static bool has_no_delay(
	const struct hint_search *search, const struct socket *socket, uint8_t *known)
{
	const struct call *maker = hint_maker(search, socket);

	return asks_for_no_delay(search, socket, known) ||
	       (maker->effect == EFFECT_ACCEPT && maker->descriptor &&
		       asks_for_no_delay(search, maker->descriptor->socket, known));
}

/* So often that it is no accident. */
static bool is_usual(const struct delays *delays)
{
	return delays->delayed >= DELAYS_ALONE &&
	       delays->delayed >= delays->asked - delays->asked / 10;
}

static void report_delays(struct hint_search *search, struct delays *delays, bool is_answer)
{
	const char *each = hint_time(search, delays->hint.lost_ns / (int64_t)delays->delayed);
	const char *all = hint_time(search, delays->hint.lost_ns);

	delays->hint.times = delays->delayed;
	if (is_answer)
		hint_add(search, delays->hint,
			"answers in two small parts, of which the second came %s after the first, as "
			"a delayed acknowledgement does; %s in all",
			each, all);
	else
		hint_add(search, delays->hint,
			"small sends, then a receive that waited for %s; %s in all", each, all);
}

static void look_for_nagle(struct hint_search *search, const struct socket *socket, uint8_t *known)
{
	static const char *const quick[] = {"TCP_QUICKACK", NULL};
	const struct socket *peer = socket->other_end;
	struct nagle nagle = {
		.search = search, .part = NO_CALL, .has_peer = peer && peer->part == socket->part};

	/* Half as long: other calls may stand in between. */
	if (hint_facts(search, socket)->longest_ns < DELAY_LEAST_NS / 2 ||
		!hint_is_tcp(search, socket) || !hint_maker(search, socket))
		return;
	for (size_t i = 0; i < hint_call_count(search, socket); i++)
		take(&nagle, hint_call_on(search, socket, i));
	if (nagle.sends.delayed > 0 && (nagle.has_peer || is_usual(&nagle.sends)) &&
		!has_no_delay(search, socket, known))
		report_delays(search, &nagle.sends, false);
	else if (!nagle.has_peer && is_usual(&nagle.answers) &&
		 !hint_has_set(search, socket, NO_CALL, quick)) {
		nagle.answers.hint.advice = "Have the peer send both parts of its answer with one "
					    "call (writev, sendmsg, MSG_MORE), or set TCP_NODELAY.";
		nagle.answers.hint.advice_zh =
			"让对端用一次调用发送应答的两部分（writev、sendmsg、MSG_MORE），"
			"或设置 TCP_NODELAY。";
		report_delays(search, &nagle.answers, true);
	}
}

/*
 * A small segment is not sent while an earlier one is not acknowledged (RFC 896, tcp(7)
 * TCP_NODELAY), and a peer that has nothing to answer yet delays the acknowledgement (RFC 1122,
 * 4.2.3.2). So the second of two small sends leaves 40 ms later, unless it is the first exchange:
 * new connections acknowledge at once.
 */
void hint_find_nagle(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	uint8_t *known = xcalloc(trace->socket_count + 1, sizeof(*known));

	for (size_t i = 0; i < trace->socket_count; i++)
		look_for_nagle(search, trace->sockets[i], known);
	free(known);
}
