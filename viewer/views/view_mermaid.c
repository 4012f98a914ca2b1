/* SPDX-License-Identifier: MIT */
/* The sequence as the text of a Mermaid diagram (https://mermaid.js.org/syntax/sequenceDiagram). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/layout/caption.h"
#include "viewer/layout/sequence_build.h"
#include "viewer/views/view.h"
#include "viewer/wording/warnings.h"

/* Captions are cut here. */
#define CAPTION_COLUMNS 60

struct diagram {
	struct text *text;
	const struct sequence *sequence;
	uint32_t noted; /* the lifeline whose note is open; NO_LIFELINE: none is */
};

/* What could be syntax stands as an entity: everything but letters, digits and a few signs. */
static void add_escaped(struct text *text, const char *bytes, size_t length)
{
	static const char safe[] = " .,-/()[]+=@?!'|~^*_";
	char entity[16];

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		bool is_safe = byte >= 0x80 || (byte >= '0' && byte <= '9') ||
			       (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
			       (byte && strchr(safe, byte));
		snprintf(entity, sizeof(entity), is_safe ? "%c" : "#%d;", byte);
		text_raw(text, entity, strlen(entity));
	}
}

/* Gives the words to the diagram and frees them. */
static void add_words(struct diagram *diagram, struct text *words)
{
	add_escaped(diagram->text, words->bytes, words->length);
	text_free(words);
}

static struct text begin_words(const struct diagram *diagram)
{
	return (struct text){
		.is_ascii = diagram->text->is_ascii, .language = diagram->text->language};
}

static void end_note(struct diagram *diagram)
{
	if (diagram->noted != NO_LIFELINE)
		text_end_line(diagram->text);
	diagram->noted = NO_LIFELINE;
}

/* Notes of one lifeline that follow each other are one note. */
static void begin_note(struct diagram *diagram, uint32_t lifeline)
{
	if (diagram->noted == lifeline) {
		text_add(diagram->text, STYLE_PLAIN, "<br/>");
		return;
	}
	end_note(diagram);
	text_addf(diagram->text, STYLE_PLAIN, "    Note over p%u: ", lifeline);
	diagram->noted = lifeline;
}

static void begin_note_over_all(struct diagram *diagram)
{
	size_t count = diagram->sequence->lifeline_count;

	end_note(diagram);
	text_add(diagram->text, STYLE_PLAIN, "    Note over p0");
	if (count > 1)
		text_addf(diagram->text, STYLE_PLAIN, ",p%zu", count - 1);
	text_add(diagram->text, STYLE_PLAIN, ": ");
}

static void draw_participants(struct diagram *diagram)
{
	const struct sequence *sequence = diagram->sequence;

	for (size_t i = 0; i < sequence->lifeline_count; i++) {
		struct text words = begin_words(diagram);
		text_addf(diagram->text, STYLE_PLAIN, "    participant p%zu as ", i);
		caption_lifeline(&words, STYLE_PLAIN, &sequence->lifelines[i], CAPTION_COLUMNS);
		add_words(diagram, &words);
		text_end_line(diagram->text);
	}
}

/* Words that stand between others, if there are any. */
static void add_between(struct text *words, size_t start, struct text *more)
{
	if (more->length > 0 && words->column > start)
		text_add(words, STYLE_PLAIN, text_choose(words, " · ", " - "));
	text_raw(words, more->bytes, more->length);
	words->column += more->column;
	text_free(more);
}

/* "#1 send fd 3 · 12 B "hello, world" · recv fd 4" */
static void add_message(struct diagram *diagram, const struct step *step)
{
	const struct trace *trace = diagram->sequence->trace;
	uint32_t number = sequence_number(diagram->sequence, step);
	struct text words = begin_words(diagram);

	if (number)
		text_addf(&words, STYLE_PLAIN, "#%" PRIu32 " ", number);
	size_t start = words.column;
	struct text from = begin_words(diagram), cargo = begin_words(diagram);
	struct text to = begin_words(diagram);
	caption_end(&from, trace, step, AT_FROM, false, SIZE_MAX / 2);
	caption_arrow(&cargo, trace, step, false, CAPTION_COLUMNS);
	if (step->kind == STEP_DEAD_END)
		text_add(&cargo, STYLE_PLAIN,
			text_choose(&cargo, cargo.length > 0 ? " ✗" : "✗",
				cargo.length > 0 ? " x" : "x"));
	caption_end(&to, trace, step, AT_TO, false, SIZE_MAX / 2);
	add_between(&words, start, &from);
	add_between(&words, start, &cargo);
	add_between(&words, start, &to);
	add_words(diagram, &words);
}

static void draw_step(struct diagram *diagram, const struct step *step)
{
	static const char *const arrows[] = {
		[ARROW_WHOLE] = "->>",
		[ARROW_LEAVES] = "-)",
		[ARROW_ARRIVES] = "-->>",
		[ARROW_BREAKS] = "-x",
	};
	/* What leaves and arrives later has its arrow there. */
	bool is_note = step->kind == STEP_ALONE || step->kind == STEP_DEAD_END ||
		       (step->kind == STEP_ARROW && step->arrow == ARROW_LEAVES);

	if (is_note) {
		begin_note(diagram, step->from != NO_LIFELINE ? step->from : step->to);
		add_message(diagram, step);
		return;
	}
	end_note(diagram);
	text_addf(diagram->text, STYLE_PLAIN, "    p%u%sp%u: ", step->from,
		step->is_broken ? arrows[ARROW_BREAKS] : arrows[step->arrow], step->to);
	add_message(diagram, step);
	text_end_line(diagram->text);
}

static void draw_other(struct diagram *diagram, const struct step *step)
{
	struct text words = begin_words(diagram);

	caption_sum(&words, diagram->sequence, step);
	begin_note_over_all(diagram);
	add_words(diagram, &words);
	text_end_line(diagram->text);
}

/* As comments, and over the diagram. */
static void draw_warnings(struct diagram *diagram)
{
	struct text words = begin_words(diagram);

	words.width = SIZE_MAX / 4;
	warnings_draw(&words, diagram->sequence->trace);
	for (size_t at = 0, end; at < words.length; at = end + 1) {
		end = (size_t)((char *)memchr(words.bytes + at, '\n', words.length - at) -
			       words.bytes);
		if (diagram->sequence->lifeline_count == 0) {
			text_add(diagram->text, STYLE_PLAIN, "%% ");
		} else {
			begin_note_over_all(diagram);
		}
		add_escaped(diagram->text, words.bytes + at, end - at);
		text_end_line(diagram->text);
	}
	text_free(&words);
}

void view_mermaid(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct sequence *sequence = sequence_new(selection, options->by_thread, options->is_full);
	struct diagram diagram = {.text = text, .sequence = sequence, .noted = NO_LIFELINE};

	text->has_color = false;
	text_add(text, STYLE_PLAIN, "sequenceDiagram");
	text_end_line(text);
	draw_participants(&diagram);
	draw_warnings(&diagram);
	for (size_t i = 0; i < sequence->step_count && !text->is_unwanted; i++) {
		const struct step *step = &sequence->steps[i];
		if (step->kind == STEP_PHASE || step->kind == STEP_FOLD)
			draw_other(&diagram, step);
		else
			draw_step(&diagram, step);
	}
	end_note(&diagram);
	sequence_free(sequence);
}
