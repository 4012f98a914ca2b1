/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/caption.h"
#include "viewer/model/details.h"
#include "viewer/views/page_parts.h"
#include "viewer/views/row_set.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/glyph.h"

#define DETAIL_LIMIT  160
#define PAYLOAD_LIMIT 65536

/* What the columns are made of. */
struct call_columns {
	struct page_data *d;
	struct row_set threads, kinds;
	struct json_writer payloads; /* found while the details are told */
	size_t payload_count;
};

/* What a call is, a bit each in this order; the page is told their names. */
enum {
	FLAG_UNFINISHED,
	FLAG_PENDING,
	FLAG_END_OF_STREAM,
	FLAG_FAILED,
	FLAG_MAKES, /* made on no descriptor, it stands in the lane of the one that it made */
	FLAG_MOVED, /* call_has_moved */
};
static const char *const flag_names[] = {
	[FLAG_UNFINISHED] = "unfinished",
	[FLAG_PENDING] = "pending",
	[FLAG_END_OF_STREAM] = "end_of_stream",
	[FLAG_FAILED] = "failed",
	[FLAG_MAKES] = "makes",
	[FLAG_MOVED] = "moved",
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

static int64_t flags_of(const struct call *call)
{
	bool has_moved = call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE);

	return call_is(call, CALL_UNFINISHED) << FLAG_UNFINISHED |
	       call_is(call, CALL_PENDING) << FLAG_PENDING |
	       call_is(call, CALL_END_OF_STREAM) << FLAG_END_OF_STREAM |
	       call_is(call, CALL_FAILED) << FLAG_FAILED |
	       (call->descriptor == NULL) << FLAG_MAKES | has_moved << FLAG_MOVED;
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

/* Returns the payload's number, or -1. */
static int64_t keep_payload(struct call_columns *d, const struct record_call *details)
{
	const struct value *data =
		details->data ? details->data
			      : value_member(value_element(details->messages, 0), "data");
	size_t length;
	const char *text = value_text(value_member(data, "text"), &length), *key = "text";
	bool is_cut = value_is_true(value_member(data, "truncated"));

	if (!text) {
		text = value_text(value_member(data, "hex"), &length);
		key = "hex";
	}
	if (!text)
		return -1;
	json_object_begin(&d->payloads, NULL);
	json_text_n(&d->payloads, key, text, length < PAYLOAD_LIMIT ? length : PAYLOAD_LIMIT);
	if (is_cut || length > PAYLOAD_LIMIT)
		json_bool(&d->payloads, "truncated", true);
	json_object_end(&d->payloads);
	return (int64_t)d->payload_count++;
}

static void tell_details(struct call_columns *columns)
{
	struct page_data *d = columns->d;
	int64_t *payloads = xcalloc(d->trace->call_count + 1, sizeof(*payloads));
	struct text words = {0};

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
		payloads[i] = keep_payload(columns, details);
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
	text_free(&words);
	json_array_begin(&d->output->writer, "data");
	for (size_t i = 0; i < d->trace->call_count; i++) {
		if (d->numbers[i] != PAGE_NOT_SHOWN)
			json_number(&d->output->writer, NULL, payloads[i]);
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
	free(payloads);
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

	json_object_begin(&d->output->writer, "calls");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		tell_column(&columns, keys[i].key, keys[i].number);
	tell_details(&columns);
	json_object_end(&d->output->writer);
	row_set_tell(&columns.threads, d->output, "threads");
	row_set_tell(&columns.kinds, d->output, "kinds");
	page_names_add(d, "flags", flag_names, sizeof(flag_names) / sizeof(flag_names[0]));
	json_array_begin(&d->output->writer, "payloads");
	json_output_give(d->output);
	struct json_output payloads = {columns.payloads, d->output->text};
	json_output_finish(&payloads);
	json_array_end(&d->output->writer);
}
