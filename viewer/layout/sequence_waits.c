/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/sequence_builder.h"

struct wait_finder {
	struct sequence *sequence;
	int64_t *latest; /* owned: of the steps up to each one, so that it can be searched */
	size_t *next;    /* owned, by lifeline: the step after its last one */
};

/* The call waited for what the step brings: that was done after it had begun. Of what is not in the
 * trace only its length says so. */
static bool has_blocked(const struct trace *trace, const struct step *step)
{
	const struct call *call = step->to_call == NO_CALL ? NULL : &trace->calls[step->to_call];

	if (!call || (call->effect != EFFECT_ACCEPT && call->effect != EFFECT_RECEIVE))
		return false;
	if (step->from_call == NO_CALL)
		return call_has_waited(call);
	return trace->calls[step->from_call].time_ns > call->time_ns;
}

/* A call that never returned has no step behind it. */
static bool is_blocked(const struct trace *trace, const struct step *step)
{
	uint32_t call = step_first_call(step);

	return call != NO_CALL && call_is(&trace->calls[call], CALL_UNFINISHED) &&
	       call_can_wait((enum effect)trace->calls[call].effect);
}

static size_t first_after(const struct wait_finder *waits, size_t low, size_t high, int64_t time_ns)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (waits->latest[middle] <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add(struct wait_finder *waits, uint32_t lifeline, size_t first, size_t last)
{
	struct sequence *sequence = waits->sequence;

	sequence->waits = array_grow(sequence->waits, sequence->wait_count,
		&sequence->wait_capacity, sizeof(*sequence->waits));
	sequence->waits[sequence->wait_count++] = (struct sequence_wait){lifeline, first, last};
}

static void see_step(struct wait_finder *waits, size_t at)
{
	const struct sequence *sequence = waits->sequence;
	const struct step *step = &sequence->steps[at];

	if (has_blocked(sequence->trace, step))
		add(waits, step->to,
			first_after(waits, waits->next[step->to], at,
				sequence->trace->calls[step->to_call].time_ns),
			at);
	else if (is_blocked(sequence->trace, step))
		add(waits, step->from != NO_LIFELINE ? step->from : step->to, at,
			sequence->step_count - 1);
	/* What only points at a lifeline is no step of its own. */
	if (step->from != NO_LIFELINE && step_call(step, AT_FROM) != NO_CALL)
		waits->next[step->from] = at + 1;
	if (step->to != NO_LIFELINE && step_call(step, AT_TO) != NO_CALL)
		waits->next[step->to] = at + 1;
}

static int by_first(const void *one, const void *other)
{
	const struct sequence_wait *a = one, *b = other;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->lifeline > b->lifeline) - (a->lifeline < b->lifeline);
}

void sequence_find_waits(struct sequence *sequence)
{
	struct wait_finder waits = {.sequence = sequence,
		.latest = xcalloc(sequence->step_count + 1, sizeof(*waits.latest)),
		.next = xcalloc(sequence->lifeline_count + 1, sizeof(*waits.next))};

	for (size_t i = 0; i < sequence->step_count; i++) {
		int64_t before = i > 0 ? waits.latest[i - 1] : INT64_MIN;
		int64_t time_ns = sequence->steps[i].time_ns;
		waits.latest[i] = time_ns > before ? time_ns : before;
	}
	for (size_t i = 0; i < sequence->step_count; i++)
		see_step(&waits, i);
	if (sequence->wait_count > 1)
		qsort(sequence->waits, sequence->wait_count, sizeof(*sequence->waits), by_first);
	free(waits.latest);
	free(waits.next);
}
