/* SPDX-License-Identifier: MIT */
#include "viewer/hints/hint_rules.h"

#include <inttypes.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/model/details.h"

/* So many calls in vain, so often in the mean, and no wait for any of them. A program that sleeps
 * in between asks less often. */
#define VAIN_CALLS   100
#define VAIN_EACH_NS 1000000

/* After so long something else was done in between. */
#define VAIN_PAUSE_NS 100000000

/* Calls on a descriptor that said EAGAIN, one after the other. */
struct vain {
	uint32_t first, last;
	size_t count;
};

struct spin {
	struct hint_search *search;
	struct vain *vain;    /* owned: of each descriptor */
	struct id_map waited; /* when a thread waited last: the index of the call, plus one */
};

static void end_vain(struct spin *spin, struct vain *vain)
{
	struct hint_search *search = spin->search;
	int64_t time_ns = vain->count == 0 ? 0
					   : call_end_ns(hint_call(search, vain->last)) -
						     hint_call(search, vain->first)->time_ns;

	if (vain->count >= VAIN_CALLS && time_ns / VAIN_EACH_NS <= (int64_t)vain->count) {
		struct hint hint = hint_begin(search, vain->first);
		hint.times = vain->count;
		hint_show(&hint, vain->last);
		hint.lost_ns = time_ns;
		hint_add(search, hint,
			"%zu calls in %s that returned EAGAIN, and no wait in between", vain->count,
			hint_time(search, time_ns));
	}
	vain->count = 0;
}

static bool has_waited_since(const struct spin *spin, const struct call *call, uint32_t since)
{
	uintptr_t waited = (uintptr_t)id_map_get(&spin->waited, (uint64_t)(uint32_t)call->tid + 1);

	return waited > since;
}

static void add_vain(struct spin *spin, const struct call *call, uint32_t index)
{
	struct vain *vain = &spin->vain[call->descriptor->number];
	const struct call *last = hint_call(spin->search, vain->last);

	if (vain->count > 0 && (last->tid != call->tid || last->effect != call->effect ||
				       call->time_ns - call_end_ns(last) > VAIN_PAUSE_NS ||
				       has_waited_since(spin, call, vain->first)))
		end_vain(spin, vain);
	if (vain->count++ == 0)
		vain->first = index;
	vain->last = index;
}

/*
 * EAGAIN says that the socket is not ready, and poll(2) when it will be. A program that asks again
 * at once takes a whole processor from others.
 */
void hint_find_busy_loop(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct spin spin = {
		.search = search, .vain = xcalloc(trace->descriptor_count + 1, sizeof(*spin.vain))};

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call_is(call, CALL_WAITS) || call->effect == EFFECT_WAIT)
			id_map_put(&spin.waited, (uint64_t)(uint32_t)call->tid + 1,
				(void *)(uintptr_t)(i + 1));
		else if (call->descriptor && hint_has_failed(search, call, "EAGAIN"))
			add_vain(&spin, call, i);
		else if (call->descriptor)
			end_vain(&spin, &spin.vain[call->descriptor->number]);
	}
	for (size_t i = 0; i < trace->descriptor_count; i++)
		end_vain(&spin, &spin.vain[i]);
	id_map_free(&spin.waited);
	free(spin.vain);
}

/* So long, and half of all the time: people begin to ask what the program waits for. */
#define LONG_WAIT_NS   1000000000
#define LONG_WAIT_PART 2

/* A process with one thread, as far as the trace has it. */
struct lifetime {
	int64_t begin_ns, end_ns;
	int32_t tid;
	bool has_threads;
	uint32_t connect;        /* the last that did not block, and is not done; or NO_CALL */
	uint32_t longest;        /* NO_CALL: none */
	uint32_t connect_waited; /* for which the longest waits, if that is no call on its socket */
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
	if (call->effect == EFFECT_ACCEPT)
		return true;
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
	if (call->duration_ns < LONG_WAIT_NS ||
		(lifetime->longest != NO_CALL &&
			hint_call(search, lifetime->longest)->duration_ns >= call->duration_ns))
		return;
	bool is_elsewhere = is_for_connect(search, call, lifetime->connect);
	if (!is_elsewhere && !is_for_peer(search, call))
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
		lifetime->connect_waited == NO_CALL ? "this call" : "a wait for this connect",
		call_is(call, CALL_UNFINISHED) ? ", which never returned" : "");
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
			.longest = NO_CALL};
	for (uint32_t i = 0; i < trace->call_count; i++)
		add_to_lifetime(
			search, &lifetimes[trace->calls[i].process->number], &trace->calls[i], i);
	for (size_t i = 0; i < trace->process_count; i++)
		if (lifetimes[i].longest != NO_CALL)
			report_lifetime(search, &lifetimes[i]);
	free(lifetimes);
}
