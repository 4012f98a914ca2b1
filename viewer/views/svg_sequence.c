/* SPDX-License-Identifier: MIT */
#include "viewer/views/svg_sequence.h"

#include <stdio.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/caption.h"
#include "viewer/layout/sequence_build.h"
#include "viewer/term/quantity.h"

#define ROW        26
#define HEADER     48
#define TIME_WIDTH 66
/* Outside of the first and of the last lifeline, for words. */
#define SIDE        190
#define BETWEEN     330
#define BETWEEN_FEW 420
#define LOOP        44

#define ON_ITS_WAY (-1)

struct drawing {
	struct text *text;
	const struct sequence *sequence;
	const struct trace *trace;
	int between, y;
	int *left_at; /* owned, by call: where its arrow leaves; ON_ITS_WAY before that, when it
		       * arrives in a later step; 0: it has none */
};

static int x_of(const struct drawing *drawing, uint32_t lifeline)
{
	return SVG_MARGIN + TIME_WIDTH + SIDE + (int)lifeline * drawing->between;
}

static uint32_t last_lifeline(const struct drawing *drawing)
{
	return (uint32_t)drawing->sequence->lifeline_count - 1;
}

/* Words of the first lifeline stand at its left, so that arrows do not cross them. */
static bool is_at_left(const struct drawing *drawing, const struct step *step, uint32_t lifeline)
{
	uint32_t other = step->from == lifeline ? step->to : step->from;

	if (drawing->sequence->lifeline_count == 1)
		return false;
	if (other != NO_LIFELINE && other != lifeline && step->arrow != ARROW_NONE)
		return lifeline < other;
	return lifeline == 0;
}

static void draw_words(
	struct drawing *drawing, const struct step *step, uint32_t lifeline, uint32_t call)
{
	bool is_alone = step->from == NO_LIFELINE || step->to == NO_LIFELINE;
	struct text words = {.is_ascii = drawing->text->is_ascii};
	bool is_left = is_at_left(drawing, step, lifeline);
	int x = x_of(drawing, lifeline) + (is_left ? -10 : 10);
	enum style style =
		call == NO_CALL ? STYLE_RELEASE : caption_call_style(&drawing->trace->calls[call]);

	if (call != NO_CALL)
		caption_call(&words, drawing->trace, call, false, svg_columns(SIDE));
	else
		text_add(&words, STYLE_PLAIN, "exit");
	/* What else would stand at the arrow. */
	if (is_alone && step->arrow != ARROW_BREAKS) {
		struct text caption = {.is_ascii = words.is_ascii};
		caption_arrow(&caption, drawing->trace, step, false, svg_columns(SIDE) / 2);
		text_add(&words, STYLE_PLAIN, caption.length > 0 ? " " : "");
		text_raw(&words, caption.bytes, caption.length);
		text_free(&caption);
	}
	svg_words(drawing->text, style, x, drawing->y + 4, is_left ? SVG_END : SVG_START, &words);
}

static void draw_head(struct drawing *drawing, enum style style, int x, int y, int direction)
{
	svg_shape(drawing->text, style, "M%d %dl%d -4v8z", x, y, -9 * direction);
}

static void draw_cross(struct drawing *drawing, int x, int y)
{
	svg_path(drawing->text, STYLE_ERROR, "M%d %dl8 8m0 -8l-8 8", x - 4, y - 4);
}

static void draw_caption(
	struct drawing *drawing, const struct step *step, int x, enum svg_anchor anchor, int room)
{
	struct text words = {.is_ascii = drawing->text->is_ascii};

	caption_arrow(&words, drawing->trace, step, false, svg_columns(room));
	svg_words(drawing->text, STYLE_PLAIN, x, drawing->y - 5, anchor, &words);
}

/* From where it leaves, if that is drawn, to here. */
static void draw_line(struct drawing *drawing, const struct step *step, int from, int to)
{
	enum style style = caption_style(drawing->trace, step);
	int direction = to > from ? 1 : -1;
	int left_at = step->from_call == NO_CALL ? 0 : drawing->left_at[step->from_call];

	if (step->arrow != ARROW_ARRIVES)
		svg_path(drawing->text, style, "M%d %dH%d", from, drawing->y, to);
	else if (left_at > 0)
		svg_path(drawing->text, style, "M%d %dL%d %d", from, left_at, to, drawing->y);
	else
		svg_dashes(drawing->text, style, "M%d %dH%d", from, drawing->y, to);
	if (step->arrow == ARROW_BREAKS || step->link == LINK_FAILED)
		draw_cross(drawing, to - direction * 8, drawing->y);
	else
		draw_head(drawing, style, to, drawing->y, direction);
}

/* Whether the arrow that leaves in this step arrives in a later one. */
static bool leave(struct drawing *drawing, const struct step *step)
{
	if (step->arrow == ARROW_ARRIVES || step->from_call == NO_CALL)
		return false;
	bool has_arrival = drawing->left_at[step->from_call] == ON_ITS_WAY;
	drawing->left_at[step->from_call] = drawing->y;
	return has_arrival;
}

static void find_arrivals(struct drawing *drawing)
{
	const struct sequence *sequence = drawing->sequence;

	for (size_t i = 0; i < sequence->step_count; i++)
		if (sequence->steps[i].arrow == ARROW_ARRIVES)
			drawing->left_at[sequence->steps[i].from_call] = ON_ITS_WAY;
}

/* What arrives whole was said where it left. */
static bool is_said(const struct drawing *drawing, const struct step *step)
{
	return step->source_count <= 1 && drawing->left_at[step->from_call] > 0 &&
	       drawing->trace->calls[step->from_call].bytes == step->bytes;
}

static void draw_arrow(struct drawing *drawing, const struct step *step)
{
	int from = x_of(drawing, step->from), to = x_of(drawing, step->to);
	int direction = to > from ? 1 : -1, room = abs(to - from) - 30;
	enum style style = caption_style(drawing->trace, step);

	if (step->arrow != ARROW_ARRIVES && (step->from_call != NO_CALL || step->ended_by))
		draw_words(drawing, step, step->from, step->from_call);
	bool has_arrival = leave(drawing, step);
	if (step->arrow == ARROW_LEAVES) {
		if (!has_arrival)
			svg_path(drawing->text, style, "M%d %dh%d", from, drawing->y,
				24 * direction);
		draw_caption(drawing, step, from + 30 * direction,
			direction > 0 ? SVG_START : SVG_END, room);
		return;
	}
	draw_line(drawing, step, from, to);
	if (step->arrow == ARROW_ARRIVES && !is_said(drawing, step))
		draw_caption(drawing, step, to - 16 * direction,
			direction > 0 ? SVG_END : SVG_START, room);
	else if (step->arrow != ARROW_ARRIVES)
		draw_caption(drawing, step, (from + to) / 2, SVG_MIDDLE, room);
	if (step->to_call != NO_CALL)
		draw_words(drawing, step, step->to, step->to_call);
}

/* An arrow from a lifeline to itself. */
static void draw_loop(struct drawing *drawing, const struct step *step)
{
	bool is_end = step->arrow == ARROW_ARRIVES;
	uint32_t call = is_end ? step->to_call : step->from_call;
	enum style style = caption_style(drawing->trace, step);
	int x = x_of(drawing, step->from);
	int left_at = drawing->left_at[step->from_call];
	struct text words = {.is_ascii = drawing->text->is_ascii};

	if (!is_end) {
		drawing->left_at[step->from_call] = drawing->y;
		svg_path(drawing->text, style, "M%d %dh%d", x, drawing->y, LOOP);
	} else {
		svg_path(drawing->text, style, "M%d %dV%dH%d", x + LOOP,
			left_at > 0 ? left_at : drawing->y, drawing->y, x);
		draw_head(drawing, style, x, drawing->y, -1);
	}
	caption_call(&words, drawing->trace, call, false, svg_columns(SIDE));
	text_add(&words, STYLE_PLAIN, "  ");
	caption_arrow(&words, drawing->trace, step, false, words.column + svg_columns(SIDE));
	svg_words(drawing->text, caption_call_style(&drawing->trace->calls[call]), x + LOOP + 8,
		drawing->y + 4, SVG_START, &words);
}

/* A call that no arrow leads to or from, but perhaps to nowhere. */
static void draw_alone(struct drawing *drawing, const struct step *step)
{
	uint32_t lifeline = step->from != NO_LIFELINE ? step->from : step->to;
	uint32_t call = step->from_call != NO_CALL ? step->from_call : step->to_call;
	int x = x_of(drawing, lifeline);

	svg_shape(drawing->text, caption_call_style(&drawing->trace->calls[call]),
		"M%d %da3 3 0 1 0 6 0a3 3 0 1 0 -6 0z", x - 3, drawing->y);
	draw_words(drawing, step, lifeline, call);
	if (step->arrow == ARROW_BREAKS) {
		bool is_left = is_at_left(drawing, step, lifeline);
		int direction = is_left ? 1 : -1;
		svg_path(drawing->text, STYLE_ERROR, "M%d %dh%d", x, drawing->y, 56 * direction);
		draw_cross(drawing, x + 60 * direction, drawing->y);
		draw_caption(drawing, step, x + 8 * direction, is_left ? SVG_START : SVG_END, SIDE);
	}
}

static void draw_left(struct drawing *drawing, const struct step *step)
{
	struct text words = {.is_ascii = drawing->text->is_ascii};
	char time[QUANTITY_SIZE];

	quantity_time(time, step->time_ns - drawing->trace->begin_ns, drawing->text->is_ascii);
	text_add(&words, STYLE_PLAIN, time);
	if (drawing->sequence->connection_count > 1 && step->connection)
		text_addf(&words, STYLE_PLAIN, " #%u", step->connection);
	svg_words(drawing->text, STYLE_FAINT, SVG_MARGIN, drawing->y + 4, SVG_START, &words);
}

static void draw_calls(struct drawing *drawing, const struct step *step)
{
	draw_left(drawing, step);
	if (step->from == NO_LIFELINE || step->to == NO_LIFELINE || step->arrow == ARROW_NONE)
		draw_alone(drawing, step);
	else if (step->from == step->to && step->from_call != NO_CALL)
		draw_loop(drawing, step);
	else
		draw_arrow(drawing, step);
}

static void draw_sum(struct drawing *drawing, const struct step *step)
{
	struct text words = {.is_ascii = drawing->text->is_ascii};
	int left = x_of(drawing, 0), right = x_of(drawing, last_lifeline(drawing));

	if (left == right)
		right += BETWEEN;
	caption_sum(&words, drawing->sequence, step);
	int half = (int)((double)words.column * SVG_COLUMN / 2) + 8;
	svg_dashes(drawing->text, STYLE_FAINT, "M%d %dH%dM%d %dH%d", left, drawing->y,
		(left + right) / 2 - half, (left + right) / 2 + half, drawing->y, right);
	svg_words(drawing->text, step->kind == STEP_PHASE ? STYLE_TITLE : STYLE_FAINT,
		(left + right) / 2, drawing->y + 4, SVG_MIDDLE, &words);
}

static void draw_header(struct drawing *drawing, int bottom)
{
	for (uint32_t i = 0; i < drawing->sequence->lifeline_count; i++) {
		const struct lifeline *lifeline = &drawing->sequence->lifelines[i];
		int x = x_of(drawing, i);
		svg_path(drawing->text, STYLE_FAINT, "M%d %dV%d", x, drawing->y + 26, bottom);
		for (int line = 0; line < 2; line++) {
			struct text words = {.is_ascii = drawing->text->is_ascii};
			caption_lifeline_line(&words, STYLE_TITLE, lifeline, line,
				svg_columns(drawing->between) - 2);
			svg_words(drawing->text, line == 0 ? STYLE_TITLE : STYLE_FAINT, x,
				drawing->y + 16 * line, SVG_MIDDLE, &words);
		}
	}
}

struct svg_size svg_sequence_draw(struct text *text, const struct selection *selection,
	const struct view_options *options, int top)
{
	const struct trace *trace = selection->trace;
	struct sequence *sequence = sequence_new(selection, options->by_thread, options->is_full);
	struct drawing drawing = {.text = text,
		.sequence = sequence,
		.trace = trace,
		.between = sequence->lifeline_count < 3 ? BETWEEN_FEW : BETWEEN,
		.y = top + 16,
		.left_at = xcalloc(trace->call_count + 1, sizeof(int))};
	int bottom = top + HEADER + (int)sequence->step_count * ROW;
	int width = SVG_MARGIN;

	if (sequence->lifeline_count > 0) {
		draw_header(&drawing, bottom);
		width += x_of(&drawing, last_lifeline(&drawing)) + SIDE;
		if (sequence->lifeline_count == 1)
			width += BETWEEN - SIDE;
	}
	find_arrivals(&drawing);
	drawing.y = top + HEADER + ROW / 2;
	for (size_t i = 0; i < sequence->step_count; i++, drawing.y += ROW) {
		if (sequence->steps[i].kind == STEP_CALLS)
			draw_calls(&drawing, &sequence->steps[i]);
		else
			draw_sum(&drawing, &sequence->steps[i]);
	}
	free(drawing.left_at);
	sequence_free(sequence);
	return (struct svg_size){width, bottom};
}
