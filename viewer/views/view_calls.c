/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/views/tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/call_line.h"

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

void view_calls(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	const struct trace *trace = selection->trace;
	uint32_t *order = calls_shown(selection);

	(void)options;
	for (size_t i = 0; i < selection->call_count && !text->is_unwanted; i++)
		call_line_draw(text, trace, &trace->calls[order[i]]);
	free(order);
}

void view_calls_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	uint32_t *order = calls_shown(selection);

	(void)options;
	json_array_begin(&output->writer, "calls");
	for (size_t i = 0; i < selection->call_count && !output->text->is_unwanted; i++) {
		json_object_begin(&output->writer, NULL);
		tell_call_facts(output, selection->trace, order[i]);
		json_object_end(&output->writer);
		json_output_some(output);
	}
	json_array_end(&output->writer);
	free(order);
}
