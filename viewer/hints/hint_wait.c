/* SPDX-License-Identifier: MIT */
#include "viewer/hints/hint_rules.h"

#include <inttypes.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/model/details.h"

/* So long, and half of all the time: people begin to ask what the program waits for. */
#define LONG_WAIT_NS   1000000000
#define LONG_WAIT_PART 2

/* A process with one thread, as far as the trace has it. */
struct lifetime {
	int64_t begin_ns, end_ns;
	int32_t tid;
	bool has_threads, has_served; /* served: it has accepted somebody */
	uint32_t connect;             /* the last that did not block, and is not done; or NO_CALL */
	uint32_t longest;             /* NO_CALL: none */
	uint32_t connect_waited; /* for which the longest waits, if that is no call on its socket */
	uint32_t blocked;        /* the longest accept that waited though a client was announced; or
				    NO_CALL */
	size_t blocked_count;
	int64_t blocked_ns; /* all of these */
};

/* So many calls before a wait are looked at. */
#define CALLS_LOOKED_AT 1000

/* The last thing that moved before was a send: an answer is due. A subscriber waits on purpose. */
static bool is_for_answer(const struct hint_search *search, uint32_t index)
{
	const struct descriptor *descriptor = hint_call(search, index)->descriptor;
	size_t place = hint_place(descriptor, index);

	for (size_t i = 1; i <= place && i <= CALLS_LOOKED_AT; i++) {
		const struct call *before = descriptor_call(search->trace, descriptor, place - i);
		if (hint_has_moved(before, EFFECT_SEND) || hint_has_moved(before, EFFECT_RECEIVE))
			return before->effect == EFFECT_SEND;
	}
	return false;
}

/* It waits for its peer: a server without a client, a client without an answer. How long a client
 * lets its server wait is its own business. */
static bool is_for_peer(const struct hint_search *search, const struct call *call)
{
	const struct socket *socket = call->descriptor ? call->descriptor->socket : NULL;

	if (!socket || !hint_is_tcp(search, socket))
		return false;
	/* Whether one that is attached to has served before is not known. */
	if (call->effect == EFFECT_ACCEPT)
		return hint_maker(search, socket);
	/* Of a connect to a server of the trace the hint about its backlog says more. */
	return (call->effect == EFFECT_CONNECT && !socket->other_end) ||
	       (call->effect == EFFECT_RECEIVE && socket->direction == DIRECTION_OUT);
}

/* It waits for that connect, and for nothing else. */
static bool is_for_connect(
	const struct hint_search *search, const struct call *call, uint32_t connect)
{
	const struct value *waits;
	int64_t fd = -1;

	/* Of a server of the trace the hint about its backlog says more. */
	if (connect == NO_CALL || call->effect != EFFECT_WAIT ||
		hint_call(search, connect)->descriptor->socket->other_end)
		return false;
	waits = call_details(search->trace, call)->waits;
	value_integer(value_member(value_element(waits, 0), "fd"), &fd);
	return value_count(waits) == 1 && fd == hint_call(search, connect)->fd &&
	       call_is(call, CALL_WAITS_TO_SEND);
}

/* Something moved, so it was done, or its descriptor was closed, and the number is another's. */
static bool is_end_of_connect(
	const struct hint_search *search, const struct call *call, uint32_t connect)
{
	return connect != NO_CALL && call->fd == hint_call(search, connect)->fd &&
	       (call->bytes > 0 || call->effect == EFFECT_CLOSE);
}

/* A call on a listening socket that does not block may take long only because its thread does not
 * get the processor. */
static bool has_blocked(const struct hint_search *search, const struct call *accept)
{
	size_t count = hint_call_count(search, accept->descriptor->socket);

	if (!call_is(accept, CALL_UNFINISHED) && accept->duration_ns < LONG_WAIT_NS)
		return false;
	for (size_t i = 0; i < count && i < CALLS_LOOKED_AT; i++) {
		const struct call *call =
			hint_call(search, hint_call_on(search, accept->descriptor->socket, i));
		if (call->effect == EFFECT_ACCEPT && hint_has_failed(search, call, "EAGAIN"))
			return false;
	}
	return true;
}

/* What its thread did with the descriptor before was a wait that found it ready. */
static bool was_announced(const struct hint_search *search, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	size_t place = call->descriptor ? hint_place(call->descriptor, index) : 0;

	for (size_t i = 1; i <= place && i <= CALLS_LOOKED_AT; i++) {
		uint32_t before = call->descriptor->calls.list[place - i];
		if (hint_call(search, before)->tid == call->tid)
			return call_is(hint_call(search, before), CALL_WAITS) &&
			       descriptor_readiness(call->descriptor, before) != 0;
	}
	return false;
}

static void add_blocked(const struct hint_search *search, struct lifetime *lifetime, uint32_t index)
{
	int64_t took_ns = hint_call(search, index)->duration_ns;

	if (lifetime->blocked == NO_CALL ||
		hint_call(search, lifetime->blocked)->duration_ns < took_ns)
		lifetime->blocked = index;
	lifetime->blocked_count++;
	quantity_add_up(&lifetime->blocked_ns, took_ns);
}

static void add_to_lifetime(const struct hint_search *search, struct lifetime *lifetime,
	const struct call *call, uint32_t index)
{
	if (lifetime->begin_ns == INT64_MAX)
		lifetime->tid = call->tid;
	lifetime->has_threads |= lifetime->tid != call->tid;
	if (call->time_ns < lifetime->begin_ns)
		lifetime->begin_ns = call->time_ns;
	/* One that never returned lasted until its thread ended. */
	if (call->time_ns + call->duration_ns > lifetime->end_ns)
		lifetime->end_ns = call->time_ns + call->duration_ns;
	if (call->effect == EFFECT_CONNECT)
		lifetime->connect = call->descriptor && hint_has_failed(search, call, "EINPROGRESS")
					    ? index
					    : NO_CALL;
	else if (is_end_of_connect(search, call, lifetime->connect))
		lifetime->connect = NO_CALL;
	if (call->effect == EFFECT_ACCEPT && call->descriptor && has_blocked(search, call) &&
		was_announced(search, index)) {
		add_blocked(search, lifetime, index);
		return;
	}
	bool had_served = lifetime->has_served;
	lifetime->has_served |= call->effect == EFFECT_ACCEPT && call_is(call, CALL_MAKES);
	if (call->duration_ns < LONG_WAIT_NS ||
		(lifetime->longest != NO_CALL &&
			hint_call(search, lifetime->longest)->duration_ns >= call->duration_ns))
		return;
	bool is_elsewhere = is_for_connect(search, call, lifetime->connect);
	/* A server that has served is idle, and waits for nothing. */
	if ((!is_elsewhere && !is_for_peer(search, call)) ||
		(call->effect == EFFECT_ACCEPT && had_served))
		return;
	lifetime->longest = index;
	lifetime->connect_waited = is_elsewhere ? lifetime->connect : NO_CALL;
}

static void report_lifetime(struct hint_search *search, const struct lifetime *lifetime)
{
	const struct call *call = hint_call(search, lifetime->longest);
	int64_t life_ns = lifetime->end_ns / 2 - lifetime->begin_ns / 2;

	if (lifetime->has_threads ||
		(call->effect == EFFECT_RECEIVE && !is_for_answer(search, lifetime->longest)) ||
		call->duration_ns / 2 < life_ns / LONG_WAIT_PART)
		return;
	struct hint hint = hint_begin(search,
		lifetime->connect_waited == NO_CALL ? lifetime->longest : lifetime->connect_waited);
	if (lifetime->connect_waited != NO_CALL)
		hint_show(&hint, lifetime->longest);
	hint.lost_ns = call->duration_ns;
	hint_add(search, hint, "%s of %s went by in %s%s", hint_time(search, hint.lost_ns),
		hint_time(search, lifetime->end_ns - lifetime->begin_ns),
		hint_term(search, lifetime->connect_waited == NO_CALL ? "this call"
								      : "a wait for this connect"),
		hint_term(search, call_is(call, CALL_UNFINISHED) ? ", which never returned" : ""));
}

/*
 * A listening socket that blocks is ready when the wait returns, and not any more when another
 * thread or process has taken the client, or the client has gone: accept(2), notes. Then the thread
 * waits for the next client, and serves none that it has.
 */
static void report_blocked(struct hint_search *search, const struct lifetime *lifetime)
{
	const struct call *call = hint_call(search, lifetime->blocked);
	struct hint hint = hint_begin(search, lifetime->blocked);

	hint.times = lifetime->blocked_count;
	hint.lost_ns = lifetime->blocked_ns;
	hint.advice = "Set O_NONBLOCK on the listening socket: then accept says EAGAIN when "
		      "another has taken the client, or the client has gone.";
	hint.advice_zh =
		"在监听套接字上设置 O_NONBLOCK：当连接已被别的线程取走或客户已离开时，accept 返回 EAGAIN。";
	hint_add(search, hint,
		"an accept waited for %s%s, though a wait had said that a client was there",
		hint_time(search, call->duration_ns),
		hint_term(search, call_is(call, CALL_UNFINISHED) ? ", and never returned" : ""));
}

/*
 * While the only thread of a program waits, it does nothing else. (A server that is idle waits in
 * poll(2), if it can do anything else.)
 */
void hint_find_long_wait(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct lifetime *lifetimes = xcalloc(trace->process_count + 1, sizeof(*lifetimes));

	for (size_t i = 0; i < trace->process_count; i++)
		lifetimes[i] = (struct lifetime){.begin_ns = INT64_MAX,
			.end_ns = INT64_MIN,
			.connect = NO_CALL,
			.longest = NO_CALL,
			.blocked = NO_CALL};
	for (uint32_t i = 0; i < trace->call_count; i++)
		add_to_lifetime(
			search, &lifetimes[trace->calls[i].process->number], &trace->calls[i], i);
	for (size_t i = 0; i < trace->process_count; i++) {
		if (lifetimes[i].longest != NO_CALL)
			report_lifetime(search, &lifetimes[i]);
		if (lifetimes[i].blocked != NO_CALL)
			report_blocked(search, &lifetimes[i]);
	}
	free(lifetimes);
}
