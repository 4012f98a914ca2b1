/* SPDX-License-Identifier: MIT */
#include "viewer/views/tell.h"

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/connection.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"

void tell_call_number(
	struct json_writer *writer, const char *key, const struct trace *trace, uint32_t call)
{
	json_number(writer, key, trace->calls[call].seq);
}

void tell_trace_of(
	struct json_writer *writer, const char *key, const struct trace *trace, size_t part)
{
	if (trace->part_count > 1)
		json_number(writer, key, (int64_t)part);
}

void tell_traces(struct json_writer *writer, const struct trace *trace)
{
	if (trace->part_count < 2)
		return;
	json_array_begin(writer, "traces");
	for (uint32_t i = 0; i < trace->part_count; i++) {
		char name[PART_NAME_SIZE];
		trace_part_name(trace, i, name);
		json_text(writer, NULL, name);
	}
	json_array_end(writer);
}

void tell_started(struct json_writer *writer, const struct trace *trace)
{
	const struct record_trace *header = trace->part_count > 0 ? trace->parts[0].header : NULL;

	if (header && trace->parts[0].started_ns != 0)
		json_text(writer, "started", header->started);
}

void tell_address(struct json_writer *writer, const char *key, const struct value *address)
{
	char words[ADDRESS_SIZE];

	address_text(words, address);
	if (*words)
		json_text(writer, key, words);
}

void tell_socket(struct json_writer *writer, const struct trace *trace, const struct socket *socket)
{
	json_number(writer, "socket", socket->id);
	json_text(writer, "kind", name_kind(trace, socket));
	json_text(writer, "direction", name_direction(socket->direction));
	tell_address(writer, "local", socket->local);
	tell_address(writer, "peer", socket->peer);
}

static void tell_on_which(struct json_writer *writer, const struct trace *trace,
	const struct call *call, const struct socket *socket)
{
	enum phase phase = (enum phase)call->phase;

	if (call->fd >= 0)
		json_number(writer, "fd", call->fd);
	if (!socket)
		return;
	tell_socket(writer, trace, socket);
	if (phase != PHASE_NONE)
		json_text(writer, "phase", name_phase(socket, phase));
}

static void tell_end(struct json_writer *writer, const struct trace *trace, uint32_t index)
{
	const struct call *call = &trace->calls[index];
	const struct attempt *attempt =
		call->effect == EFFECT_CONNECT ? connection_attempt(trace, index) : NULL;

	if (call_is(call, CALL_UNFINISHED))
		json_bool(writer, "unfinished", true);
	else
		json_number(writer, "duration_ns", call->duration_ns);
	if (call->result != RECORD_ABSENT)
		json_number(writer, "result", call->result);
	if (call->error)
		json_text(writer, "error", trace_word(trace, call->error));
	if (call->bytes != RECORD_ABSENT)
		json_number(writer, "bytes", call->bytes);
	if (attempt)
		json_text(writer, "outcome", name_outcome(attempt->outcome));
	if (call_is(call, CALL_END_OF_STREAM))
		json_bool(writer, "end_of_stream", true);
}

void tell_absent_services(struct json_writer *writer, const struct name_services *services)
{
	if (services->connects == 0)
		return;
	json_object_begin(writer, "absent_services");
	json_number(writer, "connects", (int64_t)services->connects);
	tell_address(writer, "address", services->address);
	json_object_end(writer);
}

void tell_line_time(struct json_writer *writer, struct instants *instants, int64_t time_ns)
{
	json_number(writer, "time_ns", time_ns);
	if (instants->has_line)
		json_number(writer, "since_ns", time_ns - instants->last_ns);
	instants_pass(instants, time_ns);
}

void tell_call_facts(struct json_output *output, const struct trace *trace,
	struct instants *instants, uint32_t index)
{
	const struct call *call = &trace->calls[index];
	const struct process *process = call->process;
	struct json_writer *writer = &output->writer;
	struct text words = {.is_ascii = output->text->is_ascii};

	tell_call_number(writer, "seq", trace, index);
	tell_trace_of(writer, "trace", trace, call->process->part);
	tell_line_time(writer, instants, call->time_ns);
	json_text(writer, "program", name_program(process));
	json_number(writer, "pid", process->pid);
	json_number(writer, "tid", call->tid);
	json_text(writer, "name", trace_word(trace, call->name));
	json_text(writer, "effect", effect_name((enum effect)call->effect));
	tell_on_which(writer, trace, call, call->descriptor ? call->descriptor->socket : NULL);
	tell_end(writer, trace, index);
	const struct record_call *details = call_details(trace, call);
	int64_t number;
	if (effect_transfers((enum effect)call->effect) && describe_size_asked(details, &number))
		json_number(writer, "bytes_asked", number);
	if (call->effect == EFFECT_WAIT && describe_limit(details, &number))
		json_number(writer, "limit_ns", number);
	describe_call(&words, details, TELL_LONGEST);
	json_output_words(output, "details", &words);
	text_free(&words);
}
