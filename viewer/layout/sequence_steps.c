/* SPDX-License-Identifier: MIT */
#include "format/memory.h"
#include "viewer/layout/sequence_builder.h"
#include "viewer/relate/causal_order.h"
#include "viewer/term/quantity.h"

static const struct call *call_at(const struct sequence_builder *builder, uint32_t index)
{
	return &builder->trace->calls[index];
}

/* The descriptor that the call is about: of an accept the one that it made. */
static const struct descriptor *on_which(const struct sequence_builder *builder, uint32_t index)
{
	const struct descriptor *made = id_map_get(&builder->accepted, (uint64_t)index + 1);

	return made ? made : call_at(builder, index)->descriptor;
}

static uint32_t outside_of(struct sequence_builder *builder, uint32_t index)
{
	const struct descriptor *descriptor = on_which(builder, index);

	return descriptor ? sequence_lifeline_outside(
				    builder, call_at(builder, index), descriptor->socket)
			  : NO_LIFELINE;
}

/* The connection that the call is about, counting from 1; 0: none, or it does nothing to one. */
static uint32_t connection_of(const struct sequence_builder *builder, uint32_t index)
{
	const struct descriptor *descriptor = on_which(builder, index);
	const struct connection *connection = descriptor ? descriptor->socket->connection : NULL;
	const struct call *call = call_at(builder, index);
	bool is_close_of_copy = call->effect == EFFECT_CLOSE && call->phase == PHASE_NONE;

	return connection && connection->outcome == OUTCOME_ESTABLISHED && !is_close_of_copy
		       ? 1 + connection->number
		       : 0;
}

static void touch(struct sequence_builder *builder, uint32_t lifeline, size_t step)
{
	if (lifeline == NO_LIFELINE)
		return;
	builder->last_step[lifeline] = step + 1;
	builder->sequence->lifelines[lifeline].step_count++;
}

static size_t add_step(struct sequence_builder *builder, struct step step)
{
	struct sequence *sequence = builder->sequence;

	sequence->steps = array_grow(sequence->steps, sequence->step_count,
		&sequence->step_capacity, sizeof(*sequence->steps));
	sequence->steps[sequence->step_count++] = step;
	if (step.arrow != ARROW_ARRIVES)
		touch(builder, step.from, sequence->step_count - 1);
	if (step.to != step.from && step.arrow != ARROW_LEAVES && step.arrow != ARROW_BREAKS)
		touch(builder, step.to, sequence->step_count - 1);
	return sequence->step_count - 1;
}

static struct step blank_step(const struct sequence_builder *builder, uint32_t call)
{
	return (struct step){.from = NO_LIFELINE,
		.to = NO_LIFELINE,
		.from_call = NO_CALL,
		.to_call = NO_CALL,
		.time_ns = causal_order_time_ns(call_at(builder, call))};
}

static bool is_shown(const struct sequence_builder *builder, uint32_t index)
{
	return selection_has_call(builder->selection, index) &&
	       (builder->is_full || call_has_effect(call_at(builder, index)));
}

/* The step that the call begins can take its receiver in: neither of the two has done anything
 * since. */
static bool can_meet(const struct sequence_builder *builder, size_t at, uint32_t receiver)
{
	const struct step *step = at == SEQUENCE_NO_STEP ? NULL : &builder->sequence->steps[at];

	return step && step->arrow == ARROW_LEAVES && step->from != receiver &&
	       builder->last_step[step->from] == at + 1 && builder->last_step[receiver] <= at;
}

static void meet(struct sequence_builder *builder, size_t at, uint32_t call, uint32_t receiver)
{
	struct step *step = &builder->sequence->steps[at];

	step->arrow = ARROW_WHOLE;
	step->to = receiver;
	step->to_call = call;
	builder->last_step[receiver] = at + 1;
	builder->sequence->lifelines[receiver].step_count++;
}

/* What ended the other end, no call of a program's, of which the receive was told; NULL: a call, or
 * nothing that the trace has. When a process ended does not say so: the kernel closes what it holds
 * first, and tells its tracer that it has ended then (do_exit). So it is enough that the last
 * descriptor was not used any more. */
static const char *silent_end(
	const struct sequence_builder *builder, const struct link *link, const struct call *told)
{
	const struct descriptor *last =
		link->kind == LINK_CLOSE && link->peer ? link->peer->last : NULL;
	size_t count = last ? last->calls.count : 0;

	if (!last ||
		(count > 0 && descriptor_call(builder->trace, last, count - 1)->time_ns >
				      call_end_ns(told)) ||
		(last->last_wait != NO_CALL &&
			call_at(builder, last->last_wait)->time_ns > call_end_ns(told)))
		return NULL;
	return last->ended_by;
}

/* From a call of the trace, in this step or an earlier one. */
static void add_arrival(struct sequence_builder *builder, uint32_t index, const struct link *link,
	int64_t bytes, uint32_t source_count)
{
	uint32_t receiver = sequence_lifeline_of_call(builder, call_at(builder, index));
	size_t at = builder->step_of[link->from];
	struct step step = blank_step(builder, index);

	if (can_meet(builder, at, receiver)) {
		meet(builder, at, index, receiver);
		builder->sequence->steps[at].source_count = source_count;
		builder->step_of[index] = at;
		return;
	}
	step.arrow = ARROW_ARRIVES;
	step.link = (uint8_t)link->kind;
	step.from_call = link->from;
	step.from = sequence_lifeline_of_call(builder, call_at(builder, link->from));
	step.to_call = index;
	step.to = receiver;
	step.bytes = bytes;
	step.source_count = source_count;
	builder->step_of[index] = SEQUENCE_NO_STEP;
	step.connection = connection_of(builder, index);
	add_step(builder, step);
}

/* From outside, or by the end of a process. */
static void add_arrival_of_no_call(
	struct sequence_builder *builder, uint32_t index, const struct link *link)
{
	const struct call *call = call_at(builder, index);
	struct step step = blank_step(builder, index);

	step.to_call = index;
	step.to = sequence_lifeline_of_call(builder, call);
	step.connection = connection_of(builder, index);
	step.link = (uint8_t)link->kind;
	step.bytes = link->bytes;
	step.ended_by = silent_end(builder, link, call);
	if (step.ended_by) {
		step.from = sequence_lifeline_of_socket(builder, link->peer);
	} else if (!link->peer) {
		step.from = outside_of(builder, index);
	}
	step.arrow = step.from == NO_LIFELINE || step.from == step.to ? ARROW_NONE : ARROW_WHOLE;
	if (step.arrow == ARROW_NONE) {
		step.from = NO_LIFELINE;
		step.ended_by = NULL;
	}
	add_step(builder, step);
}

/* The position of the first link to the call. */
static size_t first_to(const struct sequence_builder *builder, uint32_t call)
{
	size_t low = 0, high = builder->by_to_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (builder->links->list[builder->by_to[middle]].to < call)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What the call is told of. False when it is told of nothing. */
static bool add_effect(struct sequence_builder *builder, uint32_t index)
{
	const struct links *links = builder->links;
	const struct link *last = NULL, *outside = NULL;
	int64_t bytes = 0;
	uint32_t sources = 0;
	size_t low = first_to(builder, index);

	for (; low < builder->by_to_count && links->list[builder->by_to[low]].to == index; low++) {
		const struct link *link = &links->list[builder->by_to[low]];
		if (link->from == NO_CALL) {
			outside = link;
			continue;
		}
		if (!last || causal_order_time_ns(call_at(builder, link->from)) >=
				     causal_order_time_ns(call_at(builder, last->from)))
			last = link;
		sources++;
		bytes = link->bytes <= INT64_MAX - bytes ? bytes + link->bytes : INT64_MAX;
	}
	if (last)
		add_arrival(builder, index, last, bytes, sources);
	else if (outside)
		add_arrival_of_no_call(builder, index, outside);
	return last || outside;
}

/* Where an arrow ends that no call of the trace takes. */
static void point_nowhere(struct sequence_builder *builder, struct step *step,
	const struct link *link, const struct call *call)
{
	if (link->peer)
		step->to = sequence_lifeline_of_socket(builder, link->peer);
	else if (link->kind != LINK_FAILED)
		step->to = outside_of(builder, (uint32_t)(call - builder->trace->calls));
	if (link->kind == LINK_FAILED || link->kind == LINK_LOST)
		step->arrow = ARROW_BREAKS;
	else if (link->peer && link->kind == LINK_DATA)
		step->arrow = ARROW_LEAVES;
	else
		step->arrow = ARROW_WHOLE;
	if (step->to == step->from || step->to == NO_LIFELINE) {
		step->to = NO_LIFELINE;
		step->arrow = step->arrow == ARROW_BREAKS ? ARROW_BREAKS : ARROW_NONE;
	}
}

/* What arrives counts most, then what is lost. */
static int weight(const struct link *link)
{
	return link->to != NO_CALL ? 2 : link->kind == LINK_LOST;
}

/* A call with what it causes. */
static void add_cause(struct sequence_builder *builder, uint32_t index)
{
	const struct call *call = call_at(builder, index);
	const struct links *links = builder->links;
	const struct link *chosen = NULL;
	struct step step = blank_step(builder, index);
	int64_t lost = 0;

	step.from_call = index;
	step.from = sequence_lifeline_of_call(builder, call);
	step.bytes = call->bytes > 0 ? call->bytes : 0;
	step.connection = connection_of(builder, index);
	for (size_t i = links_from(links, index); i < links->count && links->list[i].from == index;
		i++) {
		if (links->list[i].kind == LINK_LOST)
			quantity_add_up(&lost, links->list[i].bytes);
		if (!chosen || weight(&links->list[i]) > weight(chosen))
			chosen = &links->list[i];
	}
	if (chosen && chosen->kind != LINK_LOST)
		step.lost = lost;
	if (chosen) {
		step.link = (uint8_t)chosen->kind;
		if (chosen->to == NO_CALL) {
			point_nowhere(builder, &step, chosen, call);
		} else if (is_shown(builder, chosen->to)) {
			step.arrow = ARROW_LEAVES;
			step.to = sequence_lifeline_of_call(builder, call_at(builder, chosen->to));
		}
	}
	builder->step_of[index] = add_step(builder, step);
}

void sequence_add_call(struct sequence_builder *builder, uint32_t index)
{
	const struct call *call = call_at(builder, index);

	if (builder->is_hidden[index])
		return;
	if (!is_shown(builder, index)) {
		builder->sequence->left_out += selection_has_call(builder->selection, index);
		return;
	}
	if ((call->effect == EFFECT_RECEIVE || call->effect == EFFECT_ACCEPT || call->error) &&
		add_effect(builder, index))
		return;
	add_cause(builder, index);
}
