/* SPDX-License-Identifier: MIT */
#include "viewer/model/details.h"

#include <stdlib.h>

#include "format/memory.h"
#include "format/scratch.h"

/* The line that was read last. */
struct details {
	uint32_t call; /* its index; NO_CALL: none */
	struct record record;
	struct scratch line, values;
};

static void forget(struct details *details)
{
	record_release(&details->record);
	details->call = NO_CALL;
}

static bool read_again(struct details *details, const struct trace *trace, const struct call *call)
{
	char *line = scratch_get(&details->line, call->length);

	if (!source_again(trace->parts[call->part].source, call->offset, line, call->length) ||
		record_read(&details->record, line, call->length))
		return false;
	if (details->record.type != RECORD_CALL) {
		record_release(&details->record);
		return false;
	}
	record_read_values(&details->record, &details->values);
	return true;
}

static void make_do(struct details *details, const struct trace *trace, const struct call *call)
{
	details->record = (struct record){.type = RECORD_CALL,
		.call = {.name = trace_word(trace, call->name),
			.error = call->error ? trace_word(trace, call->error) : NULL,
			.seq = RECORD_ABSENT,
			.effect = (enum effect)call->effect,
			.fd = call->fd < 0 ? RECORD_ABSENT : call->fd,
			.descriptor = RECORD_ABSENT,
			.socket = RECORD_ABSENT,
			.interrupted = RECORD_ABSENT,
			.result = call->result,
			.bytes = call->bytes,
			.pid = call->process->pid,
			.tid = call->tid}};
}

const struct record_call *call_details(const struct trace *trace, const struct call *call)
{
	struct details *details = trace->details;
	uint32_t index = (uint32_t)(call - trace->calls);

	if (details->call == index)
		return &details->record.call;
	forget(details);
	if (!read_again(details, trace, call))
		make_do(details, trace, call);
	details->record.call.is_end_of_stream = call_is(call, CALL_END_OF_STREAM);
	details->call = index;
	return &details->record.call;
}

struct details *details_new(void)
{
	struct details *details = xcalloc(1, sizeof(*details));

	details->record.type = RECORD_UNKNOWN;
	details->call = NO_CALL;
	return details;
}

void details_free(struct details *details)
{
	if (!details)
		return;
	forget(details);
	scratch_free(&details->line);
	scratch_free(&details->values);
	free(details);
}
