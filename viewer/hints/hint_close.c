/* SPDX-License-Identifier: MIT */
/* The rule about numbers that are closed although they are not the program's any more. */
#include <inttypes.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"

/* The last two closes of a number that worked; NO_CALL: there were not so many. */
struct closes {
	uint32_t last, before;
};

/* What came of it in a process. */
struct closed_again {
	struct hint hint;
	uint32_t again;    /* the first call that found nothing at the number */
	uint32_t stolen;   /* the close of what was another thread's */
	uint32_t previous; /* the last close of a thread that found nothing, whatever came of it */
	bool has_counted;  /* that one was told of */
	bool has_stolen;   /* the number had become another thread's in between */
};

struct close_search {
	struct hint_search *search;
	struct closes *list; /* owned */
	size_t count, capacity;
	struct id_map by_number; /* of a process: where in the list, plus one */
	struct closed_again *of; /* owned: by process */
};

static uint64_t number_key(const struct call *call)
{
	return (uint64_t)call->process->number << 32 | (uint32_t)call->fd | UINT64_C(1) << 63;
}

static void learn_close(struct close_search *closing, uint32_t index)
{
	uint64_t key = number_key(hint_call(closing->search, index));
	uintptr_t number = (uintptr_t)id_map_get(&closing->by_number, key);

	if (number == 0) {
		closing->list = array_grow(
			closing->list, closing->count, &closing->capacity, sizeof(*closing->list));
		closing->list[closing->count++] = (struct closes){NO_CALL, NO_CALL};
		number = closing->count;
		id_map_put(&closing->by_number, key, (void *)number);
	}
	struct closes *closes = &closing->list[number - 1];
	*closes = (struct closes){index, closes->last};
}

/* The thread that closed the number had closed it before, and another one has made what was there
 * now, with which the first had nothing to do. */
static bool has_stolen(const struct close_search *closing, const struct closes *closes)
{
	const struct hint_search *search = closing->search;
	const struct call *last = hint_call(search, closes->last);
	const struct descriptor *descriptor = last->descriptor;

	if (closes->before == NO_CALL || hint_call(search, closes->before)->tid != last->tid ||
		descriptor->made_by == NO_CALL ||
		hint_call(search, descriptor->made_by)->tid == last->tid ||
		descriptor->born_ns < call_end_ns(hint_call(search, closes->before)))
		return false;
	for (size_t i = 0; i < descriptor->calls.count && i < HINT_CALLS; i++)
		if (descriptor->calls.list[i] != closes->last &&
			hint_call(search, descriptor->calls.list[i])->tid == last->tid)
			return false;
	return true;
}

/* Between two calls of a thread so many are looked at. */
#define CALLS_LOOKED_AT 64

/* A program that closes all numbers there may be, one after the other, does not think that they are
 * its own. */
static bool is_sweep(const struct hint_search *search, uint32_t previous, uint32_t index)
{
	const struct call *call = hint_call(search, index);

	if (previous == NO_CALL || index - previous > CALLS_LOOKED_AT ||
		hint_call(search, previous)->tid != call->tid ||
		hint_call(search, previous)->fd >= call->fd)
		return false;
	for (uint32_t i = previous + 1; i < index; i++)
		if (hint_call(search, i)->tid == call->tid &&
			hint_call(search, i)->effect != EFFECT_CLOSE)
			return false;
	return true;
}

static void look_at(struct close_search *closing, uint32_t index)
{
	struct hint_search *search = closing->search;
	const struct call *call = hint_call(search, index);
	struct closed_again *again = &closing->of[call->process->number];
	uintptr_t number = (uintptr_t)id_map_get(&closing->by_number, number_key(call));
	const struct closes *closes = number ? &closing->list[number - 1] : NULL;
	bool is_close = call->effect == EFFECT_CLOSE;

	if (!closes)
		return;
	bool stolen = has_stolen(closing, closes);
	bool counts = stolen && call->tid != hint_call(search, closes->last)->tid;
	if (is_close) {
		bool is_swept = is_sweep(search, again->previous, index);
		if (is_swept && again->has_counted && --again->hint.times == 0)
			again->hint.call_count = 0;
		/* One that is about to run another program closes what that is not to have. */
		counts = !is_swept && call->process->executed_ns <= call->time_ns;
		again->previous = index;
		again->has_counted = counts;
	}
	if (!counts)
		return;
	if (again->hint.call_count > 0) {
		again->hint.times++;
		return;
	}
	again->again = index;
	again->has_stolen = stolen && call->tid != hint_call(search, closes->last)->tid;
	again->hint = hint_begin(search, again->has_stolen ? closes->before : closes->last);
	if (again->has_stolen) {
		hint_show(&again->hint, hint_call(search, closes->last)->descriptor->made_by);
		hint_show(&again->hint, closes->last);
		again->stolen = closes->last;
	}
	hint_show(&again->hint, index);
}

static void report(struct hint_search *search, const struct closed_again *again)
{
	if (again->hint.call_count == 0)
		return;
	const struct call *first = hint_call(search, again->hint.calls[0]);
	const struct call *call = hint_call(search, again->again);
	if (again->has_stolen) {
		hint_speaks_of(search, hint_call(search, again->stolen)->descriptor->socket);
		hint_add(search, again->hint,
			"thread %" PRId32 " closed fd %" PRId32
			" twice, and the second time it was "
			"thread %" PRId32 "'s: EBADF",
			first->tid, first->fd, call->tid);
	} else if (first->tid != call->tid)
		hint_add(search, again->hint,
			"thread %" PRId32 " closed fd %" PRId32 ", and thread %" PRId32
			" closed it again: EBADF",
			first->tid, first->fd, call->tid);
	else
		hint_add(search, again->hint,
			"fd %" PRId32 " was closed, and %s later closed again: EBADF", first->fd,
			hint_time(search, call->time_ns - call_end_ns(first)));
}

/*
 * A number that is closed is given to whatever is opened next, by any thread: close(2), open(2). A
 * program that closes it twice closes, sooner or later, what is another's. Here the second close
 * found nothing (EBADF), or another thread found its own descriptor closed.
 */
void hint_find_double_close(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	uint32_t bad = string_table_find(&trace->strings, "EBADF");
	struct close_search closing = {.search = search};

	if (bad == NO_STRING)
		return;
	closing.of = xcalloc(trace->process_count + 1, sizeof(*closing.of));
	for (size_t i = 0; i < trace->process_count; i++)
		closing.of[i].previous = NO_CALL;
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->fd < 0)
			continue;
		if (call->error == bad && !call->descriptor)
			look_at(&closing, i);
		else if (call->effect == EFFECT_CLOSE && call->descriptor &&
			 !call_is(call, CALL_UNFINISHED))
			learn_close(&closing, i);
	}
	for (size_t i = 0; i < trace->process_count; i++)
		report(search, &closing.of[i]);
	id_map_free(&closing.by_number);
	free(closing.list);
	free(closing.of);
}
