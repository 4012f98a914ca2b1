/* SPDX-License-Identifier: MIT */
#include "viewer/relate/clock.h"

#include <stdlib.h>

#include "format/memory.h"
#include "viewer/model/model.h"

/* The bounds of the shift of the part `late` against the part `early`, by one link or by all. */
struct bounds {
	uint32_t early, late;
	int64_t low, high;
};

/* Of those pairs only that links join: with many parts there are few. */
struct bounds_list {
	struct bounds *list; /* owned */
	size_t count, capacity;
};

static void bound(struct bounds_list *all, const struct call *from, const struct call *to)
{
	int64_t late_ns;

	/* The effect is not over before the cause begins. */
	if (__builtin_sub_overflow(from->time_ns, call_end_ns(to), &late_ns))
		return;
	struct bounds bounds = {from->process->part, to->process->part, late_ns, INT64_MAX};
	if (from->process->part > to->process->part) {
		if (late_ns == INT64_MIN)
			return;
		bounds = (struct bounds){
			to->process->part, from->process->part, INT64_MIN, -late_ns};
	}
	APPEND(all->list, all->count, all->capacity, bounds);
}

static int compare_bounds(const void *one, const void *other)
{
	const struct bounds *a = one, *b = other;

	if (a->late != b->late)
		return a->late < b->late ? -1 : 1;
	return (a->early > b->early) - (a->early < b->early);
}

/* What several links say of the same two parts becomes one. */
static void unite(struct bounds_list *all)
{
	size_t count = 0;

	if (all->count > 1)
		qsort(all->list, all->count, sizeof(*all->list), compare_bounds);
	for (size_t i = 0; i < all->count; i++) {
		const struct bounds *one = &all->list[i];
		if (count == 0 || compare_bounds(&all->list[count - 1], one) != 0) {
			all->list[count++] = *one;
			continue;
		}
		struct bounds *known = &all->list[count - 1];
		known->low = one->low > known->low ? one->low : known->low;
		known->high = one->high < known->high ? one->high : known->high;
	}
	all->count = count;
}

static struct bounds_list find_bounds(const struct trace *trace, const struct links *links)
{
	struct bounds_list all = {0};

	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->list[i];
		if (link->from == NO_CALL || link->to == NO_CALL || link->kind == LINK_FAILED)
			continue;
		const struct call *from = &trace->calls[link->from], *to = &trace->calls[link->to];
		if (from->process->part != to->process->part)
			bound(&all, from, to);
	}
	unite(&all);
	return all;
}

/* 0 where nothing speaks against it. */
static int64_t shift_within(const struct bounds *bounds)
{
	bool has_low = bounds->low != INT64_MIN, has_high = bounds->high != INT64_MAX;

	if ((!has_low || bounds->low <= 0) && (!has_high || bounds->high >= 0))
		return 0;
	if (has_low && has_high)
		return bounds->low / 2 + bounds->high / 2;
	return has_low ? bounds->low : bounds->high;
}

static void move(int64_t *time_ns, int64_t shift_ns)
{
	if (*time_ns != INT64_MAX)
		*time_ns = model_shifted(*time_ns, shift_ns);
}

/* Each part by its correction, or back. */
static void shift_parts(struct trace *trace, int sign)
{
	for (size_t i = 0; i < trace->call_count; i++) {
		struct call *call = &trace->calls[i];
		move(&call->time_ns, sign * trace->parts[call->process->part].correction_ns);
	}
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		struct descriptor *descriptor = trace->descriptors[i];
		int64_t shift_ns = sign * trace->parts[descriptor->process->part].correction_ns;
		move(&descriptor->born_ns, shift_ns);
		move(&descriptor->ended_ns, shift_ns);
	}
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		for (size_t j = 0; j < socket->report_count; j++)
			move(&socket->reports[j].time_ns,
				sign * trace->parts[socket->part].correction_ns);
	}
	for (size_t i = 0; i < trace->key_count; i++)
		move(&trace->keys[i].time_ns,
			sign * trace->parts[trace->keys[i].part].correction_ns);
}

static void find_extent(struct trace *trace)
{
	if (trace->call_count == 0)
		return;
	trace->begin_ns = INT64_MAX;
	trace->end_ns = INT64_MIN;
	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->time_ns < trace->begin_ns)
			trace->begin_ns = call->time_ns;
		if (call_end_ns(call) > trace->end_ns)
			trace->end_ns = call_end_ns(call);
	}
}

/* Each part is put right against the first one before it that it is connected with. */
void clock_correct(struct trace *trace, const struct links *links)
{
	struct bounds_list all = find_bounds(trace, links);

	for (size_t i = 0; i < all.count; i++) {
		const struct bounds *bounds = &all.list[i];
		int64_t *shift_ns = &trace->parts[bounds->late].correction_ns;
		int64_t own = *shift_ns == 0 ? shift_within(bounds) : 0;
		if (own != 0 && (__builtin_add_overflow(own,
					 trace->parts[bounds->early].correction_ns, shift_ns) ||
					*shift_ns == INT64_MIN))
			*shift_ns = 0;
	}
	free(all.list);
	shift_parts(trace, 1);
	find_extent(trace);
}

void clock_forget(struct trace *trace)
{
	shift_parts(trace, -1);
	for (size_t i = 0; i < trace->part_count; i++)
		trace->parts[i].correction_ns = 0;
}
