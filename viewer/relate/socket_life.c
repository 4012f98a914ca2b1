/* SPDX-License-Identifier: MIT */
#include "viewer/relate/socket_life.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/term/quantity.h"

static void add(struct life *life, struct life_event event)
{
	life->list = array_grow(life->list, life->count, &life->capacity, sizeof(*life->list));
	life->list[life->count++] = event;
}

static void add_begin(
	struct life *life, const struct selection *selection, const struct descriptor *descriptor)
{
	const struct call *maker = descriptor_maker(selection->trace, descriptor);

	add(life, (struct life_event){.kind = LIFE_BEGIN,
			  .time_ns = descriptor->born_ns,
			  .descriptor = descriptor,
			  .call = maker,
			  .is_left_out =
				  maker && !selection_has_call(selection, descriptor->made_by)});
}

static void add_calls(
	struct life *life, const struct selection *selection, const struct descriptor *descriptor)
{
	for (size_t i = 0; i < descriptor->calls.count; i++) {
		uint32_t index = descriptor->calls.list[i];
		const struct call *call = &selection->trace->calls[index];
		/* Waits are made on none. */
		if (call->descriptor == descriptor)
			add(life, (struct life_event){.kind = LIFE_CALL,
					  .time_ns = call_end_ns(call),
					  .descriptor = descriptor,
					  .call = call,
					  .is_left_out = !selection_has_call(selection, index)});
	}
}

static void add_end(struct life *life, const struct descriptor *descriptor)
{
	if (descriptor->ended_by)
		add(life, (struct life_event){.kind = LIFE_END,
				  .time_ns = descriptor->ended_ns,
				  .descriptor = descriptor});
}

/* A copy of a descriptor begins in a call on the one that it is copied from: that comes first, and
 * is then told as the copy's beginning. */
static int by_time(const void *a, const void *b)
{
	const struct life_event *left = a, *right = b;

	if (left->time_ns != right->time_ns)
		return left->time_ns < right->time_ns ? -1 : 1;
	if (left->call != right->call)
		return left->call < right->call ? -1 : 1;
	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return (left->descriptor->number > right->descriptor->number) -
	       (left->descriptor->number < right->descriptor->number);
}

static bool is_told_already(const struct life_event *event, const struct life_event *before)
{
	return before && event->kind == LIFE_CALL && event->call == before->call;
}

static bool is_transfer(const struct call *call)
{
	return call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE);
}

/* Limits of time are longer than this, SO_RCVTIMEO of socket(7), and what a busy machine adds to a
 * call is shorter. */
#define LIMIT_NS 10000000

/* It said at once that there is nothing to take, or no room; one that waited first has come to its
 * limit of time. */
static bool would_block(const struct life *life, const struct call *call)
{
	return call_is(call, CALL_PENDING) && call->duration_ns < LIMIT_NS &&
	       strcmp(trace_word(life->trace, call->error), "EAGAIN") == 0;
}

static enum life_kind run_of(const struct life *life, const struct life_event *event, bool is_full)
{
	const struct call *call = event->call;

	if (event->kind != LIFE_CALL || is_full)
		return event->kind;
	if (is_transfer(call) || (effect_transfers(call->effect) && would_block(life, call)))
		return LIFE_TRANSFERS;
	return call->effect == EFFECT_ACCEPT &&
			       (call_is(call, CALL_MAKES) || would_block(life, call))
		       ? LIFE_ACCEPTS
		       : LIFE_CALL;
}

static void count_in(struct life_event *run, const struct call *call)
{
	bool is_send = call->effect == EFFECT_SEND;

	if (call_is(call, CALL_PENDING)) {
		run->blocked++;
		return;
	}
	*(is_send ? &run->sends : &run->count) += 1;
	if (call->bytes > 0)
		quantity_add_up(is_send ? &run->bytes_out : &run->bytes_in, call->bytes);
}

/* One call that would block is told as it is. */
static bool is_run_of_none(const struct life_event *event)
{
	return (event->kind == LIFE_TRANSFERS || event->kind == LIFE_ACCEPTS) &&
	       event->sends + event->count == 0 && event->blocked == 1;
}

static void count_open(size_t *open, const struct life_event *event)
{
	bool is_close = event->kind == LIFE_CALL && event->call->effect == EFFECT_CLOSE &&
			!call_is(event->call, CALL_UNFINISHED);

	if (event->kind == LIFE_BEGIN)
		*open += 1;
	else if ((event->kind == LIFE_END || is_close) && *open > 0)
		*open -= 1;
}

/* Puts the events that are told to the front of the list. */
static void make_runs(struct life *life, bool is_full)
{
	size_t told = 0, open = 0;
	struct life_event *shown = NULL; /* the last one that the user asked for */

	for (size_t i = 0; i < life->count; i++) {
		struct life_event event = life->list[i];
		if (is_told_already(&event, told > 0 ? &life->list[told - 1] : NULL))
			continue;
		event.kind = run_of(life, &event, is_full);
		bool is_run = (event.kind == LIFE_TRANSFERS || event.kind == LIFE_ACCEPTS) &&
			      !event.is_left_out;
		if (is_run && shown && shown->kind == event.kind) {
			count_in(shown, event.call);
			continue;
		}
		count_open(&open, &event);
		event.open = open;
		if (is_run)
			count_in(&event, event.call);
		life->list[told] = event;
		shown = event.is_left_out ? shown : &life->list[told];
		told++;
	}
	life->count = told;
	for (size_t i = 0; i < told; i++)
		if (is_run_of_none(&life->list[i]))
			life->list[i].kind = LIFE_CALL;
}

struct life life_of(const struct selection *selection, const struct socket *socket, bool is_full)
{
	struct life life = {.trace = selection->trace};

	for (const struct descriptor *holder = socket->holder; holder;
		holder = holder->next_holder) {
		add_begin(&life, selection, holder);
		add_calls(&life, selection, holder);
		add_end(&life, holder);
	}
	if (life.count > 1)
		qsort(life.list, life.count, sizeof(*life.list), by_time);
	make_runs(&life, is_full);
	return life;
}

void life_free(struct life *life)
{
	free(life->list);
}
