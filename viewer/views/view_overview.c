/* SPDX-License-Identifier: MIT */
/* The first screen: the worst first, who talks to whom, where the time went, the few lanes that
 * matter, and what to ask next. */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/timeline.h"
#include "viewer/relate/complete.h"
#include "viewer/views/hint_lines.h"
#include "viewer/views/lanes.h"
#include "viewer/views/slow_exchanges.h"
#include "viewer/views/story.h"
#include "viewer/views/stuck.h"
#include "viewer/views/talk_table.h"
#include "viewer/views/time_table.h"
#include "viewer/views/timeline_tell.h"
#include "viewer/views/under_way.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"

/* What all fits on: a screen, unless `--full` asks for all. */
#define SCREEN_LINES 40
#define NEXT_LINES   3
#define STORY_LINES  48
#define TALKS        8
#define THREADS      5
#define FEWEST_LANES 4
#define SOME_LANES   12 /* where not all have room */

static size_t most_of(const struct view_options *options, size_t most)
{
	return options->is_full ? SIZE_MAX : options->top < most ? options->top : most;
}

/* A pane of the screen, drawn apart to see how long it is. */
struct pane {
	struct text text;
	size_t lines;
};

static struct pane pane_begin(const struct text *text)
{
	return (struct pane){.text = {.width = text->width,
				     .is_window = text->is_window,
				     .has_color = text->has_color,
				     .is_ascii = text->is_ascii,
				     .language = text->language}};
}

static void pane_measure(struct pane *pane)
{
	pane->lines = 0;
	for (size_t i = 0; i < pane->text.length; i++)
		pane->lines += pane->text.bytes[i] == '\n';
}

/* Behind an empty line, if there is anything in it. Returns how many lines it took. */
static size_t pane_end(struct text *text, struct pane *pane)
{
	size_t lines = 0;

	pane_measure(pane);
	if (pane->lines > 0) {
		text_end_line(text);
		text_raw(text, pane->text.bytes, pane->text.length);
		lines = pane->lines + 1;
	}
	text_free(&pane->text);
	return lines;
}

static size_t draw_talks(struct text *text, const struct selection *selection, size_t most)
{
	struct pane pane = pane_begin(text);

	talk_table_draw(&pane.text, selection, most);
	return pane_end(text, &pane);
}

static size_t draw_exchanges(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct pane pane = pane_begin(text);

	slow_exchanges_draw(&pane.text, selection, options);
	return pane_end(text, &pane);
}

static size_t draw_times(struct text *text, const struct thread_times *times, size_t most)
{
	struct pane pane = pane_begin(text);

	text_add(&pane.text, STYLE_FAINT, "  where the time went");
	text_end_line(&pane.text);
	time_table_draw(&pane.text, times, most);
	return pane_end(text, &pane);
}

/* What comes before the lanes. Returns how many lines it took. */
static size_t draw_answers(struct text *text, const struct selection *selection,
	const struct thread_times *times, const struct view_options *options)
{
	struct pane head = pane_begin(text);

	header_draw(&head.text, selection);
	stuck_draw(&head.text, selection->trace, times, options->time);
	under_way_draw(&head.text, selection, options->time);
	hint_lines_draw(&head.text, selection);
	pane_measure(&head);
	text_raw(text, head.text.bytes, head.text.length);
	size_t lines = head.lines;
	text_free(&head.text);
	if (header_is_empty(selection)) {
		text_end_line(text);
		header_draw_nothing(text, selection);
		return lines + 2;
	}
	lines += draw_talks(text, selection, most_of(options, TALKS));
	lines += draw_exchanges(text, selection, options);
	return lines + draw_times(text, times, most_of(options, THREADS));
}

static struct pane draw_lanes(const struct text *text, struct timeline *timeline, bool is_linear)
{
	struct pane pane = pane_begin(text);

	lanes_draw(&pane.text, timeline, lanes_scale(timeline, text->width, is_linear));
	rank_say_rest(&pane.text, &timeline->rank, "descriptors: -v timeline");
	lanes_draw_absent(&pane.text, timeline);
	pane_measure(&pane);
	return pane;
}

/* As many lanes as have room in so many lines, with their headings and the legend: first of what
 * the lines above them are about. How many lines a lane takes depends on whose it is, and each try
 * looks at all calls: a binary search takes few of them. */
static struct timeline *lanes_that_fit(const struct text *text, const struct selection *selection,
	const struct thread_times *times, const struct view_options *options, size_t lines,
	struct pane *pane)
{
	size_t lanes =
		selection->descriptor_count <= lines ? selection->descriptor_count : SOME_LANES;
	size_t least = lanes < FEWEST_LANES ? lanes : FEWEST_LANES, most = lanes;
	bool *is_wanted = xcalloc(selection->trace->socket_count + 1, sizeof(*is_wanted));

	stuck_mark(selection->trace, times, is_wanted);
	slow_exchanges_mark(selection, options, is_wanted);
	for (;; lanes = least + (most - least + 1) / 2) {
		struct timeline *timeline = timeline_new(selection, options->sort,
			most_of(options, lanes), is_wanted, options->time, options->is_full, text);
		*pane = draw_lanes(text, timeline, options->is_linear);
		if (pane->lines + 1 <= lines || options->is_full)
			least = lanes;
		else
			most = lanes > least ? lanes - 1 : least;
		if (lanes == least && (least == most || options->is_full)) {
			free(is_wanted);
			return timeline;
		}
		text_free(&pane->text);
		timeline_free(timeline);
	}
}

static void add_next(struct text *text, const char *what, const char *words)
{
	struct text_mark mark = text_mark(text);

	if (text->column > 0)
		text_add(text, STYLE_FAINT, text_choose(text, " · ", " | "));
	text_add(text, STYLE_FAINT, what);
	text_add_separator(text, STYLE_FAINT, ':');
	text_add(text, STYLE_PLAIN, words);
	if (text->column <= text->width)
		return;
	text_undo(text, mark);
	text_end_line(text);
	text_add(text, STYLE_FAINT, what);
	text_add_separator(text, STYLE_FAINT, ':');
	text_add(text, STYLE_PLAIN, words);
}

/* What to ask for next, by what there is. */
static void draw_next(struct text *text, const struct selection *selection)
{
	text_end_line(text);
	if (trace_exchanges(selection->trace)->count > 0)
		add_next(text, "exchanges", "-v exchanges --sort=wait");
	add_next(text, "stories", "-v timeline");
	add_next(text, "one socket", "-v socket --socket=N");
	add_next(text, "in a browser", "-v html -o t.html");
	text_end_line(text);
}

static size_t room_after(size_t used)
{
	return used + NEXT_LINES < SCREEN_LINES ? SCREEN_LINES - NEXT_LINES - used : 0;
}

/* Draws the stories when all of them are short, or asked for: by --full, or of some sockets. */
static bool draw_stories(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct pane pane = pane_begin(text);
	const struct trace *trace = selection->trace;
	bool is_asked_for = options->is_full || selection->has_socket;

	for (size_t i = 0; i < trace->descriptor_count && pane.lines <= STORY_LINES; i++) {
		struct text *into = is_asked_for ? text : &pane.text;
		if (!selection_has_descriptor(selection, trace->descriptors[i]))
			continue;
		if (into == text || into->length > 0)
			text_end_line(into);
		story_draw(into, selection, trace->descriptors[i], options);
		pane_measure(&pane);
	}
	bool fits = pane.lines <= STORY_LINES;
	if (fits)
		pane_end(text, &pane);
	else
		text_free(&pane.text);
	return fits;
}

void view_overview(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct thread_times *times = thread_times_new(selection);
	size_t used = draw_answers(text, selection, times, options);
	struct pane lanes;

	if (header_is_empty(selection) || selection->descriptor_count == 0) {
		thread_times_free(times);
		return;
	}
	timeline_free(lanes_that_fit(text, selection, times, options, room_after(used), &lanes));
	thread_times_free(times);
	pane_end(text, &lanes);
	if (!draw_stories(text, selection, options))
		draw_next(text, selection);
}

void view_overview_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct json_writer *w = &output->writer;
	/* How many lanes there are depends on what was drawn before them. */
	struct pane answers = pane_begin(output->text), lanes;
	struct thread_times *times = thread_times_new(selection);
	size_t used = draw_answers(&answers.text, selection, times, options);

	header_tell(w, selection);
	stuck_tell(output, selection->trace, times);
	under_way_tell(output, selection);
	hint_lines_tell(w, selection, output->text->is_ascii);
	talk_table_tell(output, selection, most_of(options, TALKS));
	slow_exchanges_tell(output, selection, options);
	time_table_tell(output, selection->trace, times, most_of(options, THREADS));
	struct timeline *timeline =
		lanes_that_fit(output->text, selection, times, options, room_after(used), &lanes);
	json_object_begin(w, "lanes");
	timeline_tell(output, timeline);
	json_object_end(w);
	timeline_free(timeline);
	thread_times_free(times);
	text_free(&lanes.text);
	text_free(&answers.text);
}
