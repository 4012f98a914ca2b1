/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/term/quantity.h"
#include "viewer/views/hint_lines.h"
#include "viewer/views/lanes.h"
#include "viewer/views/story.h"
#include "viewer/views/tell.h"
#include "viewer/views/timeline_tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

/* It failed, and was made on no descriptor that the trace knows. */
static bool has_no_lane(const struct selection *selection, uint32_t index)
{
	const struct call *call = &selection->trace->calls[index];

	return selection_has_call(selection, index) && !call->descriptor && call->error &&
	       !(call->flags & (CALL_MAKES | CALL_WAITS));
}

static void draw_failed(struct text *text, const struct selection *selection)
{
	const struct trace *trace = selection->trace;

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!has_no_lane(selection, i))
			continue;
		name_call(text, STYLE_ERROR, trace_word(trace, call->name), 20);
		if (call->fd >= 0)
			text_addf(text, STYLE_PLAIN, " on fd %" PRId32, call->fd);
		text_addf(text, STYLE_PLAIN, " in process %" PRId64 ": ", call->process->pid);
		text_add_foreign(text, STYLE_ERROR, trace_word(trace, call->error),
			strlen(trace_word(trace, call->error)), text->width);
		text_end_line(text);
	}
}

#define LONGEST 3

/* The calls that took longest, the longest first; NULL where there is none that waited. */
static void find_longest(const struct selection *selection, const struct call *longest[LONGEST])
{
	const struct trace *trace = selection->trace;

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!call_has_waited(call) || !selection_has_call(selection, i))
			continue;
		for (int j = 0; j < LONGEST && call; j++) {
			if (longest[j] && longest[j]->duration_ns >= call->duration_ns)
				continue;
			const struct call *shorter = longest[j];
			longest[j] = call;
			call = shorter;
		}
	}
}

static void tell_failed(struct json_output *output, const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct json_writer *w = &output->writer;

	json_array_begin(w, "failed");
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!has_no_lane(selection, i))
			continue;
		json_object_begin(w, NULL);
		tell_call_number(w, "call", trace, i);
		tell_trace_of(w, "trace", trace, call->process->part);
		json_number(w, "pid", call->process->pid);
		json_text(w, "name", trace_word(trace, call->name));
		if (call->fd >= 0)
			json_number(w, "fd", call->fd);
		json_text(w, "error", trace_word(trace, call->error));
		json_object_end(w);
		json_output_some(output);
	}
	json_array_end(w);
}

static void draw_longest(
	struct text *text, const struct selection *selection, const struct instants *instants)
{
	const struct trace *trace = selection->trace;
	const struct call *longest[LONGEST] = {NULL};
	char took[QUANTITY_SIZE], when[INSTANT_SIZE];
	size_t indent = 0;

	find_longest(selection, longest);
	for (int i = 0; i < LONGEST && longest[i]; i++) {
		quantity_time(took, longest[i]->duration_ns, text->is_ascii);
		instant_words(instants, when, longest[i]->time_ns);
		text_add(text, STYLE_FAINT, i == 0 ? "waited longest: " : "");
		indent = i == 0 ? text->column : indent;
		text_pad(text, indent);
		text_addf(text, STYLE_PLAIN, "%s in ", took);
		name_call(text, STYLE_PLAIN, trace_word(trace, longest[i]->name), text->width / 2);
		if (longest[i]->fd >= 0)
			text_addf(text, STYLE_PLAIN, " on fd %" PRId32, longest[i]->fd);
		text_add_separator(text, STYLE_PLAIN, ',');
		name_process(text, STYLE_PLAIN, longest[i]->process, text->width - 24);
		struct text_mark mark = text_mark(text);
		text_addf(text, STYLE_FAINT, ", at %s", when);
		text_break_at(text, mark, text->width, indent);
		text_end_line(text);
	}
}

static void tell_longest(struct json_writer *w, const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	const struct call *longest[LONGEST] = {NULL};

	find_longest(selection, longest);
	json_array_begin(w, "waited_longest");
	for (int i = 0; i < LONGEST && longest[i]; i++) {
		json_object_begin(w, NULL);
		tell_call_number(w, "call", trace, (uint32_t)(longest[i] - trace->calls));
		tell_trace_of(w, "trace", trace, longest[i]->process->part);
		json_number(w, "pid", longest[i]->process->pid);
		json_text(w, "name", trace_word(trace, longest[i]->name));
		if (longest[i]->fd >= 0)
			json_number(w, "fd", longest[i]->fd);
		json_number(w, "time_ns", longest[i]->time_ns);
		json_number(w, "waited_ns", longest[i]->duration_ns);
		json_object_end(w);
	}
	json_array_end(w);
}

void view_timeline(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	header_draw(text, selection);
	draw_failed(text, selection);
	text_end_line(text);
	if (selection->descriptor_count == 0) {
		header_draw_nothing(text, selection);
		return;
	}
	struct timeline *timeline = timeline_new(selection, options->sort, view_most(options), NULL,
		options->time, options->is_full, text);
	const struct rank *rank = &timeline->rank;
	/* The letters of lanes and what hints say would give the answers. */
	if (options->gaps != GAP_CALLS) {
		lanes_draw(text, timeline, lanes_scale(timeline, text->width, options->is_linear));
		lanes_draw_rest(text, timeline);
	}
	draw_longest(text, selection, &timeline->instants);
	if (options->gaps == GAP_NONE)
		hint_lines_draw(text, selection);
	for (size_t i = 0; i < rank->chosen && !text->is_unwanted; i++) {
		text_end_line(text);
		story_draw(text, selection, selection->trace->descriptors[rank->list[i].number],
			options);
	}
	timeline_free(timeline);
}

void view_timeline_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct timeline *timeline =
		timeline_new(selection, options->sort, view_most(options), NULL, options->time,
			options->is_full, &(struct text){.is_ascii = output->text->is_ascii});
	const struct rank *rank = &timeline->rank;
	struct json_writer *w = &output->writer;

	header_tell(w, selection);
	tell_failed(output, selection);
	lanes_scale(timeline, output->text->width, options->is_linear);
	timeline_tell(output, timeline);
	tell_longest(w, selection);
	hint_lines_tell(w, selection, output->text->is_ascii);
	json_array_begin(w, "stories");
	for (size_t i = 0; i < rank->chosen && !output->text->is_unwanted; i++)
		story_tell(output, selection, selection->trace->descriptors[rank->list[i].number],
			options);
	json_array_end(w);
	timeline_free(timeline);
}
