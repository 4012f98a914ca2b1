/* SPDX-License-Identifier: MIT */
#include "viewer/model/selection.h"

#include <stdlib.h>

#include "format/memory.h"

static void set_bit(uint8_t *bits, size_t at, bool is_set)
{
	uint8_t bit = (uint8_t)(1 << at % 8);

	bits[at / 8] = (uint8_t)(is_set ? bits[at / 8] | bit : bits[at / 8] & ~bit);
}

/* Sockets that fit, and calls that are made on, or make, or wait for a descriptor that fits. */
static void choose_by_socket(struct selection *selection, const struct filter *filter)
{
	const struct trace *trace = selection->trace;

	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		if (!filter_fits_descriptor(filter, trace, descriptor))
			continue;
		selection->has_socket[descriptor->socket->number] = true;
		for (size_t j = 0; j < descriptor->calls.count; j++)
			set_bit(selection->has_call, descriptor->calls.list[j], true);
	}
}

/* Words and processes are fewer than calls. */
static bool *words_fitting(const struct filter *filter, const struct trace *trace)
{
	bool *fitting = xcalloc(trace->strings.count + 1, sizeof(*fitting));

	for (uint32_t i = 0; i < trace->strings.count; i++)
		fitting[i] = filter_fits_name(filter, trace_word(trace, i));
	return fitting;
}

static bool *processes_fitting(const struct filter *filter, const struct trace *trace)
{
	bool *fitting = xcalloc(trace->process_count + 1, sizeof(*fitting));

	for (size_t i = 0; i < trace->process_count; i++)
		fitting[i] = filter_fits_process(filter, trace->processes[i]);
	return fitting;
}

static void choose_calls(struct selection *selection, const struct filter *filter)
{
	const struct trace *trace = selection->trace;
	bool *words = words_fitting(filter, trace), *processes = processes_fitting(filter, trace);
	bool is_any_socket = !filter_is_about_sockets(filter);

	selection->call_count = selection->error_count = 0;
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		bool fits = (is_any_socket || selection_has_call(selection, i)) &&
			    words[call->name] && processes[call->process->number] &&
			    filter_fits_itself(filter, trace, call);
		if (fits && filter->most > 0 && selection->call_count == filter->most) {
			selection->is_cut = true;
			fits = false;
		}
		set_bit(selection->has_call, i, fits);
		selection->call_count += fits;
		selection->error_count += fits && call_has_erred(call);
	}
	selection->left_out = trace->call_count - selection->call_count;
	free(words);
	free(processes);
}

static void choose_calls_of(struct selection *selection, const struct descriptor *descriptor)
{
	struct call_list *shown = &selection->calls[descriptor->number];
	const struct call_list *all = &descriptor->calls;
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++)
		count += selection_has_call(selection, all->list[i]);
	if (count == 0)
		return;
	shown->list = xcalloc(count, sizeof(*shown->list));
	shown->capacity = count;
	for (size_t i = 0; i < all->count; i++)
		if (selection_has_call(selection, all->list[i]))
			call_list_add(shown, selection->trace, descriptor, all->list[i]);
	selection->descriptor_count++;
}

struct selection *selection_new(const struct trace *trace, const struct filter *filter)
{
	struct selection *selection = xcalloc(1, sizeof(*selection));

	*selection = (struct selection){.trace = trace,
		.filter = filter,
		.call_count = trace->call_count,
		.descriptor_count = trace->descriptor_count,
		.error_count = trace->error_count};
	if (filter_is_empty(filter) && (filter->most == 0 || trace->call_count <= filter->most))
		return selection;
	selection->has_call = xcalloc(trace->call_count / 8 + 1, sizeof(*selection->has_call));
	selection->has_socket = xcalloc(trace->socket_count + 1, sizeof(*selection->has_socket));
	selection->calls = xcalloc(trace->descriptor_count + 1, sizeof(*selection->calls));
	choose_by_socket(selection, filter);
	choose_calls(selection, filter);
	selection->descriptor_count = 0;
	for (size_t i = 0; i < trace->descriptor_count; i++)
		choose_calls_of(selection, trace->descriptors[i]);
	return selection;
}

void selection_free(struct selection *selection)
{
	for (size_t i = 0; selection->calls && i < selection->trace->descriptor_count; i++)
		free(selection->calls[i].list);
	free(selection->calls);
	free(selection->has_call);
	free(selection->has_socket);
	free(selection);
}

bool selection_has_call(const struct selection *selection, uint32_t index)
{
	return !selection->has_call || (selection->has_call[index / 8] >> index % 8 & 1);
}

bool selection_has_socket(const struct selection *selection, const struct socket *socket)
{
	return !selection->has_socket || selection->has_socket[socket->number];
}

bool selection_has_descriptor(
	const struct selection *selection, const struct descriptor *descriptor)
{
	return !selection->calls || selection->calls[descriptor->number].count > 0;
}

const struct call_list *selection_calls(
	const struct selection *selection, const struct descriptor *descriptor)
{
	return selection->calls ? &selection->calls[descriptor->number] : &descriptor->calls;
}
