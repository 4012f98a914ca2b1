/* SPDX-License-Identifier: MIT */
#include "viewer/views/page_data.h"
#include "viewer/relate/complete.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/relate/link.h"
#include "viewer/views/page_calls.h"
#include "viewer/wording/names.h"

static void address(struct page_data *d, const char *key, const struct value *value)
{
	char words[ADDRESS_SIZE];

	address_text(words, value);
	json_text(&d->output->writer, key, words);
}

static void tell_header(struct page_data *d)
{
	const struct trace *trace = d->trace;
	const struct record_trace *header = trace->parts[0].header;
	const char *name = trace_name(trace);

	json_number(&d->output->writer, "version", 1);
	json_text(&d->output->writer, "title", name ? name : "standard input");
	json_array_begin(&d->output->writer, "command");
	for (size_t i = 0; header && i < value_count(header->command); i++) {
		const char *word = value_text(value_element(header->command, i), NULL);
		json_text(&d->output->writer, NULL, word ? word : "");
	}
	json_array_end(&d->output->writer);
	json_text(&d->output->writer, "started", header && header->started ? header->started : "");
	json_number(&d->output->writer, "omitted", (int64_t)d->selection->left_out);
	json_number(&d->output->writer, "begin", trace->begin_ns);
	json_number(&d->output->writer, "end", trace->end_ns);
}

static void tell_warnings(struct page_data *d)
{
	json_array_begin(&d->output->writer, "warnings");
	for (size_t i = 0; i < d->trace->record_count; i++)
		if (d->trace->records[i]->type == RECORD_WARNING)
			json_text(&d->output->writer, NULL, d->trace->records[i]->warning.message);
	json_array_end(&d->output->writer);
}

static void tell_words(struct page_data *d)
{
	json_array_begin(&d->output->writer, "words");
	json_text(&d->output->writer, NULL, "");
	for (uint32_t i = 1; i < d->trace->strings.count; i++)
		json_text(&d->output->writer, NULL, trace_word(d->trace, i));
	json_array_end(&d->output->writer);
	json_array_begin(&d->output->writer, "effects");
	for (int i = 0; i < EFFECT_COUNT; i++)
		json_text(&d->output->writer, NULL, effect_name((enum effect)i));
	json_array_end(&d->output->writer);
}

/* Pids are given again, so that the last one before it is the parent. */
static int64_t parent_of(const struct trace *trace, const struct process *process)
{
	for (size_t i = process->number; i-- > 0 && trace->processes[i]->part == process->part;)
		if (trace->processes[i]->pid == process->parent)
			return (int64_t)i;
	return -1;
}

static void tell_processes(struct page_data *d)
{
	const struct trace *trace = d->trace;

	json_array_begin(&d->output->writer, "processes");
	for (size_t i = 0; i < trace->process_count; i++) {
		const struct process *process = trace->processes[i];
		const char *role = name_role(process);
		json_object_begin(&d->output->writer, NULL);
		json_number(&d->output->writer, "pid", process->pid);
		json_text(&d->output->writer, "program",
			process->program ? process->program : "process");
		json_number(&d->output->writer, "parent", parent_of(trace, process));
		if (role)
			json_text(&d->output->writer, "role", role);
		if (trace->part_count > 1) {
			char part[PART_NAME_SIZE];
			trace_part_name(trace, process->part, part);
			json_text(&d->output->writer, "trace", part);
		}
		json_object_end(&d->output->writer);
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
}

static void tell_sockets(struct page_data *d)
{
	json_array_begin(&d->output->writer, "sockets");
	for (size_t i = 0; i < d->trace->socket_count; i++) {
		const struct socket *socket = d->trace->sockets[i];
		json_object_begin(&d->output->writer, NULL);
		json_number(&d->output->writer, "id", socket->id);
		json_text(&d->output->writer, "kind", name_kind(d->trace, socket));
		json_bool(&d->output->writer, "stream", socket_is_stream(d->trace, socket));
		address(d, "local", socket->local);
		address(d, "peer", socket->peer);
		json_text(&d->output->writer, "direction", name_direction(socket->direction));
		json_object_end(&d->output->writer);
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
}

static void tell_birth(struct page_data *d, const struct descriptor *descriptor)
{
	const struct call *maker = descriptor_maker(d->trace, descriptor);
	const struct record_descriptor *given = descriptor->given_by;
	char words[120] = "";

	if (given && given->from_pid != RECORD_ABSENT)
		snprintf(words, sizeof(words), "inherited from %" PRId64 " at %.60s",
			given->from_pid, given->reason ? given->reason : "fork");
	else if (given)
		snprintf(words, sizeof(words), "inherited at %.60s",
			given->reason ? given->reason : "start");
	else if (maker && maker->effect == EFFECT_ACCEPT)
		snprintf(words, sizeof(words), "accepted on fd %" PRId32, maker->fd);
	else if (maker && maker->effect == EFFECT_DUPLICATE)
		snprintf(words, sizeof(words), "copy of fd %" PRId32, maker->fd);
	else if (maker && maker->effect == EFFECT_RECEIVE)
		snprintf(words, sizeof(words), "received on fd %" PRId32, maker->fd);
	json_text(&d->output->writer, "how", words);
}

static void tell_descriptors(struct page_data *d)
{
	json_array_begin(&d->output->writer, "descriptors");
	for (size_t i = 0; i < d->trace->descriptor_count; i++) {
		const struct descriptor *descriptor = d->trace->descriptors[i];
		const struct record_descriptor *end = descriptor->ended_by;
		json_object_begin(&d->output->writer, NULL);
		json_number(&d->output->writer, "id", descriptor->id);
		json_number(&d->output->writer, "fd", descriptor->fd);
		json_number(&d->output->writer, "process", descriptor->process->number);
		json_number(&d->output->writer, "socket", descriptor->socket->number);
		json_number(&d->output->writer, "born", descriptor->born_ns);
		if (descriptor->ended_ns != INT64_MAX)
			json_number(&d->output->writer, "ended", descriptor->ended_ns);
		tell_birth(d, descriptor);
		json_text(&d->output->writer, "ending", end && end->reason ? end->reason : "");
		json_object_end(&d->output->writer);
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
}

/* The lanes of other descriptors that a call belongs to. */
static void tell_members(struct page_data *d)
{
	json_array_begin(&d->output->writer, "members");
	for (size_t i = 0; i < d->trace->descriptor_count; i++) {
		const struct descriptor *descriptor = d->trace->descriptors[i];
		const struct call_list *calls = selection_calls(d->selection, descriptor);
		for (size_t j = 0; j < calls->count; j++) {
			const struct call *call = &d->trace->calls[calls->list[j]];
			if (page_descriptor_of(d, call) == descriptor->number)
				continue;
			json_array_begin(&d->output->writer, NULL);
			json_number(&d->output->writer, NULL, d->numbers[calls->list[j]]);
			json_number(&d->output->writer, NULL, descriptor->number);
			json_array_end(&d->output->writer);
		}
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
}

static int64_t end_of_link(const struct page_data *d, uint32_t call)
{
	return call == NO_CALL || d->numbers[call] == PAGE_NOT_SHOWN ? -1
								     : (int64_t)d->numbers[call];
}

static void tell_link_column(
	struct page_data *d, const struct links *links, const char *key, int which)
{
	json_array_begin(&d->output->writer, key);
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->list[i];
		int64_t values[] = {end_of_link(d, link->from), end_of_link(d, link->to),
			(int64_t)link->kind, link->bytes};
		if (values[0] < 0 && values[1] < 0)
			continue;
		json_number(&d->output->writer, NULL, values[which]);
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
}

static void tell_links(struct page_data *d)
{
	const struct links *links = trace_links(d->trace);

	json_object_begin(&d->output->writer, "links");
	tell_link_column(d, links, "from", 0);
	tell_link_column(d, links, "to", 1);
	tell_link_column(d, links, "kind", 2);
	tell_link_column(d, links, "bytes", 3);
	json_object_end(&d->output->writer);
}

static void number_calls(struct page_data *d)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < d->trace->call_count; i++) {
		d->numbers[i] = selection_has_call(d->selection, i) ? count++ : PAGE_NOT_SHOWN;
		d->made[i] = -1;
	}
	for (size_t i = d->trace->descriptor_count; i-- > 0;)
		if (d->trace->descriptors[i]->made_by != NO_CALL)
			d->made[d->trace->descriptors[i]->made_by] = (int64_t)i;
}

void page_data_add(struct json_output *output, const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct page_data d = {.output = output,
		.selection = selection,
		.trace = trace,
		.numbers = xcalloc(trace->call_count + 1, sizeof(*d.numbers)),
		.made = xcalloc(trace->call_count + 1, sizeof(*d.made))};

	number_calls(&d);
	tell_header(&d);
	tell_warnings(&d);
	tell_words(&d);
	tell_processes(&d);
	tell_sockets(&d);
	tell_descriptors(&d);
	page_calls_add(&d);
	tell_members(&d);
	tell_links(&d);
	free(d.numbers);
	free(d.made);
}
