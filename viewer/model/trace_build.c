/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/model/model.h"
#include "viewer/model/trace.h"
#include "viewer/model/trace_call.h"

struct trace *trace_new(void)
{
	struct trace *trace = xcalloc(1, sizeof(*trace));

	trace->begin_ns = INT64_MAX;
	trace->details = details_new();
	return trace;
}

static void forget_ids(struct trace *trace)
{
	id_map_free(&trace->process_by_pid);
	id_map_free(&trace->descriptor_by_id);
	id_map_free(&trace->socket_by_id);
}

static void forget_found(struct socket *socket)
{
	if (!socket->found)
		return;
	free(socket->found->local);
	free(socket->found->peer);
	free(socket->found);
	socket->found = NULL;
}

static void free_model(struct trace *trace)
{
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		free(trace->descriptors[i]->calls.list);
		free(trace->descriptors[i]->answers);
		free(trace->descriptors[i]);
	}
	for (size_t i = 0; i < trace->process_count; i++) {
		free(trace->processes[i]->descriptors);
		free(trace->processes[i]);
	}
	for (size_t i = 0; i < trace->socket_count; i++) {
		free(trace->sockets[i]->local);
		free(trace->sockets[i]->peer);
		free(trace->sockets[i]->reports);
		forget_found(trace->sockets[i]);
		free(trace->sockets[i]);
	}
	forget_ids(trace);
	free(trace->descriptors);
	free(trace->processes);
	free(trace->sockets);
}

static void forget_pending(struct trace *trace)
{
	size_t at = 0;
	void *pending;

	while ((pending = id_map_next(&trace->pending, &at)))
		free(pending);
	id_map_free(&trace->pending);
}

void trace_free(struct trace *trace)
{
	if (trace->relations)
		trace->forget(trace);
	free_model(trace);
	for (size_t i = 0; i < trace->record_count; i++) {
		record_release(trace->records[i]);
		free(trace->records[i]);
	}
	for (size_t i = 0; i < trace->source_count; i++)
		source_close(trace->sources[i]);
	for (size_t i = 0; i < trace->part_count; i++)
		free(trace->parts[i].files);
	details_free(trace->details);
	forget_pending(trace);
	string_table_free(&trace->strings);
	string_table_free(&trace->words);
	scratch_free(&trace->values);
	free(trace->records);
	free(trace->keys);
	free(trace->calls);
	id_map_free(&trace->headers);
	free(trace->parts);
	free(trace->sources);
	free(trace);
}

static bool is(const char *name, const char *expected)
{
	return strcmp(name, expected) == 0;
}

/* Of the many words that records have, few differ. */
static const char *word(struct trace *trace, const char *text)
{
	return string_table_get(&trace->words, string_table_number(&trace->words, text));
}

static void describe_socket(
	struct trace *trace, struct descriptor *descriptor, const struct record_descriptor *said)
{
	struct socket *socket = descriptor->socket;
	const char *state = value_text(said->state, NULL);

	if (descriptor == socket->holder) {
		forget_found(socket);
		socket->found = xcalloc(1, sizeof(*socket->found));
		socket->found->state = word(trace, state);
		socket->found->local = value_copy(said->local);
		socket->found->peer = value_copy(said->peer);
	}
	socket->family = model_word(trace, said->family);
	socket->type = model_word(trace, said->socket_type);
	socket->protocol = model_word(trace, said->protocol);
	model_set_address(&socket->local, said->local);
	model_set_address(&socket->peer, said->peer);
	if (state && is(state, "TCP_LISTEN")) {
		model_set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
	}
}

/* The error of a connect that has made no connection, nor will: connect(2). */
static bool is_refusal(const char *error)
{
	return error && !is(error, "EINPROGRESS") && !is(error, "EALREADY") &&
	       !is(error, "EINTR") && !is(error, "EISCONN");
}

static void learn_connect(struct descriptor *descriptor, const struct record_descriptor *said)
{
	struct socket *socket = descriptor->socket;
	bool is_refused = is_refusal(said->error);

	socket->left_out = STATE_CONNECTING;
	if (!is_refused) {
		model_set_direction(socket, DIRECTION_OUT);
		descriptor->process->is_client = true;
	}
	if (!is_refused || !socket->peer)
		model_set_address(&socket->peer, said->peer);
}

static void learn_pair(struct socket *socket, struct socket *twin)
{
	if (!twin || !twin->holder || twin == socket)
		return;
	socket->twin = twin;
	model_set_direction(socket, DIRECTION_PAIR);
	model_set_direction(twin, DIRECTION_PAIR);
}

/* What calls in earlier files of the trace have done. */
static void learn_direction(
	struct trace *trace, struct descriptor *descriptor, const struct record_descriptor *said)
{
	struct socket *socket = descriptor->socket;

	if (is(said->direction, "in") || is(said->direction, "listening"))
		descriptor->process->is_server = true;
	if (is(said->direction, "listening")) {
		model_set_direction(socket, DIRECTION_LISTENING);
	} else if (is(said->direction, "in")) {
		model_set_direction(socket, DIRECTION_IN);
	} else if (is(said->direction, "out")) {
		model_set_direction(socket, DIRECTION_OUT);
		descriptor->process->is_client = true;
	} else if (is(said->direction, "pair")) {
		model_set_direction(socket, DIRECTION_PAIR);
		learn_pair(socket, id_map_get(&trace->socket_by_id, model_key(said->other)));
	}
}

/* What a call has done that the trace leaves out; trace_call.c learns the same of other calls. */
static void learn_left_out(
	struct trace *trace, struct descriptor *descriptor, const struct record *record)
{
	const struct record_descriptor *said = &record->descriptor;
	struct socket *socket = descriptor->socket;

	model_set_address(&socket->local, said->local);
	if (said->event == DESCRIPTOR_ACCEPT || said->event == DESCRIPTOR_CONNECT) {
		if (address_is_unspecified(said->peer))
			return;
		socket->joined = word(trace, said->error);
		socket->joined_ns = model_time(trace, record->time_ns);
	}
	switch (said->event) {
	case DESCRIPTOR_BIND:
		socket->left_out = STATE_BOUND;
		break;
	case DESCRIPTOR_LISTEN:
		model_set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
		socket->left_out = STATE_LISTENING;
		break;
	case DESCRIPTOR_CONNECT:
		learn_connect(descriptor, said);
		break;
	case DESCRIPTOR_ACCEPT:
		model_set_direction(socket, DIRECTION_IN);
		model_set_address(&socket->peer, said->peer);
		descriptor->process->is_server = true;
		socket->left_out = STATE_CONNECTED;
		break;
	case DESCRIPTOR_PAIR:
		learn_pair(socket, id_map_get(&trace->socket_by_id, model_key(said->other)));
		break;
	default:
		break;
	}
}

static void add_descriptor_record(struct trace *trace, const struct record *record)
{
	const struct record_descriptor *said = &record->descriptor;
	struct descriptor *descriptor =
		id_map_get(&trace->descriptor_by_id, model_key(said->descriptor));

	if (!descriptor)
		descriptor = model_add_descriptor(
			trace, said->descriptor, said->socket, said->pid, said->fd);
	model_add_report(descriptor->socket, record, model_time(trace, record->time_ns), NO_CALL);
	if (said->event == DESCRIPTOR_STATE)
		return;
	if (said->event == DESCRIPTOR_CLOSE) {
		descriptor->ended_ns = model_time(trace, record->time_ns);
		descriptor->ended_by = word(trace, said->reason);
		descriptor->is_closed = said->reason && (is(said->reason, "close") ||
								is(said->reason, "io_uring_close"));
		return;
	}
	if (said->event == DESCRIPTOR_INHERIT) {
		descriptor->born_ns = model_time(trace, record->time_ns);
		descriptor->given_by = word(trace, said->reason);
		descriptor->given_from = said->from_pid;
		/* These were there before the trace was, or this file of it. */
		if (said->reason && (is(said->reason, "attach") || is(said->reason, "start") ||
					    said->is_repeated))
			descriptor->born_ns = trace->begin_ns;
	}
	if (said->family)
		describe_socket(trace, descriptor, said);
	if (said->direction)
		learn_direction(trace, descriptor, said);
	learn_left_out(trace, descriptor, record);
}

static void add_process_record(struct trace *trace, const struct record *record)
{
	const struct record_process *said = &record->process;
	struct process *process;

	/* The kernel gives a pid again when its process has ended. */
	process = said->event == PROCESS_FORK ? model_add_process(trace, said->pid)
					      : model_process(trace, said->pid);
	if (said->parent != RECORD_ABSENT)
		process->parent = said->parent;
	if (said->program)
		process->program = word(trace, said->program);
	if (said->event == PROCESS_EXEC)
		process->executed_ns = model_time(trace, record->time_ns);
	if (said->event == PROCESS_EXIT) {
		process->has_ended = true;
		process->killed_by = said->signal ? word(trace, said->signal) : NULL;
	}
}

/* "2026-11-25T01:18:10.622664379Z" in nanoseconds since 1970; 0 when it is not so. */
static int64_t wall_clock(const char *text)
{
	struct tm utc = {0};
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &utc) : NULL;
	int64_t fraction = 0, unit = 100000000;

	if (!rest || utc.tm_year < 70 || utc.tm_year > 300)
		return 0;
	for (rest += *rest == '.'; *rest >= '0' && *rest <= '9' && unit > 0; rest++, unit /= 10)
		fraction += (*rest - '0') * unit;
	return (int64_t)timegm(&utc) * 1000000000 + fraction;
}

/* A trace that is complete is const: it becomes what it was before. */
static void reopen(struct trace *trace)
{
	if (trace->relations)
		trace->forget(trace);
}

static void add_file(struct part *part, const struct source *source)
{
	struct part_file file = {.source = source, .begin = part->length};

	APPEND(part->files, part->file_count, part->file_capacity, file);
}

static void add_part(struct trace *trace, const struct source *source, uint32_t number)
{
	struct part part = {.source = source, .number = number, .file_number = RECORD_ABSENT};

	forget_ids(trace);
	APPEND(trace->parts, trace->part_count, trace->part_capacity, part);
	add_file(model_part(trace), source);
}

void trace_begin_source(struct trace *trace, struct source *source)
{
	reopen(trace);
	APPEND(trace->sources, trace->source_count, trace->source_capacity, source);
	add_part(trace, source, 1);
}

static bool is_same(const char *one, const char *other)
{
	return one && other && is(one, other);
}

/* A trace has one beginning, to the nanosecond, whatever files it is in. */
bool trace_is_continued_by(const struct trace *trace, const struct record_trace *header)
{
	const struct part *part = trace->part_count > 0 ? model_part(trace) : NULL;

	return part && part->header && part->file_number > 0 && header->part > 1 &&
	       header->part - 1 == part->file_number && part->header->version == header->version &&
	       is_same(part->header->started, header->started) &&
	       is_same(part->header->host, header->host);
}

void trace_continue_source(struct trace *trace, struct source *source)
{
	reopen(trace);
	APPEND(trace->sources, trace->source_count, trace->source_capacity, source);
	add_file(model_part(trace), source);
}

/* Says what other files of the trace have, as a warning of the trace itself would. */
__attribute__((format(printf, 2, 3))) static struct record *warn(
	struct trace *trace, const char *format, ...)
{
	struct record *record = xcalloc(1, sizeof(*record));
	va_list arguments;
	char *message;

	va_start(arguments, format);
	int length = vasprintf(&message, format, arguments);
	va_end(arguments);
	record->owned = memory_or_escape(length < 0 ? NULL : message);
	record->type = RECORD_WARNING;
	record->warning = (struct record_warning){
		.code = "part", .message = record->owned, .pid = RECORD_ABSENT};
	APPEND(trace->records, trace->record_count, trace->record_capacity, record);
	trace->warning_count++;
	return record;
}

/* The trace goes on, and the end that was there was that of a file. */
static void continue_part(struct trace *trace, const struct record_trace *header)
{
	struct part *part = model_part(trace);

	part->file_number = header->part;
	part->is_continued = true;
	part->end = NULL;
	if (!part->goes_on)
		return;
	part->goes_on->type = RECORD_UNKNOWN;
	part->goes_on = NULL;
	trace->warning_count--;
}

static void end_part(struct trace *trace, const struct record_end *end)
{
	struct part *part = model_part(trace);

	part->end = end;
	if (end->continues && !part->goes_on)
		part->goes_on =
			warn(trace, "the trace goes on in a later file, which is not shown here");
}

/* The first part's beginning is 0. */
static void begin_part(struct trace *trace, const struct record_trace *header)
{
	if (model_part(trace)->is_begun)
		add_part(trace, model_part(trace)->source, model_part(trace)->number + 1);
	struct part *part = model_part(trace);
	int64_t first_ns = trace->parts[0].started_ns;

	part->header = header;
	part->file_number = header->part;
	if (header->part > 1)
		part->last_seq = header->calls_before;
	part->started_ns = wall_clock(header->started);
	if (part->started_ns != 0 && first_ns != 0)
		part->shift_ns = part->started_ns - first_ns;
	if (header->part > 1 && header->calls_before > 0)
		warn(trace,
			"calls 1 to %" PRId64 " of the trace are in earlier files, which are "
			"not shown here",
			header->calls_before);
	else if (header->part > 1)
		warn(trace, "the trace begins in an earlier file, which is not shown here");
}

/* Takes the record, which is no call's, for as long as there is a trace. */
static const struct record *keep(struct trace *trace, struct record *record)
{
	struct record *kept = xcalloc(1, sizeof(*kept));

	*kept = *record;
	*record = (struct record){.type = RECORD_UNKNOWN};
	APPEND(trace->records, trace->record_count, trace->record_capacity, kept);
	return kept;
}

static void add_keys(struct trace *trace, struct record *record)
{
	const struct record *kept = keep(trace, record);
	struct key_lines lines = {.time_ns = model_time(trace, kept->time_ns),
		.part = model_part_number(trace),
		.record = &kept->keys};

	APPEND(trace->keys, trace->key_count, trace->key_capacity, lines);
}

/* It says what the files before have said. */
static bool is_known(const struct trace *trace, const struct record *record)
{
	return model_part(trace)->is_continued &&
	       (record->type == RECORD_PROCESS             ? record->process.is_repeated
		       : record->type == RECORD_DESCRIPTOR ? record->descriptor.is_repeated
							   : false);
}

/* A thread is in one call at a time. */
static uint64_t pending_key(const struct trace *trace, int64_t tid)
{
	return (uint64_t)model_part_number(trace) << 32 | (uint32_t)tid;
}

static void add_pending(struct trace *trace, const struct record *record)
{
	const struct record_pending *said = &record->pending;
	uint64_t key = pending_key(trace, said->tid);
	struct pending_call *pending = id_map_get(&trace->pending, key);

	if (said->tid <= 0 || said->tid > INT32_MAX)
		return;
	if (!pending) {
		pending = xcalloc(1, sizeof(*pending));
		id_map_put(&trace->pending, key, pending);
	}
	*pending = (struct pending_call){
		.process = model_process(trace, said->pid),
		.name = word(trace, said->name),
		.time_ns = model_time(trace, record->time_ns),
		.duration_ns = said->duration_ns,
		.part = model_part_number(trace),
		.tid = (int32_t)said->tid,
		.effect = said->effect,
	};
	if (said->descriptor != RECORD_ABSENT)
		pending->descriptor =
			id_map_get(&trace->descriptor_by_id, model_key(said->descriptor));
	model_see_time(
		trace, pending->time_ns, model_time(trace, record->time_ns + said->duration_ns));
}

/* The call has ended, or another one that its thread has made since. What io_uring(7) carries may
 * end meanwhile. */
static void end_pending(struct trace *trace, const struct record *record)
{
	static const char ring[] = "io_uring_";
	const struct record_call *call = &record->call;
	uint64_t key = pending_key(trace, call->tid);
	struct pending_call *pending =
		trace->pending.count > 0 ? id_map_get(&trace->pending, key) : NULL;

	if (!pending || (!is(pending->name, call->name) &&
				(strncmp(call->name, ring, strlen(ring)) == 0 ||
					model_time(trace, record->time_ns) < pending->time_ns)))
		return;
	id_map_remove(&trace->pending, key);
	free(pending);
}

static void add_call(struct trace *trace, struct record *record, uint64_t offset, uint32_t length)
{
	struct part *part = model_part(trace);

	if (record->call.seq > part->last_seq)
		part->last_seq = record->call.seq;
	end_pending(trace, record);
	trace_call_add(trace, record, part->files[part->file_count - 1].begin + offset, length);
}

void trace_add(struct trace *trace, struct record *record, uint64_t offset, uint32_t length)
{
	enum record_type type = record->type;

	reopen(trace);
	if (type == RECORD_TRACE && trace_is_continued_by(trace, &record->trace))
		continue_part(trace, &record->trace);
	else if (type == RECORD_TRACE)
		begin_part(trace, &keep(trace, record)->trace);
	struct part *part = model_part(trace);
	part->is_begun = true;
	part->length = part->files[part->file_count - 1].begin + offset + length;
	if (is_known(trace, record))
		return;
	if (type != RECORD_TRACE && type != RECORD_CALL && type != RECORD_PENDING &&
		type != RECORD_KEYS && type != RECORD_UNKNOWN)
		model_see_time(trace, model_time(trace, record->time_ns),
			model_time(trace, record->time_ns));
	switch (type) {
	case RECORD_CALL:
		add_call(trace, record, offset, length);
		break;
	case RECORD_PROCESS:
		add_process_record(trace, record);
		break;
	case RECORD_DESCRIPTOR:
		add_descriptor_record(trace, record);
		break;
	case RECORD_PENDING:
		add_pending(trace, record);
		break;
	case RECORD_WARNING:
		keep(trace, record);
		trace->warning_count++;
		break;
	case RECORD_KEYS:
		add_keys(trace, record);
		break;
	case RECORD_END:
		end_part(trace, &keep(trace, record)->end);
		break;
	default:
		break;
	}
}
