/* SPDX-License-Identifier: MIT */
/* The rule about calls that come back at once, again and again. */
#include <stdio.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"

/* So many calls in vain, so often in the mean, and no wait for any of them. A program that sleeps
 * in between asks less often. */
#define VAIN_CALLS   100
#define VAIN_EACH_NS 1000000

/* After so long something else was done in between. */
#define VAIN_PAUSE_NS 100000000

/* A wait that took so long has waited; a shorter one found at once what it says. */
#define REST_NS 50000

/* So many waits without a limit of time found nothing, one after the other, and hardly anything was
 * done in between: a program that computes, and looks up in between, asks less often. */
#define IDLE_WAITS   1000
#define IDLE_EACH_NS 30000

/* Of a socket that more descriptors stand for the progress is not looked for. */
#define HOLDERS_LOOKED_AT 8

/* What a call says of the progress of its socket. */
enum use {
	USE_NONE, /* it looks at something, or sets it */
	USE_VAIN, /* what it says is what the one before had said */
	USE_PROGRESS,
};

/* Calls on a descriptor that were in vain, one after the other. */
struct vain {
	uint32_t first, last, last_call; /* last_call: that is no wait */
	size_t calls, waits;
};

struct busy {
	struct hint_search *search;
	/* Owned: of each call the last one before it at which its thread rested, or got on with
	 * something, plus one; 0: none. NULL until it is needed. */
	uint32_t *rested;
	struct vain sum; /* of all that was long enough, on one descriptor */
	int64_t time_ns;
};

static enum use use_of(const struct hint_search *search, const struct call *call)
{
	switch ((enum effect)call->effect) {
	case EFFECT_OPTION:
	case EFFECT_QUERY:
	case EFFECT_CONTROL:
	case EFFECT_WAIT:
		return USE_NONE;
	case EFFECT_ACCEPT:
	case EFFECT_SEND:
	case EFFECT_RECEIVE:
		return call->error || call_is(call, CALL_END_OF_STREAM) ? USE_VAIN : USE_PROGRESS;
	case EFFECT_CONNECT:
		return call->error && !hint_has_failed(search, call, "EINPROGRESS") ? USE_VAIN
										    : USE_PROGRESS;
	default:
		return USE_PROGRESS;
	}
}

static uint64_t thread_key(const struct call *call)
{
	return ((uint64_t)call->process->part << 32 | (uint32_t)call->tid) + 1;
}

/* It had no time to wait: the timeout is a number, or two, for seconds and what is less. */
static bool has_no_time(const struct hint_search *search, const struct call *wait)
{
	const struct value *timeout =
		value_member(call_details(search->trace, wait)->args, "timeout");
	static const char *const parts[] = {"seconds", "microseconds", "nanoseconds"};
	int64_t part, sum = 0;

	if (!timeout)
		return false;
	if (value_integer(timeout, &part))
		return part == 0;
	for (size_t i = 0; i < 3; i++)
		if (value_integer(value_member(timeout, parts[i]), &part))
			sum |= part;
	return sum == 0 && value_member(timeout, "seconds");
}

/* The thread has waited. A wait that found nothing so soon had a limit that is no rest, and one
 * that took longer without a limit had to wait for the processor. */
static bool has_waited(const struct hint_search *search, const struct call *wait)
{
	if (!hint_has_reached_limit(wait))
		return wait->duration_ns >= REST_NS;
	return wait->duration_ns >= CALL_WAIT_NS && !has_no_time(search, wait);
}

static uint32_t *find_rests(const struct hint_search *search)
{
	const struct trace *trace = search->trace;
	uint32_t *rested = xcalloc(trace->call_count + 1, sizeof(*rested));
	struct id_map threads = {0};

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		bool rests = call->effect == EFFECT_WAIT ? has_waited(search, call)
							 : use_of(search, call) == USE_PROGRESS;
		rested[i] = (uint32_t)(uintptr_t)id_map_get(&threads, thread_key(call));
		if (rests)
			id_map_put(&threads, thread_key(call), (void *)(uintptr_t)(i + 1));
	}
	id_map_free(&threads);
	return rested;
}

static bool has_rested(struct busy *busy, uint32_t from, uint32_t to)
{
	if (!busy->rested)
		busy->rested = find_rests(busy->search);
	return busy->rested[to] > from + 1;
}

/* On another descriptor of the same socket something came of a call in between. */
static bool has_progress_elsewhere(const struct hint_search *search,
	const struct descriptor *descriptor, const struct vain *vain)
{
	const struct descriptor *holder = descriptor->socket->holder;

	for (; holder; holder = holder->next_holder) {
		if (holder == descriptor)
			continue;
		for (size_t i = hint_place(holder, vain->first); i < holder->calls.count; i++) {
			if (holder->calls.list[i] > vain->last)
				break;
			if (use_of(search, descriptor_call(search->trace, holder, i)) ==
				USE_PROGRESS)
				return true;
		}
	}
	return false;
}

static void end_vain(struct busy *busy, const struct descriptor *descriptor, struct vain *vain)
{
	const struct hint_search *search = busy->search;
	size_t count = vain->calls + vain->waits;
	int64_t time_ns = count == 0 ? 0
				     : call_end_ns(hint_call(search, vain->last)) -
					       hint_call(search, vain->first)->time_ns;

	if ((vain->calls >= VAIN_CALLS || vain->waits >= VAIN_CALLS) &&
		time_ns / VAIN_EACH_NS <= (int64_t)count &&
		!has_progress_elsewhere(search, descriptor, vain)) {
		if (busy->sum.calls + busy->sum.waits == 0)
			busy->sum.first = vain->first;
		busy->sum.last = vain->last;
		busy->sum.last_call = vain->last_call;
		busy->sum.calls += vain->calls;
		busy->sum.waits += vain->waits;
		quantity_add_up(&busy->time_ns, time_ns);
	}
	*vain = (struct vain){.last_call = NO_CALL};
}

static void add_vain(
	struct busy *busy, const struct descriptor *descriptor, struct vain *vain, uint32_t index)
{
	const struct hint_search *search = busy->search;
	const struct call *call = hint_call(search, index), *last = hint_call(search, vain->last);
	bool is_wait = call->effect == EFFECT_WAIT;

	if (vain->calls + vain->waits > 0 &&
		(last->tid != call->tid || last->process != call->process ||
			call->time_ns - call_end_ns(last) > VAIN_PAUSE_NS ||
			(!is_wait && vain->last_call != NO_CALL &&
				hint_call(search, vain->last_call)->effect != call->effect) ||
			(!is_wait && has_rested(busy, vain->last, index))))
		end_vain(busy, descriptor, vain);
	if (vain->calls + vain->waits == 0)
		vain->first = index;
	vain->last = index;
	if (is_wait)
		vain->waits++;
	else
		vain->calls++, vain->last_call = index;
}

/* What the wait answered of the descriptor, in words; false when it was to be told of each event
 * once, EPOLLET, so that what it says again is new. */
static bool read_ready(const struct hint_search *search, const struct call *wait,
	const struct descriptor *descriptor, char words[80])
{
	const struct value *waits = call_details(search->trace, wait)->waits, *ready = NULL;
	size_t length = 0;

	for (size_t i = 0; i < value_count(waits) && !ready; i++) {
		const struct value *one = value_element(waits, i);
		int64_t fd = -1;
		value_integer(value_member(one, "fd"), &fd);
		if (fd != descriptor->fd || value_count(value_member(one, "ready")) == 0)
			continue;
		if (value_has(value_member(one, "events"), "EPOLLET"))
			return false;
		ready = value_member(one, "ready");
	}
	for (size_t i = 0; i < value_count(ready) && length < 60; i++) {
		const char *event = value_text(value_element(ready, i), NULL);
		length += (size_t)snprintf(words + length, 80 - length, "%s%.18s", i > 0 ? "|" : "",
			event ? event : "?");
	}
	return length > 0;
}

static void report(struct busy *busy, const struct descriptor *descriptor)
{
	struct hint_search *search = busy->search;
	const struct vain *sum = &busy->sum;
	struct hint hint = hint_begin(search, sum->first);
	char ready[80] = "";

	hint_show(&hint, sum->last);
	hint.descriptor = descriptor;
	hint.lost_ns = busy->time_ns;
	if (sum->calls >= VAIN_CALLS) {
		const struct call *call = hint_call(search, sum->last_call);
		hint.times = sum->calls;
		hint_add(search, hint,
			"%zu calls in %s that %s%.30s, and nothing waited in between", sum->calls,
			hint_time(search, busy->time_ns),
			hint_term(
				search, call->error ? "returned " : "found the end of the stream"),
			call->error ? trace_word(search->trace, call->error) : "");
	} else if (read_ready(search, hint_call(search, sum->last), descriptor, ready)) {
		hint.times = sum->waits;
		hint_add(search, hint,
			"%zu waits in %s came back at once with %s, and nothing was done about it",
			sum->waits, hint_time(search, busy->time_ns), ready);
	}
}

static void look_at(struct busy *busy, const struct descriptor *descriptor)
{
	const struct hint_search *search = busy->search;
	struct vain vain = {.last_call = NO_CALL};

	if (descriptor->calls.count < VAIN_CALLS)
		return;
	busy->sum = vain;
	busy->time_ns = 0;
	for (size_t i = 0; i < descriptor->calls.count; i++) {
		uint32_t index = descriptor->calls.list[i];
		const struct call *call = hint_call(search, index);
		bool is_found = call->effect == EFFECT_WAIT && !call_is(call, CALL_FOUND_NONE) &&
				!call->error;
		enum use use = is_found ? USE_VAIN : use_of(search, call);
		if (use == USE_VAIN)
			add_vain(busy, descriptor, &vain, index);
		else if (use == USE_PROGRESS ||
			 (call->effect == EFFECT_WAIT && has_waited(search, call)))
			end_vain(busy, descriptor, &vain);
	}
	end_vain(busy, descriptor, &vain);
	if (busy->sum.calls + busy->sum.waits > 0)
		report(busy, descriptor);
}

/* Waits of a thread that found nothing at once, and no other call in between; and what all that
 * were enough of them come to. */
struct idle {
	uint32_t first, last;
	size_t count, sum;
	uint32_t sum_first, sum_last;
	int64_t time_ns;
};

static void end_idle(const struct hint_search *search, struct idle *idle)
{
	int64_t time_ns = idle->count == 0 ? 0
					   : call_end_ns(hint_call(search, idle->last)) -
						     hint_call(search, idle->first)->time_ns;

	if (idle->count >= IDLE_WAITS && time_ns / IDLE_EACH_NS <= (int64_t)idle->count) {
		if (idle->sum == 0)
			idle->sum_first = idle->first;
		idle->sum_last = idle->last;
		idle->sum += idle->count;
		quantity_add_up(&idle->time_ns, time_ns);
	}
	idle->count = 0;
}

static void report_idle(struct hint_search *search, const struct idle *idle)
{
	struct hint hint = hint_begin(search, idle->sum_first);

	hint.times = idle->sum;
	hint_show(&hint, idle->sum_last);
	hint.lost_ns = idle->time_ns;
	hint_add(search, hint, "%zu waits in %s had no time to wait, and found nothing", idle->sum,
		hint_time(search, idle->time_ns));
}

static bool is_idle(const struct hint_search *search, const struct call *call)
{
	return hint_has_reached_limit(call) && !has_waited(search, call);
}

static void find_idle_waits(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct id_map threads = {0};
	struct idle *list = NULL;
	size_t count = 0, capacity = 0, found = 0;

	for (uint32_t i = 0; i < trace->call_count; i++)
		found += is_idle(search, &trace->calls[i]);
	for (uint32_t i = 0; found >= IDLE_WAITS && i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		uintptr_t at = (uintptr_t)id_map_get(&threads, thread_key(call));
		if (at == 0 && is_idle(search, call)) {
			list = array_grow(list, count, &capacity, sizeof(*list));
			list[count++] = (struct idle){0};
			at = count;
			id_map_put(&threads, thread_key(call), (void *)at);
		}
		if (at == 0)
			continue;
		if (!is_idle(search, call)) {
			end_idle(search, &list[at - 1]);
			continue;
		}
		if (list[at - 1].count++ == 0)
			list[at - 1].first = i;
		list[at - 1].last = i;
	}
	for (size_t i = 0; i < count; i++) {
		end_idle(search, &list[i]);
		if (list[i].sum > 0)
			report_idle(search, &list[i]);
	}
	id_map_free(&threads);
	free(list);
}

/*
 * What is ready stays ready until somebody does something about it: poll(2), and epoll(7) unless it
 * is edge-triggered; and an end of stream, a call that would block, and a table that is full stay
 * what they are. A program that asks again at once takes a whole processor from others. What other
 * threads do with the socket counts as progress.
 */
void hint_find_busy_loop(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct busy busy = {.search = search};

	for (size_t i = 0; i < trace->socket_count; i++) {
		const struct descriptor *holder = trace->sockets[i]->holder;
		size_t holders = 0;
		for (const struct descriptor *one = holder; one && holders <= HOLDERS_LOOKED_AT;
			one = one->next_holder)
			holders++;
		for (; holder && holders <= HOLDERS_LOOKED_AT; holder = holder->next_holder)
			look_at(&busy, holder);
	}
	find_idle_waits(search);
	free(busy.rested);
}
