/* SPDX-License-Identifier: MIT */
/*
 * Exchanges, and connects that failed, as spans: an ExportTraceServiceRequest a line, as JSON of
 * OTLP, which a collector's otlpjsonfile receiver reads.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/memory.h"
#include "format/messages.h"
#include "format/version.h"
#include "viewer/layout/span.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/views/otlp_attributes.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

/* So many spans at the most are in a request, as in a batch of OpenTelemetry's own exporters: a
 * line is held in memory by its readers. */
#define MOST_SPANS 512

/* opentelemetry/proto/trace/v1/trace.proto: SpanFlags. */
#define FLAG_HAS_IS_REMOTE 0x100
#define FLAG_IS_REMOTE     0x200

/* Spans that become one request. */
struct span_batch {
	struct json_output *output;
	const struct exchanges *exchanges;
	bool is_line; /* each request is a line of its own */
	struct exchange_span spans[MOST_SPANS];
	size_t count;
};

/* Those of a process together; each process's in the order of the trace. */
static int by_process(const void *one, const void *other)
{
	const struct exchange_span *a = one, *b = other;
	uint32_t a_number = a->call->process->number, b_number = b->call->process->number;

	if (a_number != b_number)
		return a_number < b_number ? -1 : 1;
	if (a->begin_ns != b->begin_ns)
		return a->begin_ns < b->begin_ns ? -1 : 1;
	if (a->exchange != b->exchange)
		return a->exchange < b->exchange ? -1 : 1;
	return (a->call > b->call) - (a->call < b->call);
}

static void tell_id(struct json_writer *writer, const char *key, uint64_t id)
{
	char digits[17];

	snprintf(digits, sizeof(digits), "%016" PRIx64, id);
	json_text_n(writer, key, digits, 16);
}

/* By the clock on the wall; where that is not known, since the trace began. */
static void tell_time(
	struct json_writer *writer, const char *key, const struct trace *trace, int64_t time_ns)
{
	int64_t started_ns = trace->parts[0].started_ns, wall_ns;
	char digits[24];

	if (__builtin_add_overflow(started_ns, time_ns, &wall_ns) || wall_ns < 0)
		wall_ns = 0;
	snprintf(digits, sizeof(digits), "%" PRId64, wall_ns);
	json_text(writer, key, digits);
}

static unsigned int flags_of(const struct exchange_span *span)
{
	if (!span->parent)
		return 0;
	return span->trace_flags | FLAG_HAS_IS_REMOTE |
	       (span->is_parent_remote ? FLAG_IS_REMOTE : 0);
}

static void tell_span(const struct span_batch *batch, const struct exchange_span *span)
{
	struct json_writer *writer = &batch->output->writer;
	const struct trace *trace = batch->exchanges->trace;
	char id[33];

	json_object_begin(writer, NULL);
	snprintf(id, sizeof(id), "%016" PRIx64 "%016" PRIx64, span->trace_high, span->trace_low);
	json_text(writer, "traceId", id);
	tell_id(writer, "spanId", span->id);
	if (span->parent)
		tell_id(writer, "parentSpanId", span->parent);
	if (flags_of(span))
		json_number(writer, "flags", flags_of(span));
	json_number(writer, "kind", span->kind);
	tell_time(writer, "startTimeUnixNano", trace, span->begin_ns);
	tell_time(writer, "endTimeUnixNano", trace, span->end_ns);
	otlp_describe(writer, batch->exchanges, span);
	json_object_end(writer);
	json_output_some(batch->output);
}

/* The process, as resource attributes:
 * https://opentelemetry.io/docs/specs/semconv/resource/process/ */
static void tell_resource(const struct span_batch *batch, const struct process *process)
{
	struct json_writer *writer = &batch->output->writer;
	const struct record_trace *header = batch->exchanges->trace->parts[process->part].header;

	json_object_begin(writer, "resource");
	json_array_begin(writer, "attributes");
	/* https://opentelemetry.io/docs/specs/semconv/resource/#service */
	otlp_text(writer, "service.name", process->program ? process->program : "unknown_service");
	otlp_number(writer, "process.pid", process->pid);
	if (process->program)
		otlp_text(writer, "process.executable.name", process->program);
	if (header && header->host)
		otlp_text(writer, "host.name", header->host);
	json_array_end(writer);
	json_object_end(writer);
}

static void tell_batch(struct span_batch *batch)
{
	struct json_writer *writer = &batch->output->writer;

	if (batch->count == 0)
		return;
	qsort(batch->spans, batch->count, sizeof(batch->spans[0]), by_process);
	json_object_begin(writer, NULL);
	json_array_begin(writer, "resourceSpans");
	for (size_t i = 0, end; i < batch->count; i = end) {
		const struct process *process = batch->spans[i].call->process;
		json_object_begin(writer, NULL);
		tell_resource(batch, process);
		json_array_begin(writer, "scopeSpans");
		json_object_begin(writer, NULL);
		json_object_begin(writer, "scope");
		json_text(writer, "name", "sockview");
		json_text(writer, "version", SOCKLINE_VERSION);
		json_object_end(writer);
		json_array_begin(writer, "spans");
		for (end = i; end < batch->count && batch->spans[end].call->process == process;
			end++)
			tell_span(batch, &batch->spans[end]);
		json_array_end(writer);
		json_object_end(writer);
		json_array_end(writer);
		json_object_end(writer);
	}
	json_array_end(writer);
	json_object_end(writer);
	if (batch->is_line)
		json_line_end(writer);
	json_output_some(batch->output);
	batch->count = 0;
}

/* Why there is no span; words that begin in lower case. */
static const char *nothing(const struct selection *selection)
{
	if (selection->trace->call_count == 0)
		return header_nothing(selection->trace, false);
	return trace_exchanges(selection->trace)->count > 0
		       ? "no exchange fits"
		       : "no exchanges: nothing was asked and nothing was answered";
}

/* What the lines do not say. */
static void say_what_is_not_there(const struct selection *selection, size_t spans, size_t notices)
{
	if (spans + notices == 0)
		print_message("sockview: %s\n", nothing(selection));
	if (notices > 0)
		print_message("sockview: otlp: %zu %s; -v exchanges shows %s\n", notices,
			notices == 1 ? "message that nobody asked for is no span"
				     : "messages that nobody asked for are no spans",
			notices == 1 ? "it" : "them");
	if (spans > 0 && selection->trace->parts[0].started_ns == 0)
		print_message("sockview: otlp: the trace does not say when it began: its times "
			      "count from 1970\n");
}

static void tell_all(struct json_output *output, const struct selection *selection, bool is_line)
{
	const struct exchanges *exchanges = trace_exchanges(selection->trace);
	struct spans *spans = spans_new(selection->trace);
	struct span_batch *batch = xcalloc(1, sizeof(*batch));
	size_t count, told = 0, notices = 0;
	uint32_t *numbers = exchanges_shown(exchanges, selection, &count);

	batch->output = output;
	batch->exchanges = exchanges;
	batch->is_line = is_line;
	for (size_t i = 0; i < count && !output->text->is_unwanted; i++) {
		if (batch->count + 2 > MOST_SPANS)
			tell_batch(batch);
		size_t found = spans_of(spans, numbers[i], batch->spans + batch->count);
		batch->count += found;
		told += found;
		notices += exchanges->list[numbers[i]].result == EXCHANGE_NOTICE;
	}
	for (uint32_t i = 0; i < selection->trace->call_count && !output->text->is_unwanted; i++) {
		if (batch->count == MOST_SPANS)
			tell_batch(batch);
		if (selection_has_call(selection, i) &&
			span_of_connect(spans, i, batch->spans + batch->count)) {
			batch->count++;
			told++;
		}
	}
	tell_batch(batch);
	free(numbers);
	free(batch);
	spans_free(spans);
	say_what_is_not_there(selection, told, notices);
}

void view_otlp(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct json_output output = {.text = text};

	(void)options;
	text->has_color = false;
	tell_all(&output, selection, true);
	json_output_finish(&output);
}

void view_otlp_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	(void)options;
	header_tell(&output->writer, selection);
	json_array_begin(&output->writer, "requests");
	tell_all(output, selection, false);
	json_array_end(&output->writer);
}
