/* SPDX-License-Identifier: MIT */
#include "viewer/layout/sequence.h"

#include <stdlib.h>

void sequence_free(struct sequence *sequence)
{
	for (size_t i = 0; i < sequence->lifeline_count; i++)
		free(sequence->lifelines[i].address);
	free(sequence->lifelines);
	free(sequence->steps);
	free(sequence);
}

static const struct call *call_of(const struct trace *trace, const struct step *step)
{
	bool is_begun_here = step->arrow != ARROW_ARRIVES && step->from_call != NO_CALL;
	uint32_t index = is_begun_here ? step->from_call : step->to_call;

	return index == NO_CALL ? NULL : &trace->calls[index];
}

bool step_is_transfer(const struct trace *trace, const struct step *step)
{
	const struct call *call = step->kind == STEP_CALLS ? call_of(trace, step) : NULL;

	return call && (step->link == LINK_DATA || step->link == LINK_LOST) &&
	       (call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE));
}
