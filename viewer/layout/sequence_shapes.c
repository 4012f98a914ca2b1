/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/sequence_builder.h"
#include "viewer/wording/describe.h"

static enum step_kind kind_of(const struct step *step)
{
	if (step->from == NO_LIFELINE || step->to == NO_LIFELINE || step->arrow == ARROW_NONE)
		return step->arrow == ARROW_BREAKS ? STEP_DEAD_END : STEP_ALONE;
	return step->from == step->to ? STEP_LOOP : STEP_ARROW;
}

static enum cargo cargo_of(const struct trace *trace, const struct step *step)
{
	uint32_t first = step_first_call(step);

	if (first != NO_CALL && (step->link == LINK_DATA || step->link == LINK_LOST) &&
		(call_has_moved(&trace->calls[first], EFFECT_SEND) ||
			call_has_moved(&trace->calls[first], EFFECT_RECEIVE)))
		return CARGO_BYTES;
	return step->from_call != NO_CALL && trace->calls[step->from_call].effect == EFFECT_CONNECT
		       ? CARGO_ADDRESS
		       : CARGO_NONE;
}

static enum style style_of(const struct trace *trace, const struct step *step)
{
	uint32_t index = step->from_call != NO_CALL ? step->from_call : step->to_call;

	if (step->arrow == ARROW_BREAKS || step->link == LINK_FAILED)
		return STYLE_ERROR;
	if (step->ended_by)
		return STYLE_RELEASE;
	if (step->cargo == CARGO_BYTES)
		return STYLE_SEND;
	return index == NO_CALL ? STYLE_PLAIN : describe_call_style(trace, &trace->calls[index]);
}

void sequence_shape(struct sequence *sequence)
{
	for (size_t i = 0; i < sequence->step_count; i++) {
		struct step *step = &sequence->steps[i];
		step->kind = (uint8_t)kind_of(step);
		step->cargo = (uint8_t)cargo_of(sequence->trace, step);
		step->style = (uint8_t)style_of(sequence->trace, step);
		step->is_broken = step->kind != STEP_ALONE &&
				  (step->arrow == ARROW_BREAKS || step->link == LINK_FAILED);
	}
}

void sequence_join(struct sequence *sequence)
{
	const struct call *calls = sequence->trace->calls;
	/* By call: the step that it begins, plus one. */
	uint32_t *begun_in = xcalloc(sequence->trace->call_count + 1, sizeof(*begun_in));

	for (uint32_t i = 0; i < sequence->step_count; i++) {
		struct step *step = &sequence->steps[i];
		step->other = NO_STEP;
		if (step->from_call == NO_CALL)
			continue;
		if (step->arrow != ARROW_ARRIVES) {
			begun_in[step->from_call] = i + 1;
			continue;
		}
		if (begun_in[step->from_call] == 0)
			continue;
		step->other = begun_in[step->from_call] - 1;
		struct step *before = &sequence->steps[step->other];
		if (before->arrow == ARROW_LEAVES && before->other == NO_STEP)
			before->other = i;
		step->is_repeated = step->cargo == CARGO_BYTES && step->source_count <= 1 &&
				    calls[step->from_call].bytes == step->bytes;
	}
	free(begun_in);
}
