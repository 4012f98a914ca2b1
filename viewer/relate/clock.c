/* SPDX-License-Identifier: MIT */
#include "viewer/relate/clock.h"

#include <stdlib.h>

#include "format/memory.h"
#include "viewer/model/model.h"

/* The bounds of the later trace's shift against the earlier one's. */
struct bounds {
	int64_t low, high;
};

static struct bounds *bounds_of(
	struct bounds *all, const struct trace *trace, size_t one, size_t other)
{
	return &all[one * trace->part_count + other];
}

static void bound(struct bounds *all, const struct trace *trace, const struct call *from,
	const struct call *to)
{
	int64_t late;

	/* The effect is not over before the cause begins. */
	if (__builtin_sub_overflow(from->time_ns, call_end_ns(to), &late))
		return;
	if (from->source < to->source) {
		struct bounds *bounds = bounds_of(all, trace, from->source, to->source);
		if (late > bounds->low)
			bounds->low = late;
	} else {
		struct bounds *bounds = bounds_of(all, trace, to->source, from->source);
		if (-late < bounds->high && late != INT64_MIN)
			bounds->high = -late;
	}
}

static struct bounds *find_bounds(const struct trace *trace, const struct links *links)
{
	size_t count = trace->part_count * trace->part_count;
	struct bounds *all = xcalloc(count, sizeof(*all));

	for (size_t i = 0; i < count; i++)
		all[i] = (struct bounds){INT64_MIN, INT64_MAX};
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->list[i];
		if (link->from == NO_CALL || link->to == NO_CALL || link->kind == LINK_FAILED)
			continue;
		const struct call *from = &trace->calls[link->from], *to = &trace->calls[link->to];
		if (from->source != to->source)
			bound(all, trace, from, to);
	}
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

static void shift_part(struct trace *trace, size_t part, int64_t shift_ns)
{
	for (size_t i = 0; i < trace->call_count; i++)
		if (trace->calls[i].source == part)
			move(&trace->calls[i].time_ns, shift_ns);
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		struct descriptor *descriptor = trace->descriptors[i];
		if (descriptor->process->part != part)
			continue;
		move(&descriptor->born_ns, shift_ns);
		move(&descriptor->ended_ns, shift_ns);
	}
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

/* Each trace is put right against the first one before it that it is connected with. */
void clock_correct(struct trace *trace, const struct links *links)
{
	struct bounds *all = find_bounds(trace, links);
	for (size_t i = 1; i < trace->part_count; i++) {
		int64_t *shift_ns = &trace->parts[i].correction_ns;
		for (size_t other = 0; other < i && *shift_ns == 0; other++) {
			int64_t own = shift_within(bounds_of(all, trace, other, i));
			if (own == 0 || __builtin_add_overflow(
						own, trace->parts[other].correction_ns, shift_ns))
				*shift_ns = 0;
		}
		if (*shift_ns == INT64_MIN)
			*shift_ns = 0;
		if (*shift_ns != 0)
			shift_part(trace, i, *shift_ns);
	}
	find_extent(trace);
	free(all);
}

void clock_forget(struct trace *trace)
{
	for (size_t i = 1; i < trace->part_count; i++) {
		if (trace->parts[i].correction_ns != 0)
			shift_part(trace, i, -trace->parts[i].correction_ns);
		trace->parts[i].correction_ns = 0;
	}
}
