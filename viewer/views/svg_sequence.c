/* SPDX-License-Identifier: MIT */
#include "viewer/views/svg_sequence.h"

#include <inttypes.h>
#include <stdlib.h>

#include "viewer/layout/caption.h"
#include "viewer/layout/sequence_build.h"

#define ROW       26
#define HEADER    48
#define TAG_WIDTH 34 /* of a connection's number */
/* Outside of the first and of the last lifeline, for words. */
#define SIDE        190
#define BETWEEN     330
#define BETWEEN_FEW 420
#define LOOP        44

struct drawing {
	struct text *text;
	const struct sequence *sequence;
	const struct trace *trace;
	struct instants instants;
	int time_width;
	int between, top, y; /* top: of the first step; y: of the one that is drawn */
};

static int y_of(const struct drawing *drawing, uint32_t step)
{
	return drawing->top + (int)step * ROW;
}

static int x_of(const struct drawing *drawing, uint32_t lifeline)
{
	return SVG_MARGIN + drawing->time_width + SIDE + (int)lifeline * drawing->between;
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
	return step->kind == STEP_ARROW ? lifeline < other : lifeline == 0;
}

static void draw_words(struct drawing *drawing, const struct step *step, enum step_end at)
{
	struct text words = text_like(drawing->text);
	uint32_t lifeline = at == AT_FROM ? step->from : step->to;
	bool is_left = is_at_left(drawing, step, lifeline);
	/* There is as much beside a lifeline that is alone. */
	int room = drawing->sequence->lifeline_count == 1 ? BETWEEN : SIDE;

	caption_end(&words, drawing->trace, step, at, false, svg_columns(room));
	/* What else would stand at the arrow. */
	if (step->kind == STEP_ALONE) {
		struct text caption = text_like(&words);
		caption_arrow(&caption, drawing->trace, step, false, svg_columns(room) / 2);
		text_add(&words, STYLE_PLAIN, caption.length > 0 ? " " : "");
		text_raw(&words, caption.bytes, caption.length);
		text_free(&caption);
	}
	svg_words(drawing->text, caption_end_style(drawing->trace, step, at),
		x_of(drawing, lifeline) + (is_left ? -10 : 10), drawing->y + 4,
		is_left ? SVG_END : SVG_START, &words);
}

/* The end of an arrow. */
static void draw_head(struct drawing *drawing, const struct step *step, int x, int direction)
{
	if (step->is_broken)
		svg_path(drawing->text, STYLE_ERROR, "M%d %dl8 8m0 -8l-8 8", x - direction * 8 - 4,
			drawing->y - 4);
	else
		svg_shape(drawing->text, step->style, "M%d %dl%d -4v8z", x, drawing->y,
			-9 * direction);
}

static void draw_caption(
	struct drawing *drawing, const struct step *step, int x, enum svg_anchor anchor, int room)
{
	struct text words = text_like(drawing->text);

	caption_arrow(&words, drawing->trace, step, false, svg_columns(room));
	svg_words(drawing->text, STYLE_PLAIN, x, drawing->y - 5, anchor, &words);
}

static void draw_arrow(struct drawing *drawing, const struct step *step)
{
	struct text *text = drawing->text;
	int from = x_of(drawing, step->from), to = x_of(drawing, step->to), y = drawing->y;
	int direction = to > from ? 1 : -1, room = abs(to - from) - 30;

	draw_words(drawing, step, AT_FROM);
	if (step->arrow == ARROW_LEAVES) {
		if (step->other == NO_STEP)
			svg_path(text, step->style, "M%d %dh%d", from, y, 24 * direction);
		draw_caption(drawing, step, from + 30 * direction,
			direction > 0 ? SVG_START : SVG_END, room);
		return;
	}
	/* From where it left, if that is drawn. */
	if (step->arrow != ARROW_ARRIVES)
		svg_path(text, step->style, "M%d %dH%d", from, y, to);
	else if (step->other != NO_STEP)
		svg_path(
			text, step->style, "M%d %dL%d %d", from, y_of(drawing, step->other), to, y);
	else
		svg_dashes(text, step->style, "M%d %dH%d", from, y, to);
	draw_head(drawing, step, to, direction);
	if (step->arrow != ARROW_ARRIVES)
		draw_caption(drawing, step, (from + to) / 2, SVG_MIDDLE, room);
	else if (!step->is_repeated)
		draw_caption(drawing, step, to - 16 * direction,
			direction > 0 ? SVG_END : SVG_START, room);
	draw_words(drawing, step, AT_TO);
}

/* An arrow from a lifeline to itself. */
static void draw_loop(struct drawing *drawing, const struct step *step)
{
	bool is_end = step->arrow == ARROW_ARRIVES;
	enum step_end at = is_end ? AT_TO : AT_FROM;
	int x = x_of(drawing, step->from), y = drawing->y;
	struct text words = text_like(drawing->text);

	if (!is_end) {
		svg_path(drawing->text, step->style, "M%d %dh%d", x, y, LOOP);
	} else {
		svg_path(drawing->text, step->style, "M%d %dV%dH%d", x + LOOP,
			step->other != NO_STEP ? y_of(drawing, step->other) : y, y, x);
		draw_head(drawing, step, x, -1);
	}
	caption_end(&words, drawing->trace, step, at, false, svg_columns(SIDE));
	text_add(&words, STYLE_PLAIN, "  ");
	caption_arrow(&words, drawing->trace, step, false, words.column + svg_columns(SIDE));
	svg_words(drawing->text, caption_end_style(drawing->trace, step, at), x + LOOP + 8, y + 4,
		SVG_START, &words);
}

/* A call that no arrow leads to or from, but perhaps to nowhere. */
static void draw_alone(struct drawing *drawing, const struct step *step)
{
	enum step_end at = step->from != NO_LIFELINE ? AT_FROM : AT_TO;
	uint32_t lifeline = at == AT_FROM ? step->from : step->to;
	int x = x_of(drawing, lifeline), y = drawing->y;

	svg_shape(drawing->text, caption_end_style(drawing->trace, step, at),
		"M%d %da3 3 0 1 0 6 0a3 3 0 1 0 -6 0z", x - 3, y);
	draw_words(drawing, step, at);
	if (step->kind == STEP_DEAD_END) {
		bool is_left = is_at_left(drawing, step, lifeline);
		int direction = is_left ? 1 : -1;
		svg_path(drawing->text, step->style, "M%d %dh%d", x, y, 56 * direction);
		draw_head(drawing, step, x + 68 * direction, direction);
		draw_caption(drawing, step, x + 8 * direction, is_left ? SVG_START : SVG_END, SIDE);
	}
}

static void draw_left(struct drawing *drawing, const struct step *step)
{
	struct text words = text_like(drawing->text);
	uint32_t number = sequence_number(drawing->sequence, step);
	int when_end = SVG_MARGIN + svg_pixels(drawing->instants.columns);
	int end = SVG_MARGIN + svg_pixels(instants_columns(&drawing->instants));
	char when[INSTANT_SIZE], since[INSTANT_SIZE];

	instants_next(&drawing->instants, step->time_ns, when, since);
	svg_text(drawing->text, STYLE_FAINT, when_end, drawing->y + 4, SVG_END, when);
	if (*since)
		svg_text(drawing->text, STYLE_FAINT, end, drawing->y + 4, SVG_END, since);
	if (number)
		text_addf(&words, STYLE_PLAIN, "#%" PRIu32, number);
	svg_words(drawing->text, STYLE_FAINT, end + 8, drawing->y + 4, SVG_START, &words);
}

static void draw_sum(struct drawing *drawing, const struct step *step)
{
	struct text words = text_like(drawing->text);
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
			struct text words = text_like(drawing->text);
			caption_lifeline_line(&words, STYLE_TITLE, lifeline, line,
				svg_columns(drawing->between) - 2);
			svg_words(drawing->text, line == 0 ? STYLE_TITLE : STYLE_FAINT, x,
				drawing->y + 16 * line, SVG_MIDDLE, &words);
		}
	}
}

/* A bar on the lifeline of who is blocked in the call at its end. */
static void draw_waits(struct drawing *drawing)
{
	for (size_t i = 0; i < drawing->sequence->wait_count; i++) {
		const struct sequence_wait *wait = &drawing->sequence->waits[i];
		svg_shape(drawing->text, STYLE_WAIT, "M%d %dh6V%dh-6z",
			x_of(drawing, wait->lifeline) - 3,
			y_of(drawing, (uint32_t)wait->first) - ROW / 2,
			y_of(drawing, (uint32_t)wait->last) + 4);
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
		.instants = instants_of(trace, options->time, text->is_ascii),
		.between = sequence->lifeline_count < 3 ? BETWEEN_FEW : BETWEEN,
		.top = top + HEADER + ROW / 2,
		.y = top + 16};
	int bottom = top + HEADER + (int)sequence->step_count * ROW;
	int width = SVG_MARGIN;

	drawing.time_width = svg_pixels(instants_columns(&drawing.instants)) + TAG_WIDTH;
	if (sequence->lifeline_count > 0) {
		draw_header(&drawing, bottom);
		draw_waits(&drawing);
		width += x_of(&drawing, last_lifeline(&drawing)) + SIDE;
		if (sequence->lifeline_count == 1)
			width += BETWEEN - SIDE;
	}
	for (uint32_t i = 0; i < sequence->step_count; i++) {
		const struct step *step = &sequence->steps[i];
		drawing.y = y_of(&drawing, i);
		if (step->kind == STEP_PHASE || step->kind == STEP_FOLD) {
			draw_sum(&drawing, step);
			continue;
		}
		draw_left(&drawing, step);
		if (step->kind == STEP_ARROW)
			draw_arrow(&drawing, step);
		else if (step->kind == STEP_LOOP)
			draw_loop(&drawing, step);
		else
			draw_alone(&drawing, step);
	}
	sequence_free(sequence);
	return (struct svg_size){width, bottom};
}
