/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "viewer/hints/hint_find.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"
#include "viewer/term/quantity.h"
#include "viewer/views/tell.h"
#include "viewer/views/under_way.h"
#include "viewer/views/view.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

/* What is said of a hint begins here, under its name. */
#define INDENT 2

/* Lines of words are no longer than people like to read. */
#define LONGEST_LINE 100

/* So many others of a group are named. */
#define MOST_NAMED 5

/* Words, some of which are the trace's, in lines as wide as there is room. */
static void add_sentence(struct text *text, enum style style, const char *words, size_t indent)
{
	size_t width = text->width < LONGEST_LINE ? text->width : LONGEST_LINE;

	text_add_sentence(text, style, words, indent, width);
	text_end_line(text);
}

/* Of two sentences that of the language; of both the Chinese one, and the other below it. */
static void add_either(struct text *text, enum style style, const char *english,
	const char *chinese, size_t indent)
{
	if (text->language == LANGUAGE_ENGLISH || !chinese) {
		add_sentence(text, style, english, indent);
		return;
	}
	add_sentence(text, style, chinese, indent);
	if (text->language == LANGUAGE_BOTH) {
		text_pad(text, indent);
		add_sentence(text, style, english, indent);
	}
}

static void add_socket(struct text *text, const struct trace *trace, const struct socket *socket)
{
	text_add_dot(text);
	text_add(text, STYLE_PLAIN, name_kind(trace, socket));
	name_address(text, socket->local, text->width / 2);
	if (socket->peer && socket->direction != DIRECTION_LISTENING)
		name_peer(text, socket, text->width / 2);
}

static void draw_place(struct text *text, const struct trace *trace, const struct hint *hint)
{
	text_pad(text, INDENT);
	name_process(text, STYLE_PLAIN, hint->process, text->width / 2);
	if (hint->descriptor) {
		text_add_dot(text);
		text_addf(text, STYLE_PLAIN, "fd %" PRId64, hint->descriptor->fd);
		struct text_mark mark = text_mark(text);
		add_socket(text, trace, hint->descriptor->socket);
		text_break(text, mark, text->width);
	}
	if (hint->times > 1) {
		text_add_dot(text);
		text_addf(text, STYLE_TITLE, "%zu times", hint->times);
	}
	text_end_line(text);
}

static void draw_call(struct text *text, const struct trace *trace, struct instants *instants,
	const struct call *call)
{
	const struct record_call *details = call_details(trace, call);
	bool has_waited = call_has_waited(call);
	enum style style = describe_call_style(trace, call);
	size_t end = text->width > 60 ? text->width : 60;
	char took[QUANTITY_SIZE];
	struct text waited = text_like(text);

	if (has_waited) {
		quantity_time(took, call->duration_ns, text->is_ascii);
		text_addf(&waited, STYLE_FAINT, "  waited %s", took);
	}
	text_pad(text, (size_t)2 * INDENT);
	instants_add(text, instants, call->time_ns);
	text_add(text, STYLE_PLAIN, "  ");
	size_t name = text->column;
	name_call(text, style, details->name, name + 18);
	text_add(text, STYLE_PLAIN, " ");
	text_pad(text, name + 12);
	describe_call(text, details, end - waited.column);
	if (has_waited)
		text_addf(text, STYLE_FAINT, "  waited %s", took);
	text_end_line(text);
	text_free(&waited);
}

static void draw_others(
	struct text *text, const struct instants *instants, const struct hint_group *group)
{
	char when[INSTANT_SIZE];

	if (group->count < 2)
		return;
	text_pad(text, INDENT);
	text_addf(text, STYLE_FAINT, "and %zu more:", group->count - 1);
	for (size_t i = 1; i < group->count && i <= MOST_NAMED; i++) {
		const struct hint *hint = &group->list[i];
		struct text_mark mark = text_mark(text);
		instant_words(instants, when, hint->time_ns);
		text_addf(text, STYLE_FAINT, " %" PRId64, hint->process->pid);
		if (hint->descriptor)
			text_addf(text, STYLE_FAINT, " fd %" PRId64, hint->descriptor->fd);
		text_addf(text, STYLE_FAINT, " at %s%s", when,
			i + 1 == group->count ? ""
			: i < MOST_NAMED      ? ","
			: text->is_ascii      ? " ..."
					      : " …");
		text_break(text, mark, text->width);
	}
	text_end_line(text);
}

static void draw_group(struct text *text, const struct trace *trace, struct instants *instants,
	const struct hint_group *group)
{
	const struct hint *hint = &group->list[0];

	text_end_line(text);
	text_add(text, STYLE_TITLE, group->rule->name);
	text_add_separator(text, STYLE_PLAIN, ':');
	add_either(text, STYLE_PLAIN, group->rule->title, group->rule->title_zh, INDENT);
	draw_place(text, trace, hint);
	text_pad(text, INDENT);
	add_sentence(text, STYLE_PLAIN, hint->seen, INDENT);
	instants_begin_list(instants);
	for (size_t i = 0; i < hint->call_count; i++)
		draw_call(text, trace, instants, &trace->calls[hint->calls[i]]);
	draw_others(text, instants, group);
	text_pad(text, INDENT);
	text_add(text, STYLE_ESTABLISH, text_choose(text, "→", "->"));
	text_pad(text, INDENT + 3);
	add_either(text, STYLE_ESTABLISH, hint_advice(hint),
		hint->advice ? hint->advice_zh : group->rule->advice_zh, INDENT + 3);
}

void view_hints(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct hints *hints = hints_new(selection, text->is_ascii, text->language);
	struct instants instants = instants_of(selection->trace, options->time, text->is_ascii);

	header_draw(text, selection);
	under_way_draw(text, selection, options->time);
	if (header_is_empty(selection)) {
		text_end_line(text);
		header_draw_nothing(text, selection);
	} else if (hints->group_count == 0) {
		text_end_line(text);
		text_add(text, STYLE_PLAIN, "No hints.");
		text_end_line(text);
	}
	for (size_t i = 0; i < hints->group_count; i++)
		draw_group(text, selection->trace, &instants, &hints->groups[i]);
	hints_free(hints);
}

static void tell_hint(
	struct json_output *output, const struct trace *trace, const struct hint *hint)
{
	struct json_writer *writer = &output->writer;
	struct instants instants = {0};
	const struct process *process = hint->process;

	json_object_begin(writer, NULL);
	json_number(writer, "time_ns", hint->time_ns);
	json_text(writer, "program", name_program(process));
	json_number(writer, "pid", process->pid);
	tell_trace_of(writer, "trace", trace, process->part);
	if (hint->descriptor) {
		json_number(writer, "fd", hint->descriptor->fd);
		json_number(writer, "descriptor", hint->descriptor->id);
		tell_socket(writer, trace, hint->descriptor->socket);
	}
	json_text(writer, "seen", hint->seen);
	json_number(writer, "times", (int64_t)hint->times);
	if (hint->lost_ns > 0)
		json_number(writer, "lost_ns", hint->lost_ns);
	json_array_begin(writer, "calls");
	for (size_t i = 0; i < hint->call_count; i++) {
		json_object_begin(writer, NULL);
		tell_call_facts(output, trace, &instants, hint->calls[i]);
		json_object_end(writer);
	}
	json_array_end(writer);
	json_object_end(writer);
	json_output_some(output);
}

void view_hints_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct hints *hints = hints_new(selection, output->text->is_ascii, LANGUAGE_ENGLISH);
	struct json_writer *writer = &output->writer;

	(void)options;
	header_tell(writer, selection);
	json_array_begin(writer, "hints");
	for (size_t i = 0; i < hints->group_count && !output->text->is_unwanted; i++) {
		const struct hint_group *group = &hints->groups[i];
		json_object_begin(writer, NULL);
		json_text(writer, "name", group->rule->name);
		json_text(writer, "weight", hint_weight_word(group->rule->weight));
		json_text(writer, "title", group->rule->title);
		json_text(writer, "advice", hint_advice(&group->list[0]));
		json_array_begin(writer, "found");
		for (size_t j = 0; j < group->count; j++)
			tell_hint(output, selection->trace, &group->list[j]);
		json_array_end(writer);
		json_object_end(writer);
	}
	json_array_end(writer);
	hints_free(hints);
}
