/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/sequence_builder.h"

/* A connection in the figure. */
struct passage {
	size_t first, last; /* steps */
	uint32_t number;    /* counts from 1; 0: nothing goes on between two lifelines */
	uint8_t phase;      /* enum phase */
	bool has_arrows;
};

/* A step that says where a phase begins. */
struct rule {
	size_t before; /* the number of a step */
	struct step step;
};

struct phases {
	struct sequence *sequence;
	struct passage *passages;    /* owned, by the builder's number */
	size_t active, active_in[4]; /* connections; of them in each phase */
	uint8_t ruled;               /* the phase that the last rule names */
	struct rule *rules;          /* owned */
	size_t count, capacity;
};

/* The phase that the step's call stands in; of an accept that of the connection that it made. */
static enum phase phase_of(const struct phases *phases, const struct step *step)
{
	uint32_t index = step_first_call(step);
	const struct call *call = index == NO_CALL ? NULL : &phases->sequence->trace->calls[index];

	if (!call)
		return step->ended_by ? PHASE_RELEASE : PHASE_NONE;
	return call->effect == EFFECT_ACCEPT ? PHASE_ESTABLISHMENT : (enum phase)call->phase;
}

/* Connections get their numbers in the order in which they appear. */
static void number(struct phases *phases)
{
	struct sequence *sequence = phases->sequence;
	struct passage *passages = phases->passages;

	for (size_t i = 0; i < sequence->step_count; i++) {
		const struct step *step = &sequence->steps[i];
		struct passage *connection = &passages[step->connection];
		if (step->connection == 0)
			continue;
		connection->has_arrows |= step->arrow != ARROW_NONE;
		connection->last = i;
	}
	for (size_t i = 0; i < sequence->step_count; i++) {
		struct passage *connection = &passages[sequence->steps[i].connection];
		if (!connection->has_arrows || connection->number != 0)
			continue;
		connection->number = (uint32_t)++sequence->connection_count;
		connection->first = i;
	}
}

/* A rule stands where all connections that go on are in the same phase. */
static void rule(struct phases *phases, size_t before, const struct passage *of)
{
	struct step step = {.kind = STEP_PHASE,
		.phase = of->phase,
		.connection = phases->active == 1 ? of->number : 0,
		.from = NO_LIFELINE,
		.to = NO_LIFELINE,
		.from_call = NO_CALL,
		.to_call = NO_CALL,
		.other = NO_STEP,
		.time_ns = phases->sequence->steps[before].time_ns};

	if (of->phase == PHASE_NONE || of->phase == phases->ruled ||
		phases->active_in[of->phase] != phases->active)
		return;
	phases->ruled = of->phase;
	phases->rules =
		array_grow(phases->rules, phases->count, &phases->capacity, sizeof(*phases->rules));
	phases->rules[phases->count++] = (struct rule){before, step};
}

static void go_on(struct phases *phases, struct passage *connection, size_t at)
{
	struct step *step = &phases->sequence->steps[at];
	enum phase now = phase_of(phases, step);
	uint8_t phase = now > connection->phase ? (uint8_t)now : connection->phase;

	if (at == connection->first) {
		if (phases->active++ == 0)
			phases->ruled = PHASE_NONE;
	} else {
		phases->active_in[connection->phase]--;
	}
	connection->phase = phase;
	phases->active_in[phase]++;
	rule(phases, at, connection);
	step->phase = phase;
	if (at == connection->last) {
		phases->active--;
		phases->active_in[phase]--;
	}
}

/* From the last one on, so that the steps, of which there may be many, move at once. */
static void insert_rules(struct sequence *sequence, const struct rule *rules, size_t count)
{
	size_t from = sequence->step_count, to = from + count;

	if (count == 0)
		return;
	sequence->steps = xrealloc(sequence->steps, to * sizeof(*sequence->steps));
	sequence->step_count = sequence->step_capacity = to;
	while (count > 0) {
		while (from > rules[count - 1].before)
			sequence->steps[--to] = sequence->steps[--from];
		sequence->steps[--to] = rules[--count].step;
	}
}

void sequence_mark_phases(struct sequence *sequence)
{
	struct phases phases = {.sequence = sequence};

	phases.passages = xcalloc(sequence->trace->connection_count + 1, sizeof(*phases.passages));
	number(&phases);
	for (size_t i = 0; i < sequence->step_count; i++) {
		struct step *step = &sequence->steps[i];
		struct passage *connection = &phases.passages[step->connection];
		if (connection->number != 0)
			go_on(&phases, connection, i);
		step->connection = connection->number;
	}
	insert_rules(sequence, phases.rules, phases.count);
	free(phases.rules);
	free(phases.passages);
}
