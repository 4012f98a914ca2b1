/* SPDX-License-Identifier: MIT */
#include "viewer/model/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/term/quantity.h"

const char *trace_name(const struct trace *trace)
{
	return trace->part_count > 0 ? source_name(trace->parts[0].source) : NULL;
}

void trace_part_name(const struct trace *trace, uint32_t part, char name[PART_NAME_SIZE])
{
	const struct part *one = &trace->parts[part];
	const char *source = source_name(one->source);
	bool has_next = part + 1 < trace->part_count && trace->parts[part + 1].number > 1;

	snprintf(name, PATH_MAX, "%s", source ? source : "standard input");
	if (one->number > 1 || has_next)
		snprintf(name + strlen(name), PART_NAME_SIZE - PATH_MAX, ", trace %" PRIu32,
			one->number);
}

const struct source *trace_source_of(
	const struct trace *trace, const struct call *call, uint64_t *offset)
{
	const struct part *part = &trace->parts[call->process->part];
	size_t file = 0, behind = part->file_count;

	/* The last one that does not begin behind the line. */
	while (behind - file > 1) {
		size_t middle = file + (behind - file) / 2;
		if (part->files[middle].begin > call->offset)
			behind = middle;
		else
			file = middle;
	}
	*offset = call->offset - part->files[file].begin;
	return part->files[file].source;
}

const char *trace_word(const struct trace *trace, uint32_t number)
{
	return string_table_get(&trace->strings, number);
}

const struct call *descriptor_call(
	const struct trace *trace, const struct descriptor *descriptor, size_t index)
{
	return &trace->calls[descriptor->calls.list[index]];
}

uint8_t descriptor_readiness(const struct descriptor *descriptor, uint32_t wait)
{
	size_t low = 0, high = descriptor->answer_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (descriptor->answers[middle].wait < wait)
			low = middle + 1;
		else
			high = middle;
	}
	return low < descriptor->answer_count && descriptor->answers[low].wait == wait
		       ? descriptor->answers[low].ready
		       : 0;
}

const struct call *descriptor_maker(const struct trace *trace, const struct descriptor *descriptor)
{
	return descriptor->made_by == NO_CALL ? NULL : &trace->calls[descriptor->made_by];
}

uint32_t descriptor_closer(const struct trace *trace, const struct descriptor *descriptor)
{
	for (size_t i = descriptor->ended_by ? 0 : descriptor->calls.count; i-- > 0;) {
		const struct call *call = descriptor_call(trace, descriptor, i);
		/* Waits for several are among its calls, too. */
		if (call->effect == EFFECT_CLOSE && call->descriptor == descriptor &&
			!call_is(call, CALL_UNFINISHED))
			return descriptor->calls.list[i];
	}
	return NO_CALL;
}

int64_t descriptor_end_ns(const struct trace *trace, const struct descriptor *descriptor)
{
	return descriptor->ended_ns < trace->end_ns ? descriptor->ended_ns : trace->end_ns;
}

bool trace_leaves_out(const struct trace *trace, const struct socket *socket, enum effect effect)
{
	const struct record_trace *header =
		socket->part < trace->part_count ? trace->parts[socket->part].header : NULL;

	return header && header->left_out & 1u << effect;
}

bool trace_is_redacted(const struct trace *trace)
{
	for (size_t i = 0; i < trace->part_count; i++)
		if (trace->parts[i].header && trace->parts[i].header->is_redacted)
			return true;
	return false;
}

bool trace_has_no_payloads(const struct trace *trace)
{
	for (size_t i = 0; i < trace->part_count; i++)
		if (trace->parts[i].header && trace->parts[i].header->has_no_payloads)
			return true;
	return false;
}

bool trace_has_keys(const struct trace *trace)
{
	for (size_t i = 0; i < trace->part_count; i++)
		if (trace->parts[i].header && trace->parts[i].header->has_keys)
			return true;
	return false;
}

const struct process *socket_process(const struct socket *socket)
{
	return socket && socket->holder ? socket->holder->process : NULL;
}

bool socket_is_stream(const struct trace *trace, const struct socket *socket)
{
	const char *type = trace_word(trace, socket->type);

	return strcmp(type, "SOCK_DGRAM") != 0 && strcmp(type, "SOCK_RAW") != 0;
}

void call_list_add(struct call_list *list, const struct trace *trace,
	const struct descriptor *descriptor, uint32_t index)
{
	const struct call *call = &trace->calls[index];

	list->list = array_grow(list->list, list->count, &list->capacity, sizeof(*list->list));
	list->list[list->count++] = index;
	if (descriptor->made_by == index || call->descriptor != descriptor)
		return;
	if (call_has_moved(call, EFFECT_RECEIVE)) {
		list->transfers_in++;
		quantity_add_up(&list->bytes_in, call->bytes);
	} else if (call_has_moved(call, EFFECT_SEND)) {
		list->transfers_out++;
		quantity_add_up(&list->bytes_out, call->bytes);
	}
}
