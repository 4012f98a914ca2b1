/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_find.h"
#include "viewer/term/quantity.h"
#include "viewer/views/lanes.h"
#include "viewer/views/story.h"
#include "viewer/views/tell.h"
#include "viewer/views/timeline_tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

#define MOST_WARNINGS 20

/* The same warning for many processes is said once. */
struct warnings {
	const struct record_warning *list[MOST_WARNINGS];
	size_t more[MOST_WARNINGS]; /* that say the same */
	size_t count;
	size_t left_out; /* that say something else than all of these */
};

static void find_warnings(struct warnings *warnings, const struct trace *trace)
{
	warnings->count = warnings->left_out = 0;
	for (size_t i = 0; i < trace->record_count && trace->warning_count > 0; i++) {
		const struct record_warning *warning = &trace->records[i]->warning;
		size_t at = 0;
		if (trace->records[i]->type != RECORD_WARNING)
			continue;
		while (at < warnings->count &&
			strcmp(warnings->list[at]->message, warning->message) != 0)
			at++;
		if (at < warnings->count) {
			warnings->more[at]++;
		} else if (at < MOST_WARNINGS) {
			warnings->list[at] = warning;
			warnings->more[at] = 0;
			warnings->count++;
		} else {
			warnings->left_out++;
		}
	}
}

static void draw_warnings(struct text *text, const struct trace *trace)
{
	struct warnings warnings;

	find_warnings(&warnings, trace);
	for (size_t i = 0; i < warnings.count; i++) {
		const struct record_warning *warning = warnings.list[i];
		text_add(text, STYLE_ERROR, "warning: ");
		if (warning->pid != RECORD_ABSENT)
			text_addf(text, STYLE_PLAIN, "process %" PRId64 ": ", warning->pid);
		text_add_foreign(text, STYLE_PLAIN, warning->message, strlen(warning->message),
			text->width * 3);
		if (warnings.more[i] > 0)
			text_addf(text, STYLE_FAINT, " (and %zu more)", warnings.more[i]);
		text_end_line(text);
	}
	if (warnings.left_out > 0) {
		text_addf(text, STYLE_FAINT, "and %zu more %s", warnings.left_out,
			warnings.left_out == 1 ? "warning" : "warnings");
		text_end_line(text);
	}
}

static void tell_warnings(struct json_writer *w, const struct trace *trace)
{
	struct warnings warnings;

	find_warnings(&warnings, trace);
	json_array_begin(w, "warnings");
	for (size_t i = 0; i < warnings.count; i++) {
		json_object_begin(w, NULL);
		if (warnings.list[i]->pid != RECORD_ABSENT)
			json_number(w, "pid", warnings.list[i]->pid);
		json_text(w, "message", warnings.list[i]->message);
		json_number(w, "more", (int64_t)warnings.more[i]);
		json_object_end(w);
	}
	json_array_end(w);
	json_number(w, "warnings_left_out", (int64_t)warnings.left_out);
}

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
		tell_trace_of(w, "trace", trace, call->part);
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

static void draw_longest(struct text *text, const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	const struct call *longest[LONGEST] = {NULL};
	char took[QUANTITY_SIZE], when[QUANTITY_SIZE];

	find_longest(selection, longest);
	for (int i = 0; i < LONGEST && longest[i]; i++) {
		quantity_time(took, longest[i]->duration_ns, text->is_ascii);
		quantity_time(when, longest[i]->time_ns - trace->begin_ns, text->is_ascii);
		text_add(text, STYLE_FAINT, i == 0 ? "waited longest: " : "                ");
		text_addf(text, STYLE_PLAIN, "%s in ", took);
		name_call(text, STYLE_PLAIN, trace_word(trace, longest[i]->name), text->width / 2);
		if (longest[i]->fd >= 0)
			text_addf(text, STYLE_PLAIN, " on fd %" PRId32, longest[i]->fd);
		text_add(text, STYLE_PLAIN, ", ");
		name_process(text, STYLE_PLAIN, longest[i]->process, text->width - 24);
		text_addf(text, STYLE_FAINT, ", at %s", when);
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
		tell_trace_of(w, "trace", trace, longest[i]->part);
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

#define MOST_HINTS 4

static void draw_hint(struct text *text, const struct hint_group *group)
{
	const struct hint *hint = &group->list[0];

	text_add(text, STYLE_FAINT, "hint: ");
	text_add(text, STYLE_PLAIN, group->rule->title);
	struct text_mark mark = text_mark(text);
	text_add(text, STYLE_FAINT, " (");
	name_process(text, STYLE_FAINT, hint->process, text->column + text->width / 4);
	if (hint->descriptor)
		text_addf(text, STYLE_FAINT, " fd %" PRId64, hint->descriptor->fd);
	if (group->count > 1)
		text_addf(text, STYLE_FAINT, " and %zu more", group->count - 1);
	text_add(text, STYLE_FAINT, ")");
	text_break(text, mark, text->width);
	text_end_line(text);
}

/* Those that are no mere remarks; the heaviest of them are shown. */
static size_t count_hints(const struct hints *hints)
{
	size_t count = 0;

	while (count < hints->group_count && hints->groups[count].rule->weight != HINT_TELLS)
		count++;
	return count;
}

static void draw_hints(struct text *text, const struct selection *selection)
{
	struct hints *hints = hints_new(selection, text->is_ascii);
	size_t count = count_hints(hints), shown = count < MOST_HINTS ? count : MOST_HINTS;

	for (size_t i = 0; i < shown; i++)
		draw_hint(text, &hints->groups[i]);
	if (shown > 0) {
		text_add(text, STYLE_FAINT, "      ");
		if (count > shown)
			text_addf(text, STYLE_FAINT, "and %zu more: ", count - shown);
		text_add(text, STYLE_FAINT, "sockview -v hints says what to do");
		text_end_line(text);
	}
	hints_free(hints);
}

static void tell_hints(struct json_writer *w, const struct selection *selection, bool is_ascii)
{
	struct hints *hints = hints_new(selection, is_ascii);
	size_t count = count_hints(hints), shown = count < MOST_HINTS ? count : MOST_HINTS;

	json_array_begin(w, "hints");
	for (size_t i = 0; i < shown; i++) {
		const struct hint_group *group = &hints->groups[i];
		json_object_begin(w, NULL);
		json_text(w, "name", group->rule->name);
		json_text(w, "title", group->rule->title);
		tell_trace_of(w, "trace", selection->trace, group->list[0].process->part);
		json_number(w, "pid", group->list[0].process->pid);
		if (group->list[0].descriptor)
			json_number(w, "fd", group->list[0].descriptor->fd);
		json_number(w, "more", (int64_t)group->count - 1);
		json_object_end(w);
	}
	json_array_end(w);
	json_number(w, "hints_left_out", (int64_t)(count - shown));
	hints_free(hints);
}

void view_timeline(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	header_draw(text, selection);
	draw_warnings(text, selection->trace);
	draw_failed(text, selection);
	text_end_line(text);
	if (selection->descriptor_count == 0) {
		header_draw_nothing(text, selection);
		return;
	}
	struct timeline *timeline =
		timeline_new(selection, options->sort, view_most(options), text->is_ascii);
	const struct rank *rank = &timeline->rank;
	lanes_draw(text, timeline, lanes_scale(timeline, text->width, options->is_linear));
	rank_say_rest(text, rank, "descriptors (--top=N, --full)");
	draw_longest(text, selection);
	draw_hints(text, selection);
	for (size_t i = 0; i < rank->chosen && !text->is_unwanted; i++) {
		text_end_line(text);
		story_draw(text, selection, selection->trace->descriptors[rank->list[i].number],
			options->is_full);
	}
	timeline_free(timeline);
}

void view_timeline_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct timeline *timeline =
		timeline_new(selection, options->sort, view_most(options), output->text->is_ascii);
	const struct rank *rank = &timeline->rank;
	struct json_writer *w = &output->writer;

	header_tell(w, selection);
	tell_warnings(w, selection->trace);
	tell_failed(output, selection);
	lanes_scale(timeline, output->text->width, options->is_linear);
	timeline_tell(output, timeline);
	tell_longest(w, selection);
	tell_hints(w, selection, output->text->is_ascii);
	json_array_begin(w, "stories");
	for (size_t i = 0; i < rank->chosen && !output->text->is_unwanted; i++)
		story_tell(output, selection, selection->trace->descriptors[rank->list[i].number],
			options->is_full);
	json_array_end(w);
	timeline_free(timeline);
}
