/* SPDX-License-Identifier: MIT */
#include "viewer/model/details.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/scratch.h"
#include "viewer/model/payload.h"

/* Calls that are shown one after the other stand near each other in the file: their lines are read
 * at once. One that stands alone is read alone. */
#define WINDOW_BYTES ((size_t)64 << 10)

struct window {
	const struct source *source; /* NULL: nothing was read yet */
	uint64_t offset;
	size_t length;
	char *bytes;
	struct scratch memory;
};

/* The line that was read last. */
struct details {
	uint32_t call; /* its index; NO_CALL: none */
	struct record record;
	struct window window;
	struct scratch values, payload;
	struct id_map words; /* owned struct call_words, by their calls' indices and 1 */
};

static void forget(struct details *details)
{
	record_release(&details->record);
	details->call = NO_CALL;
}

static bool is_near(const struct window *window, const struct source *source, uint64_t offset)
{
	return window->source == source && offset + WINDOW_BYTES >= window->offset &&
	       offset <= window->offset + window->length + WINDOW_BYTES;
}

/* What stands there, as long as nothing else is asked for; NULL when it is not there any more.
 * Calls are shown by the time at which they began and written when they end: some stand before. */
static const char *read_window(
	struct window *window, const struct source *source, uint64_t offset, size_t length)
{
	if (window->source == source && offset >= window->offset &&
		offset + length <= window->offset + window->length)
		return window->bytes + (offset - window->offset);
	uint64_t before = 0;
	size_t size = length;
	if (is_near(window, source, offset)) {
		before = offset < WINDOW_BYTES / 4 ? offset : WINDOW_BYTES / 4;
		if (size < WINDOW_BYTES)
			size = WINDOW_BYTES;
	}
	window->bytes = scratch_get(&window->memory, before + size);
	ssize_t got = source_part(source, offset - before, window->bytes, before + size);
	/* What stood before is not there any more where a log was truncated. */
	if (got < (ssize_t)(before + length) && before > 0) {
		before = 0;
		got = source_part(source, offset, window->bytes, size);
	}
	window->source = source;
	window->offset = offset - before;
	window->length = got > 0 ? (size_t)got : 0;
	return window->length >= before + length ? window->bytes + before : NULL;
}

static bool read_again(struct details *details, const struct trace *trace, const struct call *call)
{
	uint64_t offset;
	const struct source *source = trace_source_of(trace, call, &offset);
	const char *line = read_window(&details->window, source, offset, call->length);

	if (!line || record_read(&details->record, line, call->length))
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

size_t call_payload(const struct trace *trace, const struct call *call, const unsigned char **bytes)
{
	struct details *details = trace->details;
	uint32_t at = call->payload_at;
	uint64_t offset;

	if (at == 0)
		return 0;
	forget(details);
	const struct source *source = trace_source_of(trace, call, &offset);
	const char *data = read_window(&details->window, source, offset + at, call->length - at);
	return data ? payload_in(data, call->length - at, &details->payload, bytes) : 0;
}

/* A shutdown that worked, and not of that direction alone. */
static bool shuts_not_only(const struct trace *trace, const struct call *call, const char *alone)
{
	if (call->effect != EFFECT_SHUTDOWN || call->error || call_is(call, CALL_UNFINISHED))
		return false;
	const struct value *args = call_details(trace, call)->args;
	const char *how = value_text(value_member(args, "how"), NULL);
	return !how || strcmp(how, alone) != 0;
}

bool call_shuts_sending(const struct trace *trace, const struct call *call)
{
	return shuts_not_only(trace, call, "SHUT_RD");
}

bool call_shuts_receiving(const struct trace *trace, const struct call *call)
{
	return shuts_not_only(trace, call, "SHUT_WR");
}

struct details *details_new(void)
{
	struct details *details = xcalloc(1, sizeof(*details));

	details->record.type = RECORD_UNKNOWN;
	details->call = NO_CALL;
	return details;
}

const struct call_words *call_words_kept(const struct trace *trace, const struct call *call)
{
	return id_map_get(&trace->details->words, (uint64_t)(call - trace->calls) + 1);
}

void call_words_keep(const struct trace *trace, const struct call *call, struct call_words *words)
{
	uint64_t key = (uint64_t)(call - trace->calls) + 1;

	free(id_map_get(&trace->details->words, key));
	id_map_put(&trace->details->words, key, words);
}

void details_free(struct details *details)
{
	struct call_words *words;
	size_t at = 0;

	if (!details)
		return;
	forget(details);
	scratch_free(&details->window.memory);
	scratch_free(&details->values);
	scratch_free(&details->payload);
	while ((words = id_map_next(&details->words, &at)))
		free(words);
	id_map_free(&details->words);
	free(details);
}
