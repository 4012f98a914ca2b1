/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format/hash.h"
#include "format/memory.h"
#include "viewer/layout/sequence_builder.h"
#include "viewer/model/address.h"

static uint32_t add_lifeline(struct sequence_builder *builder, struct id_map *map, uint64_t key,
	struct lifeline lifeline)
{
	struct sequence *sequence = builder->sequence;

	sequence->lifelines = array_grow(sequence->lifelines, sequence->lifeline_count,
		&sequence->lifeline_capacity, sizeof(*sequence->lifelines));
	builder->last_step = array_grow(builder->last_step, sequence->lifeline_count,
		&builder->last_step_capacity, sizeof(*builder->last_step));
	builder->last_step[sequence->lifeline_count] = 0;
	sequence->lifelines[sequence->lifeline_count++] = lifeline;
	id_map_put(map, key, (void *)(uintptr_t)sequence->lifeline_count);
	return (uint32_t)sequence->lifeline_count - 1;
}

uint32_t sequence_lifeline(
	struct sequence_builder *builder, const struct process *process, int32_t tid)
{
	int32_t owner = builder->by_thread ? tid : -1;
	uint64_t key = ((uint64_t)process->number << 32 | (uint32_t)owner) + 1;
	uintptr_t known = (uintptr_t)id_map_get(&builder->by_owner, key);

	if (known)
		return (uint32_t)known - 1;
	return add_lifeline(builder, &builder->by_owner, key,
		(struct lifeline){.process = process, .tid = owner});
}

uint32_t sequence_lifeline_of_call(struct sequence_builder *builder, const struct call *call)
{
	return sequence_lifeline(builder, call->process, call->tid);
}

uint32_t sequence_lifeline_of_socket(struct sequence_builder *builder, const struct socket *socket)
{
	const struct process *process = socket->held_by;

	return process ? sequence_lifeline(builder, process, (int32_t)process->pid) : NO_LIFELINE;
}

/* Who connected from outside has one lifeline for all its ports. */
static void outside_name(char name[ADDRESS_SIZE], const struct sequence_builder *builder,
	const struct call *call, const struct socket *socket)
{
	bool is_in = socket->direction == DIRECTION_IN;
	const char *said = trace_word(builder->trace, call->address);

	address_text(name, socket->peer);
	if (*said && !socket_is_stream(builder->trace, socket)) {
		strncpy(name, said, ADDRESS_SIZE - 1);
		name[ADDRESS_SIZE - 1] = '\0';
	}
	if (is_in && strcmp(trace_word(builder->trace, socket->family), "AF_UNIX") != 0)
		address_cut_port(name);
	if (address_is_kernels(name))
		memcpy(name, "kernel", sizeof("kernel"));
	if (!*name)
		memcpy(name, "elsewhere", sizeof("elsewhere"));
}

uint32_t sequence_lifeline_outside(
	struct sequence_builder *builder, const struct call *call, const struct socket *socket)
{
	char name[ADDRESS_SIZE];

	if (!socket)
		return NO_LIFELINE;
	outside_name(name, builder, call, socket);
	uint64_t key = hash_of(name, strlen(name));
	uintptr_t known = (uintptr_t)id_map_get(&builder->by_address, key);
	if (known)
		return (uint32_t)known - 1;
	return add_lifeline(builder, &builder->by_address, key,
		(struct lifeline){.tid = -1,
			.address = xstrdup(name),
			.has_connected = socket->direction == DIRECTION_IN});
}

/* From left to right: who came from outside, clients, those who are both, servers, those who work
 * for them, and who was connected to outside. */
static int rank_of(const struct lifeline *lifeline)
{
	const struct process *process = lifeline->process;

	if (!process)
		return lifeline->has_connected || lifeline->sends_first ? 0 : 5;
	if (process->is_server)
		return process->is_client ? 2 : 3;
	return process->is_client || lifeline->sends_first ? 1 : 4;
}

struct place {
	int rank;
	uint32_t process, lifeline;
};

static int compare_places(const void *one, const void *other)
{
	const struct place *a = one, *b = other;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	return (a->lifeline > b->lifeline) - (a->lifeline < b->lifeline);
}

static void learn_who_sends_first(struct sequence *sequence)
{
	bool *is_known = xcalloc(sequence->lifeline_count + 1, sizeof(*is_known));

	for (size_t i = 0; i < sequence->step_count; i++) {
		const struct step *step = &sequence->steps[i];
		if (step->arrow == ARROW_NONE || step->arrow == ARROW_ARRIVES ||
			step->from == NO_LIFELINE || step->to == NO_LIFELINE)
			continue;
		if (!is_known[step->from])
			sequence->lifelines[step->from].sends_first = true;
		is_known[step->from] = is_known[step->to] = true;
	}
	free(is_known);
}

static void move_lifelines(struct sequence *sequence, const struct place *places)
{
	size_t count = sequence->lifeline_count;
	struct lifeline *moved = xcalloc(count + 1, sizeof(*moved));
	uint32_t *now_at = xcalloc(count + 1, sizeof(*now_at));

	for (size_t i = 0; i < count; i++) {
		moved[i] = sequence->lifelines[places[i].lifeline];
		now_at[places[i].lifeline] = (uint32_t)i;
	}
	for (size_t i = 0; i < sequence->step_count; i++) {
		struct step *step = &sequence->steps[i];
		if (step->from != NO_LIFELINE)
			step->from = now_at[step->from];
		if (step->to != NO_LIFELINE)
			step->to = now_at[step->to];
	}
	free(sequence->lifelines);
	free(now_at);
	sequence->lifelines = moved;
}

void sequence_arrange(struct sequence *sequence)
{
	struct place *places = xcalloc(sequence->lifeline_count + 1, sizeof(*places));

	learn_who_sends_first(sequence);
	for (size_t i = 0; i < sequence->lifeline_count; i++) {
		const struct lifeline *lifeline = &sequence->lifelines[i];
		places[i] = (struct place){rank_of(lifeline),
			lifeline->process ? lifeline->process->number : 0, (uint32_t)i};
	}
	qsort(places, sequence->lifeline_count, sizeof(*places), compare_places);
	move_lifelines(sequence, places);
	free(places);
}
