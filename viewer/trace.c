#include "viewer/trace.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/address.h"

#define APPEND(array, count, capacity, element)                                        \
	do {                                                                           \
		(array) = array_grow((array), (count), &(capacity), sizeof(*(array))); \
		(array)[(count)++] = (element);                                        \
	} while (0)

struct trace *trace_new(const char *name)
{
	struct trace *trace = xcalloc(1, sizeof(*trace));

	trace->name = name;
	trace->begin_ns = INT64_MAX;
	return trace;
}

void trace_free(struct trace *trace)
{
	struct socket *socket;
	size_t at = 0;

	while ((socket = id_map_next(&trace->socket_by_id, &at)))
		free(socket);
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		free(trace->descriptors[i]->calls);
		free(trace->descriptors[i]);
	}
	for (size_t i = 0; i < trace->process_count; i++) {
		free(trace->processes[i]->descriptors);
		free(trace->processes[i]);
	}
	for (size_t i = 0; i < trace->record_count; i++) {
		record_release(trace->records[i]);
		free(trace->records[i]);
	}
	free(trace->descriptors);
	free(trace->processes);
	free(trace->records);
	id_map_free(&trace->process_by_pid);
	id_map_free(&trace->descriptor_by_id);
	id_map_free(&trace->socket_by_id);
	free(trace);
}

int64_t descriptor_end_ns(const struct trace *trace, const struct descriptor *descriptor)
{
	return descriptor->ended_ns < trace->end_ns ? descriptor->ended_ns : trace->end_ns;
}

int64_t call_end_ns(const struct record *record)
{
	return record->call.is_unfinished ? record->time_ns
					  : record->time_ns + record->call.duration_ns;
}

bool call_is_pending(const struct record_call *call)
{
	return call->error &&
	       (strcmp(call->error, "EAGAIN") == 0 || strcmp(call->error, "EINPROGRESS") == 0);
}

bool call_has_failed(const struct record_call *call)
{
	return call->error && !call_is_pending(call);
}

bool socket_is_stream(const struct socket *socket)
{
	return !socket->type ||
	       (strcmp(socket->type, "SOCK_DGRAM") != 0 && strcmp(socket->type, "SOCK_RAW") != 0);
}

bool call_is_end_of_stream(const struct record_call *call, const struct socket *socket)
{
	return call->effect == EFFECT_RECEIVE && call->result == 0 && !call->error &&
	       socket_is_stream(socket);
}

/* 0 is no key of an id_map, and no id of a trace that socktrace wrote. */
static uint64_t key(int64_t id)
{
	return id == 0 ? UINT64_MAX : (uint64_t)id;
}

static struct process *add_process(struct trace *trace, int64_t pid)
{
	struct process *process = xcalloc(1, sizeof(*process));

	process->pid = pid;
	process->parent = RECORD_ABSENT;
	id_map_put(&trace->process_by_pid, key(pid), process);
	APPEND(trace->processes, trace->process_count, trace->process_capacity, process);
	return process;
}

static struct process *get_process(struct trace *trace, int64_t pid)
{
	struct process *process = id_map_get(&trace->process_by_pid, key(pid));

	return process ? process : add_process(trace, pid);
}

static struct socket *get_socket(struct trace *trace, int64_t id)
{
	struct socket *socket = id_map_get(&trace->socket_by_id, key(id));

	if (socket)
		return socket;
	socket = xcalloc(1, sizeof(*socket));
	socket->id = id;
	id_map_put(&trace->socket_by_id, key(id), socket);
	return socket;
}

static struct descriptor *add_descriptor(
	struct trace *trace, int64_t id, int64_t socket, int64_t pid, int64_t fd)
{
	struct descriptor *descriptor = xcalloc(1, sizeof(*descriptor));
	struct process *process = get_process(trace, pid);

	descriptor->id = id;
	descriptor->fd = fd;
	descriptor->process = process;
	descriptor->socket = get_socket(trace, socket);
	descriptor->ended_ns = INT64_MAX;
	id_map_put(&trace->descriptor_by_id, key(id), descriptor);
	APPEND(trace->descriptors, trace->descriptor_count, trace->descriptor_capacity, descriptor);
	APPEND(process->descriptors, process->descriptor_count, process->descriptor_capacity,
		descriptor);
	return descriptor;
}

static void add_call(struct descriptor *descriptor, const struct record *record)
{
	const struct record_call *call = &record->call;

	APPEND(descriptor->calls, descriptor->call_count, descriptor->call_capacity, record);
	descriptor->has_errors |= call_has_failed(call);
	if (call->error || call->bytes == RECORD_ABSENT || descriptor->made_by == call)
		return;
	if (call_is_end_of_stream(call, descriptor->socket))
		return;
	if (call->effect == EFFECT_RECEIVE) {
		descriptor->transfers_in++;
		if (__builtin_add_overflow(
			    descriptor->bytes_in, call->bytes, &descriptor->bytes_in))
			descriptor->bytes_in = INT64_MAX;
	} else if (call->effect == EFFECT_SEND) {
		descriptor->transfers_out++;
		if (__builtin_add_overflow(
			    descriptor->bytes_out, call->bytes, &descriptor->bytes_out))
			descriptor->bytes_out = INT64_MAX;
	}
}

static void set_direction(struct socket *socket, enum direction direction)
{
	if (socket->direction == DIRECTION_NONE)
		socket->direction = direction;
}

/* What a call that has succeeded says of its socket. */
static void learn(struct descriptor *descriptor, const struct record_call *call)
{
	struct socket *socket = descriptor->socket;

	switch (call->effect) {
	case EFFECT_LISTEN:
		set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
		break;
	case EFFECT_ACCEPT:
		set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
		return;
	case EFFECT_CONNECT:
		set_direction(socket, DIRECTION_OUT);
		descriptor->process->is_client = true;
		socket->peer = call->peer ? call->peer : value_member(call->args, "address");
		break;
	default:
		break;
	}
	if (call->local)
		socket->local = call->local;
	if (call->peer)
		socket->peer = call->peer;
}

static void make_descriptor(
	struct trace *trace, const struct record *record, const struct record_new *made)
{
	const struct record_call *call = &record->call;
	struct descriptor *descriptor =
		add_descriptor(trace, made->descriptor, made->socket, call->pid, made->fd);
	struct socket *socket = descriptor->socket;

	descriptor->born_ns = call_end_ns(record);
	descriptor->made_by = call;
	if (call->effect == EFFECT_CREATE) {
		socket->family = value_text(value_member(call->args, "family"), NULL);
		socket->type = value_text(value_member(call->args, "type"), NULL);
		if (call->new_count == 2)
			set_direction(socket, DIRECTION_PAIR);
	}
	if (call->effect == EFFECT_ACCEPT) {
		const struct socket *listening = get_socket(trace, call->socket);
		set_direction(socket, DIRECTION_IN);
		socket->family = listening->family;
		socket->type = listening->type;
		socket->local = call->local;
		socket->peer = call->peer ? call->peer : value_member(call->args, "address");
	}
	add_call(descriptor, record);
}

/* A wait belongs to the story of every descriptor that was waited for. */
static void add_waits(struct trace *trace, const struct record *record)
{
	for (size_t i = 0; i < value_count(record->call.waits); i++) {
		const struct value *wait = value_element(record->call.waits, i);
		struct descriptor *descriptor;
		int64_t id;
		if (!value_integer(value_member(wait, "descriptor"), &id))
			continue;
		descriptor = id_map_get(&trace->descriptor_by_id, key(id));
		if (descriptor)
			add_call(descriptor, record);
	}
}

static void add_call_record(struct trace *trace, const struct record *record)
{
	const struct record_call *call = &record->call;
	struct descriptor *descriptor = NULL;

	trace->call_count++;
	trace->error_count += call_has_failed(call);
	if (call->descriptor != RECORD_ABSENT)
		descriptor = id_map_get(&trace->descriptor_by_id, key(call->descriptor));
	if (!descriptor && call->descriptor != RECORD_ABSENT) {
		descriptor =
			add_descriptor(trace, call->descriptor, call->socket, call->pid, call->fd);
		descriptor->born_ns = record->time_ns;
	}
	if (descriptor) {
		add_call(descriptor, record);
		if (!call_has_failed(call))
			learn(descriptor, call);
		else if (call->effect == EFFECT_CONNECT && !descriptor->socket->peer)
			descriptor->socket->peer = value_member(call->args, "address");
		if (call->effect == EFFECT_CLOSE && !call->is_unfinished)
			descriptor->ended_ns = call_end_ns(record);
	}
	add_waits(trace, record);
	for (size_t i = 0; i < call->new_count; i++)
		make_descriptor(trace, record, &call->new_descriptors[i]);
}

static void add_descriptor_record(struct trace *trace, const struct record *record)
{
	const struct record_descriptor *said = &record->descriptor;
	struct descriptor *descriptor = id_map_get(&trace->descriptor_by_id, key(said->descriptor));

	if (!descriptor)
		descriptor =
			add_descriptor(trace, said->descriptor, said->socket, said->pid, said->fd);
	if (said->event == DESCRIPTOR_CLOSE) {
		descriptor->ended_ns = record->time_ns;
		descriptor->ended_by = said;
		return;
	}
	if (said->event == DESCRIPTOR_INHERIT) {
		descriptor->born_ns = record->time_ns;
		descriptor->given_by = said;
	}
	if (!said->family)
		return;
	struct socket *socket = descriptor->socket;
	const char *state = value_text(said->state, NULL);
	socket->family = value_text(said->family, NULL);
	socket->type = value_text(said->socket_type, NULL);
	socket->local = said->local;
	socket->peer = said->peer;
	if (state && strcmp(state, "TCP_LISTEN") == 0) {
		set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
	}
}

static void add_process_record(struct trace *trace, const struct record *record)
{
	const struct record_process *said = &record->process;
	struct process *process;

	/* The kernel gives a pid again when its process has ended. */
	process = said->event == PROCESS_FORK ? add_process(trace, said->pid)
					      : get_process(trace, said->pid);
	if (said->parent != RECORD_ABSENT)
		process->parent = said->parent;
	if (said->program)
		process->program = said->program;
}

void trace_add(struct trace *trace, struct record *record)
{
	int64_t end_ns = record->type == RECORD_CALL ? call_end_ns(record) : record->time_ns;

	APPEND(trace->records, trace->record_count, trace->record_capacity, record);
	if (record->type != RECORD_TRACE && record->type != RECORD_UNKNOWN) {
		if (record->time_ns < trace->begin_ns)
			trace->begin_ns = record->time_ns;
		if (end_ns > trace->end_ns)
			trace->end_ns = end_ns;
	}
	switch (record->type) {
	case RECORD_TRACE:
		trace->header = &record->trace;
		break;
	case RECORD_PROCESS:
		add_process_record(trace, record);
		break;
	case RECORD_DESCRIPTOR:
		add_descriptor_record(trace, record);
		break;
	case RECORD_CALL:
		add_call_record(trace, record);
		break;
	case RECORD_WARNING:
		trace->warning_count++;
		break;
	case RECORD_END:
		trace->end = &record->end;
		break;
	case RECORD_UNKNOWN:
		break;
	}
}

/* A connection has two ends; both may be in the trace. */
static void count_connections(struct trace *trace)
{
	struct id_map outward = {0};
	const struct socket *socket;
	size_t at = 0;

	while ((socket = id_map_next(&trace->socket_by_id, &at))) {
		if (socket->direction != DIRECTION_OUT)
			continue;
		trace->connection_count++;
		if (socket->local && socket->peer)
			id_map_put(&outward, address_hash(socket->local, socket->peer), trace);
	}
	for (at = 0; (socket = id_map_next(&trace->socket_by_id, &at));)
		if (socket->direction == DIRECTION_IN &&
			!(socket->local && socket->peer &&
				id_map_get(&outward, address_hash(socket->peer, socket->local))))
			trace->connection_count++;
	id_map_free(&outward);
}

void trace_finish(struct trace *trace)
{
	if (trace->begin_ns > trace->end_ns)
		trace->begin_ns = trace->end_ns;
	count_connections(trace);
}
