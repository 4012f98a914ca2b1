/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/sequence_build.h"

struct connection {
	size_t first, last; /* steps */
	uint32_t number;    /* counts from 1; 0: nothing goes on between two lifelines */
	uint8_t phase;      /* enum sequence_phase */
	bool has_arrows;
};

struct phases {
	struct sequence *sequence;
	struct connection *connections; /* owned, by the builder's number */
	int64_t *ended_ns;              /* owned, by socket: its last descriptor */
	size_t active, active_in[4];    /* connections; of them in each phase */
	uint8_t ruled;                  /* the phase that the last rule names */
	struct step *steps;             /* owned: those of the sequence, with rules */
	size_t count, capacity;
};

static const struct call *call_at(const struct phases *phases, uint32_t index)
{
	return index == NO_CALL ? NULL : &phases->sequence->trace->calls[index];
}

/* A socket ends with its last descriptor; the close of a copy does nothing to the connection. */
static bool is_release(const struct phases *phases, const struct call *call)
{
	if (!call)
		return false;
	if (call->effect == EFFECT_SHUTDOWN)
		return !call->error;
	return call->effect == EFFECT_CLOSE && call->descriptor &&
	       call->descriptor->ended_ns == phases->ended_ns[call->descriptor->socket->number];
}

static uint8_t phase_of(const struct phases *phases, const struct step *step, uint8_t current)
{
	bool is_begun_here = step->arrow != ARROW_ARRIVES;

	if (step->link == LINK_CONNECT)
		return current == SEQUENCE_NONE ? SEQUENCE_ESTABLISHMENT : current;
	if (step->link == LINK_CLOSE || step->link == LINK_REFUSED ||
		(is_begun_here && is_release(phases, call_at(phases, step->from_call))))
		return SEQUENCE_RELEASE;
	if (step_is_transfer(phases->sequence->trace, step) && current < SEQUENCE_TRANSFER)
		return SEQUENCE_TRANSFER;
	return current;
}

static void learn_ends(struct phases *phases)
{
	const struct trace *trace = phases->sequence->trace;

	phases->ended_ns = xcalloc(trace->socket_count + 1, sizeof(*phases->ended_ns));
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		int64_t *ended_ns = &phases->ended_ns[descriptor->socket->number];
		if (descriptor->ended_ns > *ended_ns)
			*ended_ns = descriptor->ended_ns;
	}
}

/* Connections get their numbers in the order in which they appear. */
static void number(struct phases *phases)
{
	struct sequence *sequence = phases->sequence;
	struct connection *connections = phases->connections;

	for (size_t i = 0; i < sequence->step_count; i++) {
		const struct step *step = &sequence->steps[i];
		struct connection *connection = &connections[step->connection];
		if (step->connection == 0)
			continue;
		connection->has_arrows |= step->arrow != ARROW_NONE;
		connection->last = i;
	}
	for (size_t i = 0; i < sequence->step_count; i++) {
		struct connection *connection = &connections[sequence->steps[i].connection];
		if (!connection->has_arrows || connection->number != 0)
			continue;
		connection->number = (uint32_t)++sequence->connection_count;
		connection->first = i;
	}
}

static void put(struct phases *phases, const struct step *step)
{
	phases->steps =
		array_grow(phases->steps, phases->count, &phases->capacity, sizeof(*phases->steps));
	phases->steps[phases->count++] = *step;
}

/* A rule stands where all connections that go on are in the same phase. */
static void rule(struct phases *phases, const struct step *step, const struct connection *of)
{
	struct step rule = {.kind = STEP_PHASE,
		.phase = of->phase,
		.connection = phases->active == 1 ? of->number : 0,
		.from = NO_LIFELINE,
		.to = NO_LIFELINE,
		.from_call = NO_CALL,
		.to_call = NO_CALL,
		.time_ns = step->time_ns};

	if (of->phase == SEQUENCE_NONE || of->phase == phases->ruled ||
		phases->active_in[of->phase] != phases->active)
		return;
	phases->ruled = of->phase;
	put(phases, &rule);
}

static void go_on(struct phases *phases, struct connection *connection, size_t at)
{
	struct step *step = &phases->sequence->steps[at];
	uint8_t phase = phase_of(phases, step, connection->phase);

	if (at == connection->first) {
		if (phases->active++ == 0)
			phases->ruled = SEQUENCE_NONE;
	} else {
		phases->active_in[connection->phase]--;
	}
	connection->phase = phase;
	phases->active_in[phase]++;
	rule(phases, step, connection);
	step->phase = phase;
	if (at == connection->last) {
		phases->active--;
		phases->active_in[phase]--;
	}
}

void sequence_mark_phases(struct sequence *sequence)
{
	struct phases phases = {.sequence = sequence};

	phases.connections =
		xcalloc(sequence->trace->socket_count + 2, sizeof(*phases.connections));
	learn_ends(&phases);
	number(&phases);
	for (size_t i = 0; i < sequence->step_count; i++) {
		struct step *step = &sequence->steps[i];
		struct connection *connection = &phases.connections[step->connection];
		if (connection->number != 0)
			go_on(&phases, connection, i);
		step->connection = connection->number;
		put(&phases, step);
	}
	free(sequence->steps);
	free(phases.connections);
	free(phases.ended_ns);
	sequence->steps = phases.steps;
	sequence->step_count = phases.count;
	sequence->step_capacity = phases.capacity;
}
