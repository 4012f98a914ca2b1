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
#include "viewer/views/view.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

/* The same warning for many processes is said once. */
static bool is_said(const struct trace *trace, size_t index)
{
	const char *message = trace->records[index]->warning.message;

	for (size_t i = 0; i < index; i++)
		if (trace->records[i]->type == RECORD_WARNING &&
			strcmp(trace->records[i]->warning.message, message) == 0)
			return true;
	return false;
}

static size_t count_same(const struct trace *trace, const char *message)
{
	size_t count = 0;

	for (size_t i = 0; i < trace->record_count; i++)
		count += trace->records[i]->type == RECORD_WARNING &&
			 strcmp(trace->records[i]->warning.message, message) == 0;
	return count;
}

static void draw_warning(
	struct text *text, const struct trace *trace, const struct record_warning *warning)
{
	size_t same = count_same(trace, warning->message);

	text_add(text, STYLE_ERROR, "warning: ");
	if (warning->pid != RECORD_ABSENT)
		text_addf(text, STYLE_PLAIN, "process %" PRId64 ": ", warning->pid);
	text_add_foreign(
		text, STYLE_PLAIN, warning->message, strlen(warning->message), text->width * 3);
	if (same > 1)
		text_addf(text, STYLE_FAINT, " (and %zu more)", same - 1);
	text_end_line(text);
}

#define MOST_WARNINGS 20

static void draw_warnings(struct text *text, const struct trace *trace)
{
	size_t shown = 0;

	for (size_t i = 0; i < trace->record_count && trace->warning_count > 0; i++)
		if (trace->records[i]->type == RECORD_WARNING && shown < MOST_WARNINGS &&
			!is_said(trace, i)) {
			draw_warning(text, trace, &trace->records[i]->warning);
			shown++;
		}
}

/* Calls that were made on no descriptor that the trace knows. */
static void draw_failed_creations(struct text *text, const struct selection *selection)
{
	const struct trace *trace = selection->trace;

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!selection_has_call(selection, i) || call->descriptor || !call->error ||
			call->flags & (CALL_MAKES | CALL_WAITS))
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
#define WAIT_NS 1000000

/* The calls that took longest, the longest first; NULL where there is none that waited. */
static void find_longest(const struct selection *selection, const struct call *longest[LONGEST])
{
	const struct trace *trace = selection->trace;

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->duration_ns < WAIT_NS || !selection_has_call(selection, i))
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

static void draw_hints(struct text *text, const struct selection *selection)
{
	struct hints *hints = hints_new(selection, text->is_ascii);
	size_t count = 0, shown;

	while (count < hints->group_count && hints->groups[count].rule->weight != HINT_TELLS)
		count++;
	shown = count < MOST_HINTS ? count : MOST_HINTS;
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

static void tell_stories(struct text *text, const struct selection *selection,
	const struct rank *rank, const struct view_options *options)
{
	for (size_t i = 0; i < rank->chosen && !text->is_unwanted; i++) {
		text_end_line(text);
		story_tell(text, selection, selection->trace->descriptors[rank->list[i].number],
			options->is_full);
	}
}

void view_timeline(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	header_draw(text, selection);
	draw_warnings(text, selection->trace);
	draw_failed_creations(text, selection);
	text_end_line(text);
	if (selection->descriptor_count == 0) {
		header_draw_nothing(text, selection);
		return;
	}
	struct timeline *timeline =
		timeline_new(selection, options->sort, view_most(options), text->is_ascii);
	lanes_draw(text, timeline, lanes_scale(timeline, text->width, options->is_linear));
	rank_say_rest(text, &timeline->rank, "descriptors (--top=N, --full)");
	draw_longest(text, selection);
	draw_hints(text, selection);
	tell_stories(text, selection, &timeline->rank, options);
	timeline_free(timeline);
}

void view_timeline_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	(void)output;
	(void)selection;
	(void)options;
}
