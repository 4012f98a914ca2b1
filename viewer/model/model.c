/* SPDX-License-Identifier: MIT */
#include "viewer/model/model.h"

#include <stdlib.h>

#include "format/memory.h"

struct part *model_part(const struct trace *trace)
{
	return &trace->parts[trace->part_count - 1];
}

uint32_t model_part_number(const struct trace *trace)
{
	return (uint32_t)(trace->part_count - 1);
}

/* 0 is no key of an id_map, and no id of a trace that socktrace wrote. */
uint64_t model_key(int64_t id)
{
	return id == 0 ? UINT64_MAX : (uint64_t)id;
}

/* Times of the record as the trace counts them; a hostile one stays where it is. */
int64_t model_shifted(int64_t time_ns, int64_t shift_ns)
{
	int64_t sum;

	if (__builtin_add_overflow(time_ns, shift_ns, &sum))
		sum = time_ns;
	if (sum > MODEL_TIME_LIMIT)
		return MODEL_TIME_LIMIT;
	return sum < -MODEL_TIME_LIMIT ? -MODEL_TIME_LIMIT : sum;
}

int64_t model_time(const struct trace *trace, int64_t time_ns)
{
	return model_shifted(time_ns, model_part(trace)->shift_ns);
}

struct process *model_add_process(struct trace *trace, int64_t pid)
{
	struct process *process = xcalloc(1, sizeof(*process));

	process->pid = pid;
	process->executed_ns = INT64_MIN;
	process->part = model_part_number(trace);
	process->number = (uint32_t)trace->process_count;
	process->parent = RECORD_ABSENT;
	id_map_put(&trace->process_by_pid, model_key(pid), process);
	APPEND(trace->processes, trace->process_count, trace->process_capacity, process);
	return process;
}

struct process *model_process(struct trace *trace, int64_t pid)
{
	struct process *process = id_map_get(&trace->process_by_pid, model_key(pid));

	return process ? process : model_add_process(trace, pid);
}

struct socket *model_socket(struct trace *trace, int64_t id)
{
	struct socket *socket = id_map_get(&trace->socket_by_id, model_key(id));

	if (socket)
		return socket;
	socket = xcalloc(1, sizeof(*socket));
	socket->id = id;
	socket->number = (uint32_t)trace->socket_count;
	socket->part = model_part_number(trace);
	id_map_put(&trace->socket_by_id, model_key(id), socket);
	APPEND(trace->sockets, trace->socket_count, trace->socket_capacity, socket);
	return socket;
}

static void add_holder(struct socket *socket, struct descriptor *descriptor)
{
	*(socket->holder ? &socket->last_holder->next_holder : &socket->holder) = descriptor;
	socket->last_holder = descriptor;
}

struct descriptor *model_add_descriptor(
	struct trace *trace, int64_t id, int64_t socket, int64_t pid, int64_t fd)
{
	struct descriptor *descriptor = xcalloc(1, sizeof(*descriptor));
	struct process *process = model_process(trace, pid);

	descriptor->id = id;
	descriptor->fd = fd;
	descriptor->number = (uint32_t)trace->descriptor_count;
	descriptor->process = process;
	descriptor->socket = model_socket(trace, socket);
	descriptor->ended_ns = INT64_MAX;
	descriptor->made_by = descriptor->last_wait = descriptor->last_wait_to_send = NO_CALL;
	descriptor->given_from = RECORD_ABSENT;
	id_map_put(&trace->descriptor_by_id, model_key(id), descriptor);
	APPEND(trace->descriptors, trace->descriptor_count, trace->descriptor_capacity, descriptor);
	APPEND(process->descriptors, process->descriptor_count, process->descriptor_capacity,
		descriptor);
	add_holder(descriptor->socket, descriptor);
	return descriptor;
}

void model_set_direction(struct socket *socket, enum direction direction)
{
	if (socket->direction == DIRECTION_NONE)
		socket->direction = direction;
}

void model_set_address(struct value **into, const struct value *address)
{
	if (!address)
		return;
	free(*into);
	*into = value_copy(address);
}

void model_add_report(
	struct socket *socket, const struct record *record, int64_t time_ns, uint32_t call)
{
	struct kernel_report said;

	if (record_read_report(record, &said))
		APPEND(socket->reports, socket->report_count, socket->report_capacity,
			((struct socket_report){.time_ns = time_ns,
				.call = call,
				.tcp = said.tcp,
				.queues = said.queues}));
}

uint32_t model_word(struct trace *trace, const struct value *value)
{
	return string_table_number(&trace->strings, value_text(value, NULL));
}

void model_see_time(struct trace *trace, int64_t from_ns, int64_t to_ns)
{
	if (from_ns < trace->begin_ns)
		trace->begin_ns = from_ns;
	if (to_ns > trace->end_ns)
		trace->end_ns = to_ns;
}
