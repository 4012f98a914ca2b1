/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "viewer/layout/caption.h"
#include "viewer/layout/figure.h"
#include "viewer/term/quantity.h"

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

static void draw_left(struct figure *figure, const struct step *step)
{
	struct text *text = figure->text;
	char time[QUANTITY_SIZE], tag[32] = "";

	quantity_time(time, step->time_ns - figure->sequence->trace->begin_ns, text->is_ascii);
	size_t columns = text_columns(time);
	text_pad(text, columns < figure->time_width ? figure->time_width - columns : 0);
	text_add(text, STYLE_FAINT, time);
	if (figure->sequence->connection_count > 1 && step->connection)
		snprintf(tag, sizeof(tag), " #%u", step->connection);
	text_add(text, STYLE_FAINT, tag);
	text_pad(text, figure->left);
}

/* The words at one end of an arrow. */
static void draw_words(
	struct figure *figure, const struct step *step, uint32_t call, bool is_sender, size_t end)
{
	struct text *text = figure->text;
	const struct trace *trace = figure->sequence->trace;
	bool is_short = end < text->column + WORDS_WIDE + 4;
	char bytes[QUANTITY_SIZE];

	if (call != NO_CALL)
		caption_call(text, trace, call, is_short, end);
	else if (is_sender && step->ended_by)
		text_add(text, STYLE_RELEASE, "exit");
	/* What the receive took, where that is not what the arrow says. */
	if (call != NO_CALL && !is_sender && step->arrow == ARROW_WHOLE &&
		trace->calls[call].bytes != step->bytes && trace->calls[call].bytes > 0) {
		quantity_bytes(bytes, trace->calls[call].bytes);
		if (text->column + 2 + text_columns(bytes) <= end)
			text_addf(text, STYLE_PLAIN, "  %s", bytes);
	}
}

static void draw_arrow(struct figure *figure, const struct step *step, size_t from, size_t to)
{
	bool is_leftward = to < from;
	size_t left = is_leftward ? to : from, right = is_leftward ? from : to;
	uint32_t sender = step->arrow == ARROW_ARRIVES ? NO_CALL : step->from_call;
	uint32_t receiver = step->arrow == ARROW_LEAVES ? NO_CALL : step->to_call;
	struct text *text = figure->text;

	for (size_t slot = 0; slot <= left; slot++)
		figure_draw_line(figure, slot);
	size_t start = figure->columns[left] + 2;
	bool is_wide = slot_end(figure, left) - figure->columns[left] >= WIDE_SLOT;
	size_t words = start + (is_wide ? WORDS_WIDE : WORDS_NARROW);
	text_pad(text, start);
	draw_words(figure, step, is_leftward ? receiver : sender, !is_leftward,
		is_wide ? figure->columns[right] - 12 : words - 1);
	text_pad(text, text->column < words ? words : text->column + 1);
	if (is_leftward)
		figure_draw_leftward(figure, step, figure->columns[right] - 1);
	else
		figure_draw_rightward(figure, step, figure->columns[right] - 1);
	for (size_t slot = left + 1; slot <= right; slot++)
		if (text->column <= figure->columns[slot])
			figure_draw_line(figure, slot);
	text_pad(text, figure->columns[right] + 2);
	draw_words(figure, step, is_leftward ? sender : receiver, is_leftward,
		slot_end(figure, right));
	figure_draw_lines(figure, right + 1);
}

/* An arrow that ends where it began: its two steps stand below each other, if nothing is between.
 */
static void draw_loop(struct figure *figure, const struct step *step, size_t slot)
{
	struct text *text = figure->text;
	const struct sequence *sequence = figure->sequence;
	bool is_end = step->arrow == ARROW_ARRIVES;
	const struct step *before = figure->step > 0 ? step - 1 : NULL;
	const struct step *after = figure->step + 1 < sequence->step_count ? step + 1 : NULL;
	const struct step *other = is_end ? before : after;
	bool is_joined = other && other->kind == STEP_CALLS && other->from == other->to &&
			 other->from_call == step->from_call &&
			 other->arrow == (is_end ? ARROW_LEAVES : ARROW_ARRIVES);
	enum style style = caption_style(sequence->trace, step);
	size_t end = figure->columns[slot] + LOOP_COLUMNS;

	if (end > slot_end(figure, slot))
		end = slot_end(figure, slot);
	draw_words(figure, step, is_end ? step->to_call : step->from_call, !is_end, end);
	size_t words = figure->columns[slot] + 2 + WORDS_WIDE;
	text_pad(text, text->column < words ? words : text->column + 1);
	if (text->column + 4 > end)
		return;
	text_add(text, style,
		is_end ? figure_choose(figure, "◀", "<") : figure_choose(figure, "─", "-"));
	figure_add_caption(
		figure, step, false, end > text->column + 6 ? end - text->column - 6 : 0);
	if (is_joined) {
		figure_lead(figure, style, end - 1, false);
		text_add(text, style,
			is_end ? figure_choose(figure, "╯", "'") : figure_choose(figure, "╮", "."));
	} else {
		figure_lead(figure, style, text->column + 2, true);
	}
}

/* A connect that is refused goes nowhere. */
static void draw_refused(struct figure *figure, const struct step *step, size_t end)
{
	const struct trace *trace = figure->sequence->trace;
	const struct call *call = &trace->calls[step->from_call];
	struct text *text = figure->text;

	caption_word(text, trace, call, false, end);
	if (text->column + 5 < end) {
		size_t room = end - text->column - 5;
		text_add(text, STYLE_ERROR, figure_choose(figure, " ──", " --"));
		if (figure_caption_columns(figure, step, false, room > 4 ? room - 4 : 0) > 0) {
			figure_add_caption(figure, step, false, room - 4);
			text_add(text, STYLE_ERROR, figure_choose(figure, "──", "--"));
		}
		text_add(text, STYLE_ERROR, figure_head(figure, step, false));
	}
	caption_outcome(text, trace, call, end);
}

/* A call whose other end, if it has one, is not shown. */
static void draw_alone(
	struct figure *figure, const struct step *step, uint32_t call, bool is_sender, size_t end)
{
	struct text *text = figure->text;
	const struct trace *trace = figure->sequence->trace;
	bool is_connect = call != NO_CALL && trace->calls[call].effect == EFFECT_CONNECT;

	if (is_connect)
		caption_word(text, trace, &trace->calls[call], false, end);
	else
		draw_words(figure, step, call, is_sender, end);
	if (text->column + 4 < end)
		figure_add_caption(figure, step, false, end - text->column - 2);
	if (is_connect)
		caption_outcome(text, trace, &trace->calls[call], end);
}

/* The call of the end that is shown, and no other one's. */
static uint32_t call_shown(const struct step *step, bool is_sender)
{
	bool is_own = step->from == step->to || step->from == NO_LIFELINE;

	if (is_sender && (step->from_call != NO_CALL || !is_own))
		return step->from_call;
	return step->to_call;
}

static void draw_local(struct figure *figure, const struct step *step, size_t slot, bool is_sender)
{
	uint32_t call = call_shown(step, is_sender);
	size_t end = slot_end(figure, slot);
	bool is_loop = step->from == step->to &&
		       (step->arrow == ARROW_LEAVES || step->arrow == ARROW_ARRIVES);

	for (size_t i = 0; i <= slot; i++)
		figure_draw_line(figure, i);
	text_pad(figure->text, figure->columns[slot] + 2);
	if (is_loop)
		draw_loop(figure, step, slot);
	else if (step->arrow == ARROW_BREAKS && is_sender && step->from_call != NO_CALL)
		draw_refused(figure, step, end);
	else
		draw_alone(figure, step, call, is_sender, end);
	figure_draw_lines(figure, slot + 1);
}

/* Somebody begins where another one has ended. */
static void take_place(struct figure *figure, uint32_t lifeline)
{
	size_t slot = slot_of(figure, lifeline);

	if (slot == NO_SLOT || figure->occupants[slot] == lifeline)
		return;
	for (size_t i = 0; i < slot; i++)
		figure_draw_line(figure, i);
	text_pad(figure->text, figure->columns[slot]);
	figure->occupants[slot] = lifeline;
	caption_lifeline(figure->text, STYLE_TITLE, &figure->sequence->lifelines[lifeline],
		slot_end(figure, slot));
	figure_draw_lines(figure, slot + 1);
	text_end_line(figure->text);
}

void figure_draw_step(struct figure *figure, const struct step *step)
{
	size_t from = slot_of(figure, step->from), to = slot_of(figure, step->to);

	if (from == NO_SLOT && to == NO_SLOT) {
		figure->hidden_steps++;
		return;
	}
	/* A step of one that is shown and one that is not: only if it is the first one's. */
	if ((from == NO_SLOT && step->to_call == NO_CALL) ||
		(to == NO_SLOT && (step->from_call == NO_CALL || step->arrow == ARROW_ARRIVES))) {
		figure->hidden_steps++;
		return;
	}
	if (step->from != NO_LIFELINE)
		take_place(figure, step->from);
	if (step->to != NO_LIFELINE)
		take_place(figure, step->to);
	draw_left(figure, step);
	if (from == NO_SLOT || to == NO_SLOT || from == to)
		draw_local(figure, step, from == NO_SLOT ? to : from, from != NO_SLOT);
	else
		draw_arrow(figure, step, from, to);
	text_end_line(figure->text);
}

static bool fits(const struct figure *figure, size_t slot)
{
	struct text scratch = {.is_ascii = figure->text->is_ascii};
	const struct lifeline *lifeline = &figure->sequence->lifelines[figure->occupants[slot]];
	size_t columns;

	caption_lifeline(&scratch, STYLE_TITLE, lifeline, SIZE_MAX / 2);
	columns = scratch.column;
	text_free(&scratch);
	return figure->columns[slot] + columns <= slot_end(figure, slot);
}

void figure_draw_header(struct figure *figure)
{
	bool is_one_line = true;

	for (size_t slot = 0; slot < figure->slot_count; slot++)
		is_one_line &= fits(figure, slot);
	for (int line = 0; line < (is_one_line ? 1 : 2); line++) {
		for (size_t slot = 0; slot < figure->slot_count; slot++) {
			const struct lifeline *lifeline =
				&figure->sequence->lifelines[figure->occupants[slot]];
			text_pad(figure->text, figure->columns[slot]);
			if (is_one_line)
				caption_lifeline(figure->text, STYLE_TITLE, lifeline,
					slot_end(figure, slot));
			else
				caption_lifeline_line(figure->text, STYLE_TITLE, lifeline, line,
					slot_end(figure, slot));
		}
		text_end_line(figure->text);
	}
}
