/* SPDX-License-Identifier: MIT */
#include "viewer/layout/sequence.h"

#include <stdlib.h>

const char *const arrow_names[ARROW_COUNT] = {
	[ARROW_NONE] = "none",
	[ARROW_WHOLE] = "whole",
	[ARROW_LEAVES] = "leaves",
	[ARROW_ARRIVES] = "arrives",
	[ARROW_BREAKS] = "breaks",
};

void sequence_free(struct sequence *sequence)
{
	for (size_t i = 0; i < sequence->lifeline_count; i++)
		free(sequence->lifelines[i].address);
	free(sequence->lifelines);
	free(sequence->steps);
	free(sequence->folds);
	free(sequence->waits);
	free(sequence);
}

uint32_t step_call(const struct step *step, enum step_end at)
{
	if (at == AT_TO)
		return step->to_call;
	return step->arrow == ARROW_ARRIVES ? NO_CALL : step->from_call;
}

uint32_t step_first_call(const struct step *step)
{
	uint32_t call = step_call(step, AT_FROM);

	return call != NO_CALL ? call : step->to_call;
}

uint32_t sequence_number(const struct sequence *sequence, const struct step *step)
{
	return sequence->connection_count > 1 ? step->connection : 0;
}

bool sequence_is_closed(const struct sequence *sequence, const struct step *step)
{
	size_t index = (size_t)(step - sequence->steps);

	return step->kind == STEP_LOOP && step->other != NO_STEP &&
	       sequence->steps[step->other].kind == STEP_LOOP &&
	       (step->other == index + 1 || step->other + 1 == index);
}
