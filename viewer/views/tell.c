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
	int64_t seq = call_details(trace, &trace->calls[call])->seq;

	/* The line may not be there any more. */
	if (seq != RECORD_ABSENT)
		json_number(writer, key, seq);
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

void tell_call_facts(struct json_output *output, const struct trace *trace, uint32_t index)
{
	const struct call *call = &trace->calls[index];
	const struct process *process = call->process;
	struct json_writer *writer = &output->writer;
	struct text words = {.is_ascii = output->text->is_ascii};

	tell_call_number(writer, "seq", trace, index);
	tell_trace_of(writer, "trace", trace, call->part);
	json_number(writer, "time_ns", call->time_ns);
	json_text(writer, "program", name_program(process));
	json_number(writer, "pid", process->pid);
	json_number(writer, "tid", call->tid);
	json_text(writer, "name", trace_word(trace, call->name));
	json_text(writer, "effect", effect_name((enum effect)call->effect));
	tell_on_which(writer, trace, call, call->descriptor ? call->descriptor->socket : NULL);
	tell_end(writer, trace, index);
	describe_call(&words, call_details(trace, call), TELL_LONGEST);
	json_output_words(output, "details", &words);
	text_free(&words);
}
