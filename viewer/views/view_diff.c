/* SPDX-License-Identifier: MIT */
#include "viewer/views/view_diff.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/term/dictionary.h"
#include "viewer/views/diff_words.h"
#include "viewer/views/tell.h"
#include "viewer/wording/header.h"
#include "viewer/wording/warnings.h"

#define INDENT 2

static const char *const signs[] = {"-", "+"};

/* --- text ----------------------------------------------------------------------------------- */

static void draw_sides(struct text *text, const struct differences *differences)
{
	for (int on = 0; on < 2; on++) {
		const struct selection *selection = differences->sides[on]->selection;
		text_addf(text, on ? STYLE_ESTABLISH : STYLE_ERROR, "%s ", signs[on]);
		header_draw(text, selection);
		if (header_is_empty(selection))
			header_draw_nothing(text, selection);
	}
	for (size_t i = 0; diff_note(differences, i); i++) {
		text_add_sentence(text, STYLE_FAINT,
			dictionary_words(text->language, diff_note(differences, i)), INDENT,
			text->width);
		text_end_line(text);
	}
	text_end_line(text);
}

static void draw_side(struct text *text, const struct differences *differences,
	const struct difference *difference, int on, const struct instants *instants)
{
	const struct difference_side *side = &difference->sides[on];
	const struct trace *trace = differences->sides[on]->trace;
	enum style style = on ? STYLE_ESTABLISH : STYLE_ERROR;
	char when[INSTANT_SIZE];

	text_pad(text, INDENT);
	text_addf(text, style, "%s ", signs[on]);
	text_add_sentence(text, style, side->words, INDENT + 2, text->width);
	if (side->call != NO_CALL) {
		const struct call *call = &trace->calls[side->call];
		instant_words(&instants[on], when, call->time_ns);
		struct text_mark mark = text_mark(text);
		text_addf(text, STYLE_FAINT, "  call %" PRId64 ", %s", call->seq, when);
		text_break_at(text, mark, text->width, INDENT + 2);
	}
	text_end_line(text);
}

static void draw_one(struct text *text, const struct differences *differences,
	const struct difference *difference, const struct instants *instants)
{
	struct text subject = text_like(text);

	diff_put_subject(&subject, differences, difference);
	text_raw(&subject, "", 1);
	text_add_sentence(text, STYLE_TITLE, subject.bytes, INDENT, text->width);
	text_end_line(text);
	text_free(&subject);
	for (int on = 0; on < 2; on++)
		draw_side(text, differences, difference, on, instants);
}

static size_t end_of_section(const struct differences *differences, size_t begin)
{
	size_t end = begin;

	while (end < differences->count &&
		differences->list[end].kind == differences->list[begin].kind)
		end++;
	return end;
}

static void draw_section(struct text *text, const struct differences *differences, size_t begin,
	size_t end, size_t most, const struct instants *instants)
{
	size_t shown = end - begin < most ? end : begin + most;

	text_end_line(text);
	text_add(text, STYLE_TITLE, diff_kind_title(differences->list[begin].kind));
	text_end_line(text);
	for (size_t i = begin; i < shown; i++)
		draw_one(text, differences, &differences->list[i], instants);
	if (shown < end) {
		text_addf(text, STYLE_FAINT, "and %zu more (--full)", end - shown);
		text_end_line(text);
	}
}

static void draw(struct text *text, const struct differences *differences,
	const struct view_options *options)
{
	struct instants instants[2];
	char compared[DIFF_COMPARED_SIZE];
	size_t count = differences->count;

	for (int on = 0; on < 2; on++)
		instants[on] =
			instants_of(differences->sides[on]->trace, options->time, text->is_ascii);
	draw_sides(text, differences);
	if (count == 0) {
		text_add(text, STYLE_TITLE, "no difference");
		text_add(text, STYLE_PLAIN, "   ");
		diff_compared(compared, sizeof(compared), differences, text->language);
		text_add(text, STYLE_FAINT, compared);
		text_end_line(text);
		return;
	}
	text_addf(text, STYLE_TITLE,
		count == 1 ? "%zu difference" : "%zu differences; the first that matters:", count);
	text_end_line(text);
	draw_one(text, differences, &differences->list[0], instants);
	for (size_t begin = 1; begin < count;) {
		size_t end = end_of_section(differences, begin);
		draw_section(text, differences, begin, end, view_most(options), instants);
		begin = end;
	}
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void tell_side(struct json_output *output, const char *key,
	const struct differences *differences, const struct difference *difference, int on)
{
	const struct difference_side *told = &difference->sides[on];
	const struct side *side = differences->sides[on];
	struct json_writer *writer = &output->writer;

	json_object_begin(writer, key);
	json_text(writer, "words", told->words);
	if (told->peer && *side_word(side, told->peer->address))
		json_text(writer, "address", side_word(side, told->peer->address));
	if (told->call != NO_CALL) {
		tell_call_number(writer, "call", side->trace, told->call);
		tell_trace_of(
			writer, "trace", side->trace, side->trace->calls[told->call].process->part);
		json_number(writer, "time_ns", side->trace->calls[told->call].time_ns);
	}
	if (told->topic) {
		json_number(writer, "count", (int64_t)told->topic->count);
		json_array_begin(writer, "results");
		for (uint32_t i = told->topic->first_result; i != NO_RESULT;
			i = side->results[i].next) {
			const struct side_result *result = &side->results[i];
			json_object_begin(writer, NULL);
			json_text(writer, "result", side_word(side, result->words));
			json_number(writer, "count", (int64_t)result->count);
			json_bool(writer, "failed", result->has_failed);
			json_object_end(writer);
			json_output_some(output);
		}
		json_array_end(writer);
	}
	json_object_end(writer);
}

static void tell_difference(struct json_output *output, const struct differences *differences,
	const struct difference *difference)
{
	int on;
	const struct difference_side *where = diff_where(difference, &on);
	const struct side *side = differences->sides[on];
	struct json_writer *writer = &output->writer;
	struct text subject = {.is_ascii = output->text->is_ascii, .width = SIZE_MAX};

	json_object_begin(writer, NULL);
	json_text(writer, "kind", diff_kind_name(difference->kind));
	if (difference->about)
		json_text(writer, "about", difference->about);
	diff_put_subject(&subject, differences, difference);
	json_text_n(writer, "subject", subject.bytes, subject.length);
	text_free(&subject);
	json_text(writer, "program", side_word(side, where->peer->program));
	json_text(writer, "role", diff_role_name(where->peer->role));
	if (*diff_address(differences, difference))
		json_text(writer, "peer", diff_address(differences, difference));
	if (where->topic)
		json_text(writer, "topic", diff_topic_name(side, where->topic));
	tell_side(output, "first", differences, difference, 0);
	tell_side(output, "second", differences, difference, 1);
	json_object_end(writer);
	json_output_some(output);
}

static void tell_trace(struct json_writer *writer, const char *key, const struct side *side)
{
	json_object_begin(writer, key);
	tell_traces(writer, side->trace);
	json_number(writer, "begin_ns", side->trace->begin_ns);
	tell_started(writer, side->trace);
	warnings_tell(writer, side->trace);
	header_tell(writer, side->selection);
	json_object_end(writer);
}

static void tell(struct text *text, const struct differences *differences,
	const struct view_options *options)
{
	struct json_output output = {.text = text};
	size_t most = view_most(options);
	size_t shown = differences->count < most ? differences->count : most;
	struct json_writer *writer = &output.writer;

	json_object_begin(writer, NULL);
	json_text(writer, "view", "diff");
	tell_trace(writer, "first", differences->sides[0]);
	tell_trace(writer, "second", differences->sides[1]);
	json_object_begin(writer, "compared");
	json_number(writer, "peers", (int64_t)differences->peers);
	json_number(writer, "topics", (int64_t)differences->topics);
	json_number(writer, "exchanges", (int64_t)differences->exchanges[1]);
	json_bool(writer, "without_payloads", differences->sides[0]->is_nameless);
	json_bool(writer, "other_calls", diff_has_other_calls(differences));
	json_object_end(writer);
	json_array_begin(writer, "differences");
	for (size_t i = 0; i < shown; i++)
		tell_difference(&output, differences, &differences->list[i]);
	json_array_end(writer);
	json_number(writer, "differences_left_out", (int64_t)(differences->count - shown));
	json_object_end(writer);
	json_line_end(writer);
	json_output_finish(&output);
}

void view_diff(struct text *text, const struct differences *differences,
	const struct view_options *options)
{
	(options->format == FORMAT_JSON ? tell : draw)(text, differences, options);
}
