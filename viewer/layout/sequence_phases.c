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
	bool *is_preparing;       /* owned, by call: of a socket that listens then, or connects */
	struct passage *passages; /* owned, by the builder's number */
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

/* Of sockets that listen, or have asked for a connection: what is done before, and changes nothing
 * between two ends. */
static void learn_preparations(struct phases *phases)
{
	const struct trace *trace = phases->sequence->trace;

	phases->is_preparing = xcalloc(trace->call_count + 1, sizeof(*phases->is_preparing));
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		const struct socket *socket = descriptor->socket;
		const struct call *maker = descriptor_maker(trace, descriptor);
		if (socket->direction != DIRECTION_LISTENING &&
			!(socket->connection && socket->connection->opener == socket))
			continue;
		if (maker && maker->effect == EFFECT_CREATE)
			phases->is_preparing[descriptor->made_by] = true;
		for (size_t j = 0; j < descriptor->calls.count; j++) {
			enum effect effect =
				(enum effect)descriptor_call(trace, descriptor, j)->effect;
			phases->is_preparing[descriptor->calls.list[j]] |=
				effect == EFFECT_BIND || effect == EFFECT_LISTEN ||
				effect == EFFECT_OPTION || effect == EFFECT_QUERY ||
				effect == EFFECT_CONTROL;
		}
	}
}

/* Where the preparation of what is established at that step begins; copies may be closed in
 * between. Each step is looked at once: what is established stops it. */
static size_t prepared_from(const struct phases *phases, size_t at)
{
	const struct sequence *sequence = phases->sequence;
	size_t from = at;

	while (at-- > 0) {
		const struct step *step = &sequence->steps[at];
		uint32_t call = step_first_call(step);
		if (step->connection != 0 || call == NO_CALL)
			break;
		if (phases->is_preparing[call])
			from = at;
		else if (sequence->trace->calls[call].effect != EFFECT_CLOSE)
			break;
	}
	return from;
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
	if (phases->active == 1 && of->phase == PHASE_ESTABLISHMENT && before == of->first) {
		before = prepared_from(phases, before);
		step.time_ns = phases->sequence->steps[before].time_ns;
	}
	phases->rules[phases->count++] = (struct rule){before, step};
}

static void go_on(struct phases *phases, struct passage *connection, size_t at)
{
	struct step *step = &phases->sequence->steps[at];
	enum phase now = phase_of(phases, step);
	uint8_t before = connection->phase;
	uint8_t phase = now > before ? (uint8_t)now : before;
	uint32_t call = step_first_call(step);
	bool is_late = before == PHASE_TRANSFER && call != NO_CALL &&
		       phases->sequence->trace->calls[call].effect == EFFECT_ACCEPT;

	/* The server learns of the connection when its client has sent already. */
	if (is_late)
		phase = PHASE_ESTABLISHMENT;

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

	learn_preparations(&phases);
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
	free(phases.is_preparing);
	free(phases.rules);
	free(phases.passages);
}
