/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/model/details.h"
#include "viewer/term/workers.h"
#include "viewer/views/tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/call_line.h"
#include "viewer/wording/warnings.h"

static int by_time(const void *a, const void *b, void *context)
{
	const struct trace *trace = *(const struct trace *const *)context;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	int64_t left_ns = trace->calls[left].time_ns, right_ns = trace->calls[right].time_ns;

	if (left_ns != right_ns)
		return left_ns < right_ns ? -1 : 1;
	return left < right ? -1 : left > right;
}

/* The indices of the calls that are shown, in the order of time; for the caller to free. */
static uint32_t *calls_shown(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	uint32_t *order = xcalloc(selection->call_count + 1, sizeof(*order));
	size_t count = 0;

	for (uint32_t i = 0; i < trace->call_count; i++)
		if (selection_has_call(selection, i))
			order[count++] = i;
	qsort_r(order, count, sizeof(*order), by_time, &trace);
	return order;
}

/* A thread draws the lines of so many calls at once. */
#define AT_ONCE 512

/* Calls, and their lines. */
struct call_lines {
	struct trace trace; /* with details of its own: those keep the line that was read last */
	struct text text;
	struct line_columns columns;
	const uint32_t *calls; /* borrowed */
	size_t count;
};

static void draw_lines(void *context)
{
	struct call_lines *lines = context;

	for (size_t i = 0; i < lines->count; i++)
		call_line_draw(&lines->text, &lines->columns, &lines->trace,
			&lines->trace.calls[lines->calls[i]]);
}

static void release_lines(void *context)
{
	struct call_lines *lines = context;

	details_free(lines->trace.details);
	text_free(&lines->text);
}

static void begin_lines(struct call_lines *lines, const struct text *text,
	const struct trace *trace, const uint32_t *calls, size_t count)
{
	if (!lines->trace.details) {
		lines->trace = *trace;
		lines->trace.details = details_new();
		lines->text = (struct text){.width = text->width,
			.is_window = text->is_window,
			.has_color = text->has_color,
			.is_ascii = text->is_ascii,
			.language = text->language};
	}
	lines->text.length = 0;
	lines->calls = calls;
	lines->count = count < AT_ONCE ? count : AT_ONCE;
}

static void draw_calls(struct text *text, struct line_columns *columns, const struct trace *trace,
	const uint32_t *calls, size_t count)
{
	struct workers *workers = workers_new(draw_lines, sizeof(struct call_lines));
	struct call_lines *lines;

	do {
		while (count > 0 && (lines = workers_free_piece(workers))) {
			begin_lines(lines, text, trace, calls, count);
			/* The next line says how long after the last one of these it is. */
			lines->columns = *columns;
			instants_pass(
				&columns->instants, trace->calls[calls[lines->count - 1]].time_ns);
			calls += lines->count;
			count -= lines->count;
			workers_start(workers);
		}
		lines = workers_finished(workers);
		if (lines) {
			text_raw(text, lines->text.bytes, lines->text.length);
			workers_take(workers);
		}
	} while (lines && !text->is_unwanted);
	workers_free(workers, release_lines);
}

void view_calls(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	const struct trace *trace = selection->trace;
	struct instants instants = instants_of(trace, options->time, text->is_ascii);
	uint32_t *order = calls_shown(selection);

	struct line_columns columns =
		line_columns_of(text, trace, &instants, order, selection->call_count);

	warnings_draw(text, trace);
	if (selection->call_count > 0)
		line_columns_draw_heading(text, &columns);
	draw_calls(text, &columns, trace, order, selection->call_count);
	free(order);
}

void view_calls_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	uint32_t *order = calls_shown(selection);
	struct instants instants = {0};

	(void)options;
	json_array_begin(&output->writer, "calls");
	for (size_t i = 0; i < selection->call_count && !output->text->is_unwanted; i++) {
		json_object_begin(&output->writer, NULL);
		tell_call_facts(output, selection->trace, &instants, order[i]);
		json_object_end(&output->writer);
		json_output_some(output);
	}
	json_array_end(&output->writer);
	free(order);
}
