/* SPDX-License-Identifier: MIT */
#include "viewer/views/story.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/details.h"
#include "viewer/relate/phase.h"
#include "viewer/relate/state.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"
#include "viewer/views/tell.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/instant.h"
#include "viewer/wording/names.h"

/* A phase with more calls than this is told by its beginning and its end. */
#define LONG_PHASE 14
#define TOLD_FIRST 7
#define TOLD_LAST  4

/* Lines that end at the right do so here on wide terminals. */
#define RIGHT_COLUMN 110

struct story {
	struct text *text;
	const struct trace *trace;
	const struct descriptor *descriptor;
	const struct call_list *calls; /* of it, that are shown */
	struct instants instants;
	bool is_full;
	size_t width;
};

/* The phase that begins with the call number `at` of the descriptor, or goes on. */
static enum phase phase_at(const struct story *story, size_t at, enum phase current)
{
	uint32_t index = story->calls->list[at];

	return phase_goes_on(story->trace, story->descriptor, index)
		       ? current
		       : phase_on(story->trace, story->descriptor, index);
}

/* The number of the next call that begins another phase. */
static size_t phase_end(const struct story *story, size_t at, enum phase phase)
{
	while (at < story->calls->count && phase_at(story, at, phase) == phase)
		at++;
	return at;
}

static void add_ends(struct story *story)
{
	const struct socket *socket = story->descriptor->socket;
	struct text *text = story->text;

	text_add(text, STYLE_TITLE, name_kind(story->trace, socket));
	name_address(text, socket->local, story->width / 2);
	if (socket->direction == DIRECTION_PAIR) {
		text_add(text, STYLE_PLAIN, " pair");
	} else if (socket->direction == DIRECTION_LISTENING) {
		text_add(text, STYLE_PLAIN, " listening");
	} else if (socket->peer) {
		name_peer(text, socket, story->width / 2);
	}
}

/* What the kernel said that a socket was which the trace found, where nothing else tells it. */
static void add_found_state(struct story *story)
{
	const struct socket *socket = story->descriptor->socket;
	enum state state = state_first(story->trace, socket);

	if (!socket->found || story->descriptor != socket->holder || state == STATE_LISTENING ||
		state == STATE_CONNECTED || state == STATE_NEW)
		return;
	text_add_dot(story->text);
	text_add(story->text, STYLE_PLAIN, name_state(socket, state));
}

static void add_birth(struct story *story)
{
	name_birth(story->text, story->trace, story->descriptor, story->width / 2);
	if (story->descriptor->given_by)
		add_found_state(story);
}

static void add_lifetime(struct story *story)
{
	const struct descriptor *descriptor = story->descriptor;
	char lifetime[QUANTITY_SIZE];
	int64_t end_ns = descriptor_end_ns(story->trace, descriptor);

	quantity_time(lifetime, end_ns - descriptor->born_ns, story->text->is_ascii);
	text_add(story->text, STYLE_FAINT, lifetime);
}

/* What is said of a descriptor first, after whose it is. */
static void (*const facts[])(struct story *) = {add_ends, add_birth, add_lifetime};
#define FACT_COUNT (sizeof(facts) / sizeof(facts[0]))

static void draw_header(struct story *story)
{
	struct text *text = story->text;

	name_process(text, STYLE_TITLE, story->descriptor->process, story->width / 2);
	text_add_dot(text);
	text_addf(text, STYLE_TITLE, "fd %" PRId64, story->descriptor->fd);
	for (size_t i = 0; i < FACT_COUNT; i++) {
		struct text_mark mark = text_mark(text);
		text_add_dot(text);
		size_t column = text->column;
		facts[i](story);
		if (text->column == column)
			text_undo(text, mark);
		else
			text_break(text, mark, story->width);
	}
	text_end_line(text);
}

static void add_right(struct story *story, enum style style, const char *words)
{
	size_t columns = text_columns(words);
	size_t right = story->width < RIGHT_COLUMN ? story->width : RIGHT_COLUMN;

	if (story->text->column + 2 > right || right - story->text->column - 2 < columns)
		text_add(story->text, STYLE_PLAIN, "  ");
	else
		text_pad(story->text, right - columns);
	text_add(story->text, style, words);
}

static const struct call *call_at(const struct story *story, size_t at)
{
	return &story->trace->calls[story->calls->list[at]];
}

/* What calls of a phase, or of the middle of a long one, come to. */
struct story_sums {
	size_t calls;
	int64_t in, out, sends, receives, errors;
};

static struct story_sums sum_up(const struct story *story, size_t from, size_t to)
{
	struct story_sums sums = {.calls = to - from};

	for (size_t i = from; i < to; i++) {
		const struct call *call = call_at(story, i);
		sums.errors += call_has_erred(call);
		if (call->descriptor != story->descriptor)
			continue;
		if (call_has_moved(call, EFFECT_SEND)) {
			sums.sends++;
			quantity_add_up(&sums.out, call->bytes);
		} else if (call_has_moved(call, EFFECT_RECEIVE)) {
			sums.receives++;
			quantity_add_up(&sums.in, call->bytes);
		}
	}
	return sums;
}

/* A stretch of calls in one phase; of a long one, in the middle of which calls are summed up. */
struct story_phase {
	enum phase phase;
	size_t from, to;           /* numbers of the descriptor's calls */
	size_t rest_from, rest_to; /* those that are summed up */
};

/* False: nothing is said of what moved in the phase. */
static bool sum_up_phase(
	const struct story *story, const struct story_phase *part, struct story_sums *sums)
{
	*sums = sum_up(story, part->from, part->to);
	return part->phase == PHASE_TRANSFER && sums->receives + sums->sends > 0;
}

static void draw_phase(struct story *story, const struct story_phase *part)
{
	char in[QUANTITY_SIZE], out[QUANTITY_SIZE], words[160];
	struct story_sums sums;

	text_addf(story->text, STYLE_TITLE, "  %s",
		name_phase(story->descriptor->socket, part->phase));
	if (sum_up_phase(story, part, &sums)) {
		quantity_bytes(in, sums.in);
		quantity_bytes(out, sums.out);
		snprintf(words, sizeof(words),
			dictionary_words(
				story->text->language, "in %s in %" PRId64 ", out %s in %" PRId64),
			in, sums.receives, out, sums.sends);
		add_right(story, STYLE_FAINT, words);
	}
	text_end_line(story->text);
}

/* Lines stand under the name of their phase, and what has no time of its own under the calls. */
#define INDENT 4

static size_t name_column(const struct story *story)
{
	return INDENT + instants_columns(&story->instants) + 2;
}

static void add_time(struct story *story, int64_t time_ns)
{
	text_pad(story->text, INDENT);
	instants_add(story->text, &story->instants, time_ns);
	text_pad(story->text, name_column(story));
}

static enum style style_of(const struct call *call)
{
	return call_has_erred(call) ? STYLE_ERROR : describe_style(call->effect);
}

/* The beginning of a call's line: when, and its name. */
static void add_name(struct story *story, const struct call *call)
{
	struct text *text = story->text;

	add_time(story, call->time_ns);
	size_t start = text->column;
	name_call(text, style_of(call), trace_word(story->trace, call->name), start + 16);
	if (text->column >= start + 12)
		text_add(text, STYLE_PLAIN, " ");
	text_pad(text, start + 12);
}

/* A wait whose line is longer names many descriptors, and stands in the story of each. */
#define LONG_WAIT 1024

static bool is_long_wait(const struct call *call)
{
	return call_is(call, CALL_WAITS) && call->length > LONG_WAIT;
}

/* What the call did, up to the column `end`. */
static void add_deed(struct story *story, const struct call *call, size_t end)
{
	struct text *text = story->text;
	struct text_mark mark = text_mark(text);
	bool is_long = is_long_wait(call);
	const struct call_words *kept = is_long ? call_words_kept(story->trace, call) : NULL;

	if (kept && kept->column == mark.column && kept->end == end &&
		kept->has_color == text->has_color && kept->is_ascii == text->is_ascii) {
		text_add_again(text, kept->bytes, kept->length, kept->columns);
		return;
	}
	describe_call(text, call_details(story->trace, call), end);
	if (!is_long)
		return;
	size_t length = text->length - mark.length;
	struct call_words *words = xcalloc(1, sizeof(*words) + length);
	*words = (struct call_words){.column = mark.column,
		.end = end,
		.has_color = text->has_color,
		.is_ascii = text->is_ascii,
		.length = length,
		.columns = text->column - mark.column};
	memcpy(words->bytes, text->bytes + mark.length, length);
	call_words_keep(story->trace, call, words);
}

/* "waited 1.2 s" of a call that did. */
#define WAITED_SIZE (QUANTITY_SIZE + 16)

static void waited_words(
	char words[WAITED_SIZE], const struct story *story, const struct call *call)
{
	char duration[QUANTITY_SIZE];

	words[0] = '\0';
	if (!call_has_waited(call))
		return;
	quantity_time(duration, call->duration_ns, story->text->is_ascii);
	snprintf(
		words, WAITED_SIZE, dictionary_words(story->text->language, "waited %s"), duration);
}

static void add_outcome(struct text *text, const struct story *story, const struct call *call)
{
	name_outcome_at(text, story->trace, story->descriptor->socket,
		(uint32_t)(call - story->trace->calls));
}

/* Where what a call did is cut, so that how long it waited has room behind it. Of a connect, whose
 * outcome says more, nothing is. */
static size_t deed_end(const struct story *story, const struct call *call)
{
	struct text outcome = text_like(story->text);
	char waited[WAITED_SIZE];

	waited_words(waited, story, call);
	add_outcome(&outcome, story, call);
	size_t kept = outcome.column == 0 && *waited ? text_columns(waited) + 3 : 0;
	text_free(&outcome);
	return story->width > kept ? story->width - kept : 0;
}

/* What has no room beside the name begins here, on the next line. */
#define DEED_BELOW ((size_t)2 * INDENT)

/* To a line of its own, if the line has become too long. */
static void break_at(const struct story *story, struct text_mark mark)
{
	text_break_at(story->text, mark, story->width, name_column(story) - 2);
}

static void draw_call(struct story *story, const struct call *call)
{
	struct text *text = story->text;
	char waited[WAITED_SIZE];

	add_name(story, call);
	struct text_mark mark = text_mark(text);
	add_deed(story, call, deed_end(story, call));
	/* Words that are kept for all stories stand at one place. */
	if (text->column > story->width && !is_long_wait(call)) {
		text_undo(text, mark);
		text_end_line(text);
		text_pad(text, DEED_BELOW);
		add_deed(story, call, story->width);
	}
	mark = text_mark(text);
	add_outcome(text, story, call);
	break_at(story, mark);
	waited_words(waited, story, call);
	mark = text_mark(text);
	if (*waited)
		add_right(story, STYLE_FAINT, waited);
	break_at(story, mark);
	text_end_line(text);
}

static void draw_rest(struct story *story, size_t from, size_t to)
{
	struct story_sums rest = sum_up(story, from, to);
	char in[QUANTITY_SIZE], out[QUANTITY_SIZE];

	quantity_bytes(in, rest.in);
	quantity_bytes(out, rest.out);
	text_pad(story->text, name_column(story));
	text_addf(story->text, STYLE_FAINT, "%s %zu more calls",
		text_choose(story->text, "…", "..."), rest.calls);
	struct text_mark mark = text_mark(story->text);
	if (rest.sends)
		text_addf(story->text, STYLE_FAINT, ", %" PRId64 " sent %s", rest.sends, out);
	break_at(story, mark);
	mark = text_mark(story->text);
	if (rest.receives)
		text_addf(story->text, STYLE_FAINT, ", %" PRId64 " received %s", rest.receives, in);
	break_at(story, mark);
	mark = text_mark(story->text);
	if (rest.errors)
		text_addf(story->text, STYLE_ERROR, ", %" PRId64 " failed", rest.errors);
	break_at(story, mark);
	text_end_line(story->text);
}

/* What the story ends with when no call ended the descriptor; NULL: one did. */
static const char *ending(const struct story *story)
{
	const struct descriptor *descriptor = story->descriptor;

	if (descriptor->ended_by)
		return "closed by ";
	return descriptor->ended_ns == INT64_MAX ? "still open at the end of the trace" : NULL;
}

static const char *ending_reason(const struct story *story)
{
	const char *ended_by = story->descriptor->ended_by;

	return ended_by ? ended_by : "";
}

static void draw_end(struct story *story)
{
	const char *reason = ending_reason(story);
	struct text *text = story->text;

	if (!ending(story))
		return;
	if (story->descriptor->ended_by) {
		add_time(story, story->descriptor->ended_ns);
		text_add(text, STYLE_RELEASE, ending(story));
		text_add_foreign(text, STYLE_RELEASE, reason, strlen(reason), story->width);
	} else {
		text_pad(text, name_column(story));
		text_add(text, STYLE_FAINT, ending(story));
	}
	text_end_line(text);
}

/* The next one, which begins where the last one ends; false when there is none. */
static bool next_phase(const struct story *story, struct story_phase *part)
{
	part->from = part->to;
	if (part->from >= story->calls->count)
		return false;
	part->phase = phase_at(story, part->from, part->phase);
	part->to = phase_end(story, part->from + 1, part->phase);
	part->rest_from = part->rest_to = part->to;
	if (!story->is_full && part->to - part->from > LONG_PHASE) {
		part->rest_from = part->from + TOLD_FIRST;
		part->rest_to = part->to - TOLD_LAST;
	}
	return true;
}

static struct story begin(struct text *text, const struct selection *selection,
	const struct descriptor *descriptor, const struct view_options *options)
{
	return (struct story){.text = text,
		.trace = selection->trace,
		.descriptor = descriptor,
		.calls = selection_calls(selection, descriptor),
		.instants = instants_of(selection->trace, options->time, text->is_ascii),
		.is_full = options->is_full,
		.width = text->width > 40 ? text->width : 40};
}

void story_draw(struct text *text, const struct selection *selection,
	const struct descriptor *descriptor, const struct view_options *options)
{
	struct story story = begin(text, selection, descriptor, options);
	struct story_phase part = {.phase = PHASE_ESTABLISHMENT};

	draw_header(&story);
	while (next_phase(&story, &part)) {
		draw_phase(&story, &part);
		for (size_t i = part.from; i < part.rest_from; i++)
			draw_call(&story, call_at(&story, i));
		if (part.rest_from < part.rest_to)
			draw_rest(&story, part.rest_from, part.rest_to);
		for (size_t i = part.rest_to; i < part.to; i++)
			draw_call(&story, call_at(&story, i));
	}
	draw_end(&story);
}

static void tell_facts(struct story *story, struct json_output *output)
{
	struct json_writer *w = &output->writer;
	const struct descriptor *descriptor = story->descriptor;

	tell_trace_of(w, "trace", story->trace, descriptor->process->part);
	json_number(w, "descriptor", descriptor->id);
	json_number(w, "fd", descriptor->fd);
	json_number(w, "pid", descriptor->process->pid);
	json_number(w, "socket", descriptor->socket->id);
	json_array_begin(w, "facts");
	for (size_t i = 0; i < FACT_COUNT; i++) {
		facts[i](story);
		json_output_words(output, NULL, story->text);
	}
	json_array_end(w);
}

static void tell_call(struct story *story, struct json_output *output, const struct call *call)
{
	struct json_writer *w = &output->writer;

	json_object_begin(w, NULL);
	tell_call_number(w, "call", story->trace, (uint32_t)(call - story->trace->calls));
	tell_line_time(w, &story->instants, call->time_ns);
	json_text(w, "name", trace_word(story->trace, call->name));
	json_text(w, "style", palette_row(style_of(call))->name);
	/* The words are cut where they are on the screen, behind the name. */
	add_name(story, call);
	story->text->length = 0;
	add_deed(story, call, deed_end(story, call));
	if (story->text->column > story->width && !is_long_wait(call)) {
		story->text->length = 0;
		story->text->column = DEED_BELOW;
		add_deed(story, call, story->width);
	}
	add_outcome(story->text, story, call);
	json_output_words(output, "words", story->text);
	if (call_has_waited(call))
		json_number(w, "waited_ns", call->duration_ns);
	json_object_end(w);
}

static void tell_rest(struct story *story, struct json_writer *w, size_t from, size_t to)
{
	struct story_sums rest = sum_up(story, from, to);

	json_object_begin(w, NULL);
	json_number(w, "left_out", (int64_t)rest.calls);
	json_number(w, "sends", rest.sends);
	json_number(w, "bytes_out", rest.out);
	json_number(w, "receives", rest.receives);
	json_number(w, "bytes_in", rest.in);
	json_number(w, "errors", rest.errors);
	json_object_end(w);
}

static void tell_phase(
	struct story *story, struct json_output *output, const struct story_phase *part)
{
	struct json_writer *w = &output->writer;
	struct story_sums sums;

	json_object_begin(w, NULL);
	json_text(w, "phase", name_phase(story->descriptor->socket, part->phase));
	if (sum_up_phase(story, part, &sums)) {
		json_number(w, "bytes_in", sums.in);
		json_number(w, "receives", sums.receives);
		json_number(w, "bytes_out", sums.out);
		json_number(w, "sends", sums.sends);
	}
	json_array_begin(w, "lines");
	for (size_t i = part->from; i < part->to; i++) {
		if (i == part->rest_from && part->rest_from < part->rest_to) {
			tell_rest(story, w, part->rest_from, part->rest_to);
			i = part->rest_to;
		}
		tell_call(story, output, call_at(story, i));
		json_output_some(output);
	}
	json_array_end(w);
	json_object_end(w);
}

void story_tell(struct json_output *output, const struct selection *selection,
	const struct descriptor *descriptor, const struct view_options *options)
{
	struct text words = {.is_ascii = output->text->is_ascii,
		.language = output->text->language,
		.width = output->text->width};
	struct story story = begin(&words, selection, descriptor, options);
	struct story_phase part = {.phase = PHASE_ESTABLISHMENT};
	struct json_writer *w = &output->writer;

	json_object_begin(w, NULL);
	tell_facts(&story, output);
	json_array_begin(w, "phases");
	while (next_phase(&story, &part))
		tell_phase(&story, output, &part);
	json_array_end(w);
	if (ending(&story)) {
		json_object_begin(w, "end");
		if (descriptor->ended_by)
			tell_line_time(w, &story.instants, descriptor->ended_ns);
		text_add(&words, STYLE_PLAIN, ending(&story));
		text_add_foreign(&words, STYLE_PLAIN, ending_reason(&story),
			strlen(ending_reason(&story)), story.width);
		json_output_words(output, "words", &words);
		json_object_end(w);
	}
	json_object_end(w);
	text_free(&words);
}

void story_tell_limits(struct json_writer *w)
{
	json_object_begin(w, "story");
	json_number(w, "long_phase", LONG_PHASE);
	json_number(w, "told_first", TOLD_FIRST);
	json_number(w, "told_last", TOLD_LAST);
	json_number(w, "wait_ns", CALL_WAIT_NS);
	json_object_end(w);
}
