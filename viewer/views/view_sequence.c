/* SPDX-License-Identifier: MIT */
#include "viewer/layout/caption.h"
#include "viewer/layout/figure.h"
#include "viewer/layout/sequence_build.h"
#include "viewer/term/dictionary.h"
#include "viewer/views/sequence_tell.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"
#include "viewer/wording/warnings.h"

static void draw_note(struct text *text, uint64_t count, const char *one, const char *many)
{
	char words[32];

	if (count == 0)
		return;
	caption_count(words, count);
	text_addf(text, STYLE_FAINT, "%s %s", words,
		dictionary_words(text->language, count == 1 ? one : many));
	text_end_line(text);
}

/* A lifeline beside a rule. */
static void draw_edge(struct figure *figure, size_t slot)
{
	bool is_blocked = figure_is_blocked(figure, slot);

	text_add(figure->text, is_blocked ? STYLE_WAIT : STYLE_FAINT,
		is_blocked ? figure_choose(figure, "┃", "#") : figure_choose(figure, "│", "|"));
}

/* Ruled across all lifelines; the first and the last one are not crossed. */
static void draw_phase(struct figure *figure, const struct step *step)
{
	struct text *text = figure->text;
	const char *line = text_choose(text, "─", "-");
	size_t last = figure->columns[figure->slot_count - 1];
	size_t end = figure->slot_count > 1 ? last - 1 : text->width;

	text_pad(text, figure->left);
	draw_edge(figure, 0);
	text_add(text, STYLE_FAINT, text_choose(text, " ── ", " -- "));
	caption_sum(text, figure->sequence, step);
	text_add(text, STYLE_FAINT, " ");
	while (text->column < end)
		text_add(text, STYLE_FAINT, line);
	if (figure->slot_count > 1) {
		text_add(text, STYLE_FAINT, " ");
		draw_edge(figure, figure->slot_count - 1);
	}
	text_end_line(text);
}

static void draw_fold(struct figure *figure, const struct step *step)
{
	struct text *text = figure->text;

	text_pad(text, figure->left);
	text_add(text, STYLE_FAINT, text_choose(text, "┊ ", ": "));
	caption_sum(text, figure->sequence, step);
	text_add(text, STYLE_PLAIN, " ");
	figure_draw_lines(figure, 1);
	text_end_line(text);
}

static void draw_steps(struct figure *figure)
{
	const struct sequence *sequence = figure->sequence;

	for (size_t i = 0; i < sequence->step_count && !figure->text->is_unwanted; i++) {
		const struct step *step = &sequence->steps[i];
		figure_go_on(figure, i);
		if (step->kind == STEP_PHASE)
			draw_phase(figure, step);
		else if (step->kind == STEP_FOLD)
			draw_fold(figure, step);
		else
			figure_draw_step(figure, step);
	}
}

static void draw_notes(struct figure *figure)
{
	struct text *text = figure->text;

	if (!figure->has_dashes && !figure->has_breaks && !figure->has_waits &&
		figure->sequence->left_out == 0 && figure->hidden_lifelines == 0 &&
		figure->sequence->absent.connects == 0)
		return;
	text_end_line(text);
	if (figure->has_dashes) {
		text_add(text, STYLE_FAINT, text_choose(text, "╌", "."));
		text_add(text, STYLE_FAINT, " in the kernel: queue, buffer or network");
		if (header_leaves_calls_out(figure->sequence->trace))
			text_add(text, STYLE_FAINT, ", or its other end is left out by --calls");
		text_add(text, STYLE_FAINT, "   ");
	}
	if (figure->has_breaks)
		text_addf(text, STYLE_FAINT, "%s failed, reset or lost   ",
			text_choose(text, "✗", "x"));
	if (figure->has_waits) {
		struct text_mark mark = text_mark(text);
		text_add(text, STYLE_WAIT, text_choose(text, "┃", "#"));
		text_add(text, STYLE_FAINT, " blocked in a call");
		text_break(text, mark, text->width);
	}
	if (figure->has_dashes || figure->has_breaks || figure->has_waits)
		text_end_line(text);
	draw_note(text, figure->hidden_lifelines,
		"more column does not fit, which has less to do with the others",
		"more columns do not fit, which have less to do with the others");
	draw_note(text, figure->hidden_steps, "step of it is not shown",
		"steps of them are not shown");
	draw_note(text, figure->sequence->left_out,
		"call that sets, asks, waits or found nothing is not shown: see --full",
		"calls that set, ask, wait or found nothing are not shown: see --full");
	if (figure->sequence->absent.connects > 0) {
		name_absent_services(text, &figure->sequence->absent, ": see --full");
		text_end_line(text);
	}
}

void view_sequence(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct sequence *sequence = sequence_new(selection, options->by_thread, options->is_full);
	struct figure figure = {.text = text, .sequence = sequence};

	warnings_draw(text, selection->trace);
	figure_lay_out(&figure, options->time);
	if (figure.slot_count == 0 && sequence->left_out == 0 && sequence->absent.connects == 0) {
		header_draw_nothing(text, selection);
	} else if (figure.slot_count == 0) {
		draw_notes(&figure);
	} else {
		figure_draw_header(&figure);
		draw_steps(&figure);
		draw_notes(&figure);
	}
	figure_free(&figure);
	sequence_free(sequence);
}

void view_sequence_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	sequence_tell(output, selection, options);
}
