/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "viewer/layout/caption.h"
#include "viewer/layout/figure.h"

/* Words left of an arrow get so many columns, so that arrows begin below each other. */
#define WORDS_NARROW 8
#define WORDS_WIDE   13
#define WIDE_SLOT    32

/* An arrow from a lifeline to itself ends here, or where the slot does. */
#define LOOP_COLUMNS 60

static size_t slot_of(const struct figure *figure, uint32_t lifeline)
{
	return lifeline == NO_LIFELINE ? NO_SLOT : figure->places[lifeline].slot;
}

static size_t slot_end(const struct figure *figure, size_t slot)
{
	return figure->columns[slot + 1] - 1;
}

/* Words that have no room for what they are about. */
static bool is_short(const struct text *text, size_t end)
{
	return end < text->column + WORDS_WIDE + 4;
}

static void draw_left(struct figure *figure, const struct step *step)
{
	struct text *text = figure->text;
	uint32_t number = sequence_number(figure->sequence, step);

	instants_add(text, &figure->instants, step->time_ns);
	if (number)
		text_addf(text, STYLE_FAINT, " #%" PRIu32, number);
	text_pad(text, figure->left);
}

static void draw_arrow(struct figure *figure, const struct step *step, size_t from, size_t to)
{
	bool is_leftward = to < from;
	size_t left = is_leftward ? to : from, right = is_leftward ? from : to;
	enum step_end left_end = is_leftward ? AT_TO : AT_FROM;
	struct text *text = figure->text;
	const struct trace *trace = figure->sequence->trace;

	for (size_t slot = 0; slot <= left; slot++)
		figure_draw_line(figure, slot);
	size_t start = figure->columns[left] + 2;
	bool is_wide = slot_end(figure, left) - figure->columns[left] >= WIDE_SLOT;
	size_t words = start + (is_wide ? WORDS_WIDE : WORDS_NARROW);
	size_t words_end = is_wide ? figure->columns[right] - 12 : words - 1;
	text_pad(text, start);
	caption_end(text, trace, step, left_end, is_short(text, words_end), words_end);
	text_pad(text, text->column < words ? words : text->column + 1);
	if (is_leftward)
		figure_draw_leftward(figure, step, figure->columns[right] - 1);
	else
		figure_draw_rightward(figure, step, figure->columns[right] - 1);
	for (size_t slot = left + 1; slot <= right; slot++)
		if (text->column <= figure->columns[slot])
			figure_draw_line(figure, slot);
	text_pad(text, figure->columns[right] + 2);
	words_end = slot_end(figure, right);
	caption_end(text, trace, step, is_leftward ? AT_FROM : AT_TO, is_short(text, words_end),
		words_end);
	figure_draw_lines(figure, right + 1);
}

/* An arrow that ends where it began: its two steps stand below each other, if nothing is between.
 */
static void draw_loop(struct figure *figure, const struct step *step, size_t slot)
{
	struct text *text = figure->text;
	bool is_end = step->arrow == ARROW_ARRIVES;
	size_t end = figure->columns[slot] + LOOP_COLUMNS;

	if (end > slot_end(figure, slot))
		end = slot_end(figure, slot);
	caption_end(text, figure->sequence->trace, step, is_end ? AT_TO : AT_FROM,
		is_short(text, end), end);
	size_t words = figure->columns[slot] + 2 + WORDS_WIDE;
	text_pad(text, text->column < words ? words : text->column + 1);
	if (text->column + 4 > end)
		return;
	text_add(text, step->style,
		is_end ? figure_head(figure, step, true) : figure_choose(figure, "─", "-"));
	figure_add_caption(
		figure, step, false, end > text->column + 6 ? end - text->column - 6 : 0);
	if (sequence_is_closed(figure->sequence, step)) {
		figure_lead(figure, step->style, end - 1, false);
		text_add(text, step->style,
			is_end ? figure_choose(figure, "╯", "'") : figure_choose(figure, "╮", "."));
	} else {
		figure_lead(figure, step->style, text->column + 2, true);
	}
}

/* The words and what is sent, and the outcome behind them: a connect goes nowhere, or to somebody
 * who is not shown. */
static void draw_attempt(struct figure *figure, const struct step *step, size_t end)
{
	const struct trace *trace = figure->sequence->trace;
	const struct call *call = &trace->calls[step->from_call];
	struct text *text = figure->text;

	caption_word(text, trace, call, false, end);
	if (step->arrow != ARROW_BREAKS) {
		if (text->column + 4 < end)
			figure_add_caption(figure, step, false, end - text->column - 2);
	} else if (text->column + 5 < end) {
		size_t room = end - text->column - 5;
		text_add(text, step->style, figure_choose(figure, " ──", " --"));
		if (figure_caption_columns(figure, step, false, room > 4 ? room - 4 : 0) > 0) {
			figure_add_caption(figure, step, false, room - 4);
			text_add(text, step->style, figure_choose(figure, "──", "--"));
		}
		text_add(text, step->style, figure_head(figure, step, false));
	}
	caption_outcome(text, trace, call, end);
}

/* A step that stands at one lifeline only; what it has to do with others may not be shown. */
static void draw_local(
	struct figure *figure, const struct step *step, size_t slot, enum step_end at)
{
	const struct trace *trace = figure->sequence->trace;
	struct text *text = figure->text;
	uint32_t call = step_call(step, at);
	size_t end = slot_end(figure, slot);

	for (size_t i = 0; i <= slot; i++)
		figure_draw_line(figure, i);
	text_pad(text, figure->columns[slot] + 2);
	if (step->kind == STEP_LOOP) {
		draw_loop(figure, step, slot);
	} else if (at == AT_FROM && call != NO_CALL &&
		   (step->arrow == ARROW_BREAKS || trace->calls[call].effect == EFFECT_CONNECT)) {
		draw_attempt(figure, step, end);
	} else {
		caption_end(text, trace, step, at, is_short(text, end), end);
		if (text->column + 4 < end)
			figure_add_caption(figure, step, false, end - text->column - 2);
	}
	figure_draw_lines(figure, slot + 1);
}

static bool fits(const struct figure *figure, size_t slot)
{
	struct text scratch = text_like(figure->text);
	const struct lifeline *lifeline = &figure->sequence->lifelines[figure->occupants[slot]];
	size_t columns;

	caption_lifeline(&scratch, STYLE_TITLE, lifeline, SIZE_MAX / 2);
	columns = scratch.column;
	text_free(&scratch);
	return figure->columns[slot] + columns <= slot_end(figure, slot);
}

/* Of who has the slot, in one line or in the first or second of two. */
static void draw_name(struct figure *figure, size_t slot, bool is_one_line, int line)
{
	const struct lifeline *lifeline = &figure->sequence->lifelines[figure->occupants[slot]];

	if (is_one_line)
		caption_lifeline(figure->text, STYLE_TITLE, lifeline, slot_end(figure, slot));
	else
		caption_lifeline_line(
			figure->text, STYLE_TITLE, lifeline, line, slot_end(figure, slot));
}

/* Somebody begins where another one has ended. */
static void take_place(struct figure *figure, uint32_t lifeline)
{
	size_t slot = slot_of(figure, lifeline);

	if (slot == NO_SLOT || figure->occupants[slot] == lifeline)
		return;
	figure->occupants[slot] = lifeline;
	bool is_one_line = fits(figure, slot);
	for (int line = 0; line < (is_one_line ? 1 : 2); line++) {
		for (size_t i = 0; i < slot; i++)
			figure_draw_line(figure, i);
		text_pad(figure->text, figure->columns[slot]);
		draw_name(figure, slot, is_one_line, line);
		figure_draw_lines(figure, slot + 1);
		text_end_line(figure->text);
	}
}

void figure_draw_step(struct figure *figure, const struct step *step)
{
	size_t from = slot_of(figure, step->from), to = slot_of(figure, step->to);

	if (from == NO_SLOT && to == NO_SLOT) {
		figure->hidden_steps++;
		return;
	}
	/* A step of one that is shown and one that is not: only if it is the first one's. */
	if ((from == NO_SLOT && step_call(step, AT_TO) == NO_CALL) ||
		(to == NO_SLOT && step_call(step, AT_FROM) == NO_CALL)) {
		figure->hidden_steps++;
		return;
	}
	if (step->from != NO_LIFELINE)
		take_place(figure, step->from);
	if (step->to != NO_LIFELINE)
		take_place(figure, step->to);
	draw_left(figure, step);
	if (from == NO_SLOT || to == NO_SLOT || from == to)
		draw_local(figure, step, from == NO_SLOT ? to : from,
			from == NO_SLOT ? AT_TO : AT_FROM);
	else
		draw_arrow(figure, step, from, to);
	text_end_line(figure->text);
}

void figure_draw_header(struct figure *figure)
{
	bool is_one_line = true;

	for (size_t slot = 0; slot < figure->slot_count; slot++)
		is_one_line &= fits(figure, slot);
	for (int line = 0; line < (is_one_line ? 1 : 2); line++) {
		for (size_t slot = 0; slot < figure->slot_count; slot++) {
			text_pad(figure->text, figure->columns[slot]);
			draw_name(figure, slot, is_one_line, line);
		}
		text_end_line(figure->text);
	}
}
