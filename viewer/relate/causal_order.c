/* SPDX-License-Identifier: MIT */
#include "viewer/relate/causal_order.h"

#include <stdlib.h>

#include "format/id_map.h"
#include "format/memory.h"

#define NOBODY UINT32_MAX

struct timestamp {
	int64_t time_ns;
	uint32_t call;
};

/* A topological order, in which of all calls whose causes are placed the earliest comes next. A
 * call is known by its rank: its position by time. */
struct sorter {
	const struct trace *trace;
	const struct links *links;
	uint32_t *call_of, *rank_of; /* owned */
	uint32_t *next_in_thread;    /* owned, by rank */
	uint32_t *causes;            /* owned, by rank: how many are not placed yet */
	bool *is_placed;             /* owned, by rank */
	uint32_t *heap;              /* owned: ranks, the lowest first */
	size_t heap_count;
	struct causal_order *order;
};

bool causal_order_is_cause(enum effect effect)
{
	return effect == EFFECT_SEND || effect == EFFECT_CONNECT || effect == EFFECT_CLOSE ||
	       effect == EFFECT_SHUTDOWN;
}

int64_t causal_order_time_ns(const struct call *call)
{
	return causal_order_is_cause((enum effect)call->effect) ? call->time_ns : call_end_ns(call);
}

static int compare_timestamps(const void *one, const void *other)
{
	const struct timestamp *a = one, *b = other;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return (a->call > b->call) - (a->call < b->call);
}

static void rank(struct sorter *sorter)
{
	size_t count = sorter->trace->call_count;
	struct timestamp *timestamps = xcalloc(count + 1, sizeof(*timestamps));

	for (size_t i = 0; i < count; i++)
		timestamps[i] = (struct timestamp){
			causal_order_time_ns(&sorter->trace->calls[i]), (uint32_t)i};
	qsort(timestamps, count, sizeof(*timestamps), compare_timestamps);
	for (size_t i = 0; i < count; i++) {
		sorter->call_of[i] = timestamps[i].call;
		sorter->rank_of[timestamps[i].call] = (uint32_t)i;
	}
	free(timestamps);
}

/* A thread does one thing after the other, also where the clocks of two traces differ. */
static void chain_threads(struct sorter *sorter)
{
	struct id_map last = {0};

	for (uint32_t i = 0; i < sorter->trace->call_count; i++) {
		const struct call *call = &sorter->trace->calls[sorter->call_of[i]];
		uint64_t thread = ((uint64_t)call->process->number << 32 | (uint32_t)call->tid) + 1;
		uint32_t *before = id_map_get(&last, thread);
		if (before) {
			*before = i;
			sorter->causes[i]++;
		}
		sorter->next_in_thread[i] = NOBODY;
		id_map_put(&last, thread, &sorter->next_in_thread[i]);
	}
	id_map_free(&last);
}

static void count_causes(struct sorter *sorter)
{
	for (size_t i = 0; i < sorter->links->count; i++) {
		const struct link *link = &sorter->links->list[i];
		if (link->from != NO_CALL && link->to != NO_CALL)
			sorter->causes[sorter->rank_of[link->to]]++;
	}
}

static void swap(uint32_t *one, uint32_t *other)
{
	uint32_t kept = *one;

	*one = *other;
	*other = kept;
}

static void heap_put(struct sorter *sorter, uint32_t rank)
{
	uint32_t *heap = sorter->heap;
	size_t at = sorter->heap_count++;

	heap[at] = rank;
	for (; at > 0 && heap[at] < heap[(at - 1) / 2]; at = (at - 1) / 2)
		swap(&heap[at], &heap[(at - 1) / 2]);
}

static uint32_t heap_take(struct sorter *sorter)
{
	uint32_t *heap = sorter->heap, lowest = heap[0];
	size_t at = 0, child;

	heap[0] = heap[--sorter->heap_count];
	while ((child = 2 * at + 1) < sorter->heap_count) {
		if (child + 1 < sorter->heap_count && heap[child + 1] < heap[child])
			child++;
		if (heap[at] <= heap[child])
			break;
		swap(&heap[at], &heap[child]);
		at = child;
	}
	return lowest;
}

static void release(struct sorter *sorter, uint32_t rank)
{
	if (!sorter->is_placed[rank] && --sorter->causes[rank] == 0)
		heap_put(sorter, rank);
}

static void place(struct sorter *sorter, uint32_t rank)
{
	uint32_t call = sorter->call_of[rank];
	const struct links *links = sorter->links;

	sorter->is_placed[rank] = true;
	sorter->order->calls[sorter->order->count++] = call;
	for (size_t i = links_from(links, call); i < links->count && links->list[i].from == call;
		i++)
		if (links->list[i].to != NO_CALL)
			release(sorter, sorter->rank_of[links->list[i].to]);
	if (sorter->next_in_thread[rank] != NOBODY)
		release(sorter, sorter->next_in_thread[rank]);
}

/* When each of those that are left waits for another one, which no true trace can say, the earliest
 * of them goes on. */
static void place_all(struct sorter *sorter)
{
	size_t count = sorter->trace->call_count, earliest = 0;

	for (uint32_t i = 0; i < count; i++)
		if (sorter->causes[i] == 0)
			heap_put(sorter, i);
	while (sorter->order->count < count) {
		if (sorter->heap_count > 0) {
			place(sorter, heap_take(sorter));
			continue;
		}
		while (sorter->is_placed[earliest])
			earliest++;
		place(sorter, (uint32_t)earliest);
	}
}

struct causal_order *causal_order_new(const struct trace *trace, const struct links *links)
{
	size_t room = trace->call_count + 1;
	struct sorter sorter = {.trace = trace,
		.links = links,
		.call_of = xcalloc(room, sizeof(*sorter.call_of)),
		.rank_of = xcalloc(room, sizeof(*sorter.rank_of)),
		.next_in_thread = xcalloc(room, sizeof(*sorter.next_in_thread)),
		.causes = xcalloc(room, sizeof(*sorter.causes)),
		.is_placed = xcalloc(room, sizeof(*sorter.is_placed)),
		.heap = xcalloc(room, sizeof(*sorter.heap)),
		.order = xcalloc(1, sizeof(*sorter.order))};

	sorter.order->calls = xcalloc(room, sizeof(*sorter.order->calls));
	rank(&sorter);
	chain_threads(&sorter);
	count_causes(&sorter);
	place_all(&sorter);
	free(sorter.call_of);
	free(sorter.rank_of);
	free(sorter.next_in_thread);
	free(sorter.causes);
	free(sorter.is_placed);
	free(sorter.heap);
	return sorter.order;
}

void causal_order_free(struct causal_order *order)
{
	if (!order)
		return;
	free(order->calls);
	free(order);
}
