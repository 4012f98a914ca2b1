/* SPDX-License-Identifier: MIT */
#include "viewer/wording/header.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/names.h"
#include "viewer/wording/warnings.h"

static void add_title(struct text *text, const struct trace *trace)
{
	size_t limit = text->width > 60 ? text->width - 20 : 40;
	const struct record_trace *header = trace->parts[0].header;
	const struct value *command = header ? header->command : NULL;
	const char *name = trace_name(trace);

	if (name) {
		text_add_foreign(text, STYLE_TITLE, name, strlen(name), limit);
		if (trace->source_count > 1)
			text_addf(text, STYLE_TITLE, " and %zu more", trace->source_count - 1);
		return;
	}
	for (size_t i = 0; i < value_count(command) && text->column < limit; i++) {
		size_t length;
		const char *word = value_text(value_element(command, i), &length);
		if (i > 0)
			text_add(text, STYLE_PLAIN, " ");
		if (word)
			text_add_foreign(text, STYLE_TITLE, word, length, limit);
	}
}

/* How many there are of something. */
struct count {
	enum style style;
	size_t number;
	const char *format;  /* "%zu processes", */
	const char *outcome; /* or "%zu %s" with this */
};

/* Before the connections and after them, and one for each outcome. */
#define MOST_COUNTS (3 + OUTCOME_FAILED + 1 + 3)

struct counts {
	struct count list[MOST_COUNTS];
	size_t count;
};

static void add_count(
	struct counts *counts, enum style style, size_t number, const char *one, const char *many)
{
	struct count *count = &counts->list[counts->count++];

	*count = (struct count){style, number, number == 1 ? one : many, NULL};
}

#define COUNT_SIZE 80

/* "3 processes" */
static void count_words(char words[COUNT_SIZE], const struct count *count, enum language language)
{
	if (count->outcome)
		snprintf(words, COUNT_SIZE, dictionary_words(language, "%zu %s"), count->number,
			dictionary_words(language, count->outcome));
	else
		snprintf(words, COUNT_SIZE, dictionary_words(language, count->format),
			count->number);
}

/* By their outcomes. A pair was never asked for: socketpair(2). */
static void count_connections(const struct trace *trace, size_t counts[OUTCOME_FAILED + 1])
{
	memset(counts, 0, (OUTCOME_FAILED + 1) * sizeof(*counts));
	for (size_t i = 0; i < trace->connection_count; i++) {
		const struct connection *connection = trace->connections[i];
		bool is_pair =
			connection->opener && connection->opener->direction == DIRECTION_PAIR;
		counts[connection->outcome] += !is_pair;
	}
}

/* Those that stood, and what became of the others; other failures are counted as errors. */
static void add_connections(struct counts *counts, const struct trace *trace)
{
	size_t numbers[OUTCOME_FAILED + 1];

	count_connections(trace, numbers);
	add_count(counts, STYLE_PLAIN, numbers[OUTCOME_ESTABLISHED], "%zu connection",
		"%zu connections");
	for (enum outcome outcome = 0; outcome <= OUTCOME_FAILED; outcome++)
		if (numbers[outcome] > 0 && outcome != OUTCOME_ESTABLISHED &&
			outcome != OUTCOME_FAILED)
			counts->list[counts->count++] = (struct count){
				.style = outcome == OUTCOME_ASKING ? STYLE_FAINT : STYLE_ERROR,
				.number = numbers[outcome],
				.outcome = name_outcome(outcome)};
}

static struct counts count_all(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct counts counts = {.count = 0};

	if (trace->part_count > trace->source_count)
		add_count(&counts, STYLE_PLAIN, trace->part_count, "%zu trace", "%zu traces");
	add_count(&counts, STYLE_PLAIN, trace->process_count, "%zu process", "%zu processes");
	add_count(&counts, STYLE_PLAIN, selection->descriptor_count, "%zu descriptor",
		"%zu descriptors");
	add_connections(&counts, trace);
	add_count(&counts, STYLE_PLAIN, selection->call_count, "%zu call", "%zu calls");
	if (selection->left_out)
		add_count(&counts, STYLE_FAINT, selection->left_out, "%zu call left out",
			"%zu calls left out");
	if (selection->error_count)
		add_count(&counts, STYLE_ERROR, selection->error_count, "%zu error", "%zu errors");
	return counts;
}

bool header_is_empty(const struct selection *selection)
{
	return selection->trace->call_count == selection->left_out;
}

/* Of a process that hides itself some are not seen, and of a trace that was cut off, or has lines
 * that are none, some are not read. */
static bool may_miss_calls(const struct trace *trace)
{
	bool is_whole = trace->warning_count == 0 && trace->problems == 0;

	for (size_t i = 0; is_whole && i < trace->part_count; i++)
		is_whole = trace->parts[i].end;
	return !is_whole;
}

bool header_leaves_calls_out(const struct trace *trace)
{
	for (size_t i = 0; i < trace->part_count; i++)
		if (trace->parts[i].header && trace->parts[i].header->left_out)
			return true;
	return false;
}

const char *header_nothing(const struct trace *trace, bool has_filter)
{
	if (has_filter)
		return "no call fits";
	if (header_leaves_calls_out(trace))
		return "no call was recorded, as the trace was made with --calls";
	return may_miss_calls(trace) ? "no call on a socket was seen" : "no socket was used";
}

void header_draw_nothing(struct text *text, const struct selection *selection)
{
	const char *words = header_nothing(selection->trace, selection->left_out > 0);

	const char *translated = dictionary_words(text->language, words);
	text_addf(text, STYLE_PLAIN, text->language == LANGUAGE_ENGLISH ? "%c%s." : "%c%s。",
		toupper((unsigned char)translated[0]), translated + 1);
	text_end_line(text);
}

void header_draw(struct text *text, const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct counts counts = count_all(selection);
	char duration[QUANTITY_SIZE], words[COUNT_SIZE];

	add_title(text, trace);
	for (size_t i = 0; i < counts.count; i++) {
		const struct count *count = &counts.list[i];
		count_words(words, count, text->language);
		if (text->column + 3 + text_columns(words) > text->width)
			text_end_line(text);
		text_add(text, STYLE_PLAIN, "   ");
		text_add(text, count->style, words);
	}
	quantity_time(duration, trace->end_ns - trace->begin_ns, text->is_ascii);
	struct text_mark mark = text_mark(text);
	text_addf(text, STYLE_PLAIN, "   %s", duration);
	text_break(text, mark, text->width);
	text_end_line(text);
	warnings_draw(text, trace);
}

void header_tell_counts(
	struct json_writer *w, const struct selection *selection, enum language language)
{
	struct counts counts = count_all(selection);
	char words[COUNT_SIZE];

	json_array_begin(w, "counts");
	for (size_t i = 0; i < counts.count; i++) {
		json_object_begin(w, NULL);
		count_words(words, &counts.list[i], language);
		json_text(w, "words", words);
		json_text(w, "style", palette_row(counts.list[i].style)->name);
		json_object_end(w);
	}
	json_array_end(w);
}

void header_tell(struct json_writer *w, const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct text title = {.width = SIZE_MAX};
	size_t counts[OUTCOME_FAILED + 1];

	json_object_begin(w, "header");
	add_title(&title, trace);
	json_text_n(w, "title", title.bytes ? title.bytes : "", title.length);
	text_free(&title);
	json_number(w, "processes", (int64_t)trace->process_count);
	json_number(w, "descriptors", (int64_t)selection->descriptor_count);
	count_connections(trace, counts);
	json_object_begin(w, "connections");
	for (enum outcome outcome = 0; outcome <= OUTCOME_FAILED; outcome++)
		if (counts[outcome] > 0)
			json_number(w, name_outcome(outcome), (int64_t)counts[outcome]);
	json_object_end(w);
	json_number(w, "calls", (int64_t)selection->call_count);
	json_number(w, "left_out", (int64_t)selection->left_out);
	json_number(w, "errors", (int64_t)selection->error_count);
	json_number(w, "end_ns", trace->end_ns);
	if (trace_is_redacted(trace))
		json_bool(w, "redacted", true);
	json_object_end(w);
}
