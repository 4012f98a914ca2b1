/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/caption.h"
#include "viewer/model/details.h"
#include "viewer/views/page_parts.h"
#include "viewer/views/row_set.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/glyph.h"
#include "viewer/wording/readable.h"

#define DETAIL_LIMIT  160
#define PAYLOAD_LIMIT 65536

/* What the columns are made of. */
struct call_columns {
	struct page_data *d;
	struct row_set threads, kinds;
};

/* What a call is, a bit each in this order; the page is told their names. */
enum {
	FLAG_UNFINISHED,
	FLAG_PENDING,
	FLAG_END_OF_STREAM,
	FLAG_FAILED,
	FLAG_MAKES,     /* made on no descriptor, it stands in the lane of the one that it made */
	FLAG_MOVED,     /* call_has_moved */
	FLAG_OF_THREAD, /* a wait that stands in the lane of its thread */
};
static const char *const flag_names[] = {
	[FLAG_UNFINISHED] = "unfinished",
	[FLAG_PENDING] = "pending",
	[FLAG_END_OF_STREAM] = "end_of_stream",
	[FLAG_FAILED] = "failed",
	[FLAG_MAKES] = "makes",
	[FLAG_MOVED] = "moved",
	[FLAG_OF_THREAD] = "of_thread",
};

typedef int64_t column(struct call_columns *columns, const struct call *call);

static int64_t time_column(struct call_columns *columns, const struct call *call)
{
	(void)columns;
	return call->time_ns;
}

static int64_t duration_column(struct call_columns *columns, const struct call *call)
{
	(void)columns;
	return call->duration_ns;
}

static int64_t thread_column(struct call_columns *columns, const struct call *call)
{
	int64_t row[] = {columns->d->process_places[call->process->number], call->tid};

	return (int64_t)row_set_put(&columns->threads, row);
}

static int64_t descriptor_column(struct call_columns *columns, const struct call *call)
{
	return page_descriptor_of(columns->d, call);
}

static int64_t result_column(struct call_columns *columns, const struct call *call)
{
	(void)columns;
	return call->result == RECORD_ABSENT ? -1 : call->result;
}

static int64_t bytes_column(struct call_columns *columns, const struct call *call)
{
	(void)columns;
	return call->bytes == RECORD_ABSENT ? -1 : call->bytes;
}

static int64_t flag(bool is_set, int place)
{
	return is_set ? INT64_C(1) << place : 0;
}

static int64_t flags_of(const struct call *call)
{
	bool has_moved = call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE);

	return flag(call_is(call, CALL_UNFINISHED), FLAG_UNFINISHED) |
	       flag(call_is(call, CALL_PENDING), FLAG_PENDING) |
	       flag(call_is(call, CALL_END_OF_STREAM), FLAG_END_OF_STREAM) |
	       flag(call_has_erred(call), FLAG_FAILED) |
	       flag(call->descriptor == NULL, FLAG_MAKES) | flag(has_moved, FLAG_MOVED) |
	       flag(call_is(call, CALL_FOUND_NONE), FLAG_OF_THREAD);
}

/* What many calls have in common. */
static int64_t kind_column(struct call_columns *columns, const struct call *call)
{
	const struct page_data *d = columns->d;
	int64_t home = page_descriptor_of(d, call);
	const struct descriptor *lane = home < 0 ? NULL : d->trace->descriptors[home];
	int64_t row[] = {call->name, call->effect, call->error, flags_of(call),
		page_phase_of(d, lane, (uint32_t)(call - d->trace->calls)),
		glyph_of(d->trace, lane, call), describe_call_style(d->trace, call)};

	return (int64_t)row_set_put(&columns->kinds, row);
}

static void tell_column(struct call_columns *columns, const char *key, column *number)
{
	struct page_data *d = columns->d;

	json_array_begin(&d->output->writer, key);
	for (size_t i = 0; i < d->trace->call_count; i++) {
		if (d->numbers[i] == PAGE_NOT_SHOWN)
			continue;
		json_number(&d->output->writer, NULL, number(columns, &d->trace->calls[i]));
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
}

/* Their lines are read once more: to keep all payloads meanwhile may take more memory than there
 * is. */
static void tell_payloads(struct page_data *d, const bool *has_payload)
{
	struct json_writer *w = &d->output->writer;

	json_array_begin(w, "payloads");
	for (size_t i = 0; i < d->trace->call_count; i++) {
		if (!has_payload[i])
			continue;
		struct readable shown;
		json_object_begin(w, NULL);
		/* The line may not be there any more. */
		if (readable_payload(&shown, call_details(d->trace, &d->trace->calls[i]))) {
			json_text_n(w, shown.is_text ? "text" : "hex", shown.words,
				shown.length < PAYLOAD_LIMIT ? shown.length : PAYLOAD_LIMIT);
			if (shown.is_cut || shown.length > PAYLOAD_LIMIT)
				json_bool(w, "truncated", true);
			readable_free(&shown);
		} else {
			json_text(w, "text", "");
		}
		json_object_end(w);
		json_output_some(d->output);
	}
	json_array_end(w);
}

static void tell_details(struct page_data *d, bool *has_payload)
{
	struct text words = text_like(d->output->text);
	int64_t payloads = 0;

	json_array_begin(&d->output->writer, "detail");
	for (size_t i = 0; i < d->trace->call_count; i++) {
		if (d->numbers[i] == PAGE_NOT_SHOWN)
			continue;
		const struct record_call *details = call_details(d->trace, &d->trace->calls[i]);
		words.length = words.column = 0;
		describe_call(&words, details, DETAIL_LIMIT);
		size_t from = 0;
		while (from < words.length && words.bytes[from] == ' ')
			from++;
		while (from < words.length && words.bytes[words.length - 1] == ' ')
			words.length--;
		if (from < words.length)
			json_text_n(
				&d->output->writer, NULL, words.bytes + from, words.length - from);
		else
			json_text(&d->output->writer, NULL, "");
		has_payload[i] = readable_is_there(details);
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
	text_free(&words);
	json_array_begin(&d->output->writer, "data");
	for (size_t i = 0; i < d->trace->call_count; i++) {
		if (d->numbers[i] != PAGE_NOT_SHOWN)
			json_number(&d->output->writer, NULL, has_payload[i] ? payloads++ : -1);
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
}

void page_calls_add(struct page_data *d)
{
	static const char *const thread_names[] = {"process", "tid"};
	static const char *const kind_names[] = {
		"name", "effect", "error", "flags", "phase", "glyph", "style"};
	static const struct {
		const char *key;
		column *number;
	} keys[] = {{"time", time_column}, {"duration", duration_column}, {"thread", thread_column},
		{"descriptor", descriptor_column}, {"kind", kind_column}, {"result", result_column},
		{"bytes", bytes_column}};
	struct call_columns columns = {.d = d,
		.threads = {.width = 2, .names = thread_names},
		.kinds = {.width = 7, .names = kind_names}};

	bool *has_payload = xcalloc(d->trace->call_count + 1, sizeof(*has_payload));

	json_object_begin(&d->output->writer, "calls");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		tell_column(&columns, keys[i].key, keys[i].number);
	tell_details(d, has_payload);
	json_object_end(&d->output->writer);
	row_set_tell(&columns.threads, d->output, "threads");
	row_set_tell(&columns.kinds, d->output, "kinds");
	page_names_add(d, "flags", flag_names, sizeof(flag_names) / sizeof(flag_names[0]));
	tell_payloads(d, has_payload);
	free(has_payload);
}
