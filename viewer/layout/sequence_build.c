/* SPDX-License-Identifier: MIT */
#include "viewer/layout/sequence_build.h"

#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/sequence_builder.h"
#include "viewer/relate/complete.h"

static int compare_by_to(const void *one, const void *other, void *context)
{
	const struct link *list = context;
	const struct link *a = &list[*(const uint32_t *)one], *b = &list[*(const uint32_t *)other];

	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return (a > b) - (a < b);
}

static void index_links(struct sequence_builder *builder)
{
	const struct links *links = builder->links;

	builder->by_to = xcalloc(links->count + 1, sizeof(*builder->by_to));
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].to != NO_CALL)
			builder->by_to[builder->by_to_count++] = (uint32_t)i;
	qsort_r(builder->by_to, builder->by_to_count, sizeof(*builder->by_to), compare_by_to,
		links->list);
}

static void index_accepted(struct sequence_builder *builder)
{
	const struct trace *trace = builder->trace;

	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct call *maker = descriptor_maker(trace, trace->descriptors[i]);
		if (maker && maker->effect == EFFECT_ACCEPT)
			id_map_put(&builder->accepted, (uint64_t)trace->descriptors[i]->made_by + 1,
				trace->descriptors[i]);
	}
}

static void hide_absent_services(struct sequence_builder *builder)
{
	const struct trace *trace = builder->trace;

	builder->is_hidden = xcalloc(trace->call_count + 1, sizeof(*builder->is_hidden));
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		if (!selection_has_descriptor(builder->selection, descriptor) ||
			!name_service_is_hidden(builder->selection, descriptor, builder->is_full))
			continue;
		name_services_add(&builder->sequence->absent, descriptor);
		for (size_t j = 0; j < descriptor->calls.count; j++)
			builder->is_hidden[descriptor->calls.list[j]] = true;
	}
}

static void free_builder(struct sequence_builder *builder)
{
	free(builder->by_to);
	free(builder->is_hidden);
	free(builder->step_of);
	free(builder->last_step);
	id_map_free(&builder->by_owner);
	id_map_free(&builder->by_address);
	id_map_free(&builder->accepted);
}

struct sequence *sequence_new(const struct selection *selection, bool by_thread, bool is_full)
{
	const struct trace *trace = selection->trace;
	struct sequence_builder builder = {.sequence = xcalloc(1, sizeof(*builder.sequence)),
		.selection = selection,
		.trace = trace,
		.links = trace_links(trace),
		.step_of = xcalloc(trace->call_count + 1, sizeof(*builder.step_of)),
		.by_thread = by_thread,
		.is_full = is_full};
	const struct causal_order *order = trace_causal_order(trace);

	builder.sequence->trace = trace;
	for (size_t i = 0; i < trace->call_count; i++)
		builder.step_of[i] = SEQUENCE_NO_STEP;
	index_links(&builder);
	index_accepted(&builder);
	hide_absent_services(&builder);
	for (size_t i = 0; i < order->count; i++)
		sequence_add_call(&builder, order->calls[i]);
	free_builder(&builder);
	sequence_arrange(builder.sequence);
	sequence_shape(builder.sequence);
	sequence_mark_phases(builder.sequence);
	if (!is_full)
		sequence_fold(builder.sequence);
	sequence_join(builder.sequence);
	sequence_find_waits(builder.sequence);
	return builder.sequence;
}
