/* SPDX-License-Identifier: MIT */
#include "viewer/views/page_calls.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/details.h"
#include "viewer/wording/describe.h"

#define DETAIL_LIMIT  160
#define PAYLOAD_LIMIT 65536

typedef int64_t column(const struct page_data *d, const struct call *call);

static int64_t time_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call->time_ns;
}

static int64_t duration_column(const struct page_data *d, const struct call *call)
{
	return call_is(call, CALL_UNFINISHED) ? d->trace->end_ns - call->time_ns
					      : call->duration_ns;
}

static int64_t process_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call->process->number;
}

static int64_t tid_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call->tid;
}

/* A call that creates a socket stands in the lane of what it creates. */
int64_t page_descriptor_of(const struct page_data *d, const struct call *call)
{
	return call->descriptor ? call->descriptor->number : d->made[call - d->trace->calls];
}

static int64_t name_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call->name;
}

static int64_t effect_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call->effect;
}

static int64_t result_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call->result == RECORD_ABSENT ? -1 : call->result;
}

static int64_t error_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call->error;
}

static int64_t bytes_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call->bytes == RECORD_ABSENT ? -1 : call->bytes;
}

static int64_t flags_column(const struct page_data *d, const struct call *call)
{
	(void)d;
	return call_is(call, CALL_UNFINISHED) * 1 + call_is(call, CALL_PENDING) * 2 +
	       call_is(call, CALL_END_OF_STREAM) * 4;
}

static void tell_column(struct page_data *d, const char *key, column *number)
{
	json_array_begin(&d->output->writer, key);
	for (size_t i = 0; i < d->trace->call_count; i++) {
		if (d->numbers[i] == PAGE_NOT_SHOWN)
			continue;
		json_number(&d->output->writer, NULL, number(d, &d->trace->calls[i]));
		json_output_some(d->output);
	}
	json_array_end(&d->output->writer);
}

/* Returns the payload's number, or -1. */
static int64_t keep_payload(struct page_data *d, const struct record_call *details)
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

static void tell_details(struct page_data *d)
{
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
		if (from < words.length)
			json_text_n(
				&d->output->writer, NULL, words.bytes + from, words.length - from);
		else
			json_text(&d->output->writer, NULL, "");
		payloads[i] = keep_payload(d, details);
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
	static const struct {
		const char *key;
		column *number;
	} columns[] = {{"time", time_column}, {"duration", duration_column},
		{"process", process_column}, {"tid", tid_column},
		{"descriptor", page_descriptor_of}, {"name", name_column},
		{"effect", effect_column}, {"result", result_column}, {"error", error_column},
		{"bytes", bytes_column}, {"flags", flags_column}};

	json_object_begin(&d->output->writer, "calls");
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		tell_column(d, columns[i].key, columns[i].number);
	tell_details(d);
	json_object_end(&d->output->writer);
	json_array_begin(&d->output->writer, "payloads");
	json_output_give(d->output);
	struct json_output payloads = {d->payloads, d->output->text};
	json_output_finish(&payloads);
	json_array_end(&d->output->writer);
}
