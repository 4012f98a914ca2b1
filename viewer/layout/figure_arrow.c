/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "viewer/layout/caption.h"
#include "viewer/layout/figure.h"

/* Arrows shorter than this spare their columns for the caption. */
#define SHORT_ARROW 20

/* Leads the line of an arrow to `column`; it crosses the lifelines on its way. */
void figure_lead(struct figure *figure, enum style style, size_t column, bool is_dashed)
{
	const char *line =
		is_dashed ? figure_choose(figure, "╌", ".") : figure_choose(figure, "─", "-");
	char run[600];
	size_t length = 0, at = figure->text->column, slot = 0;

	figure->has_dashes |= is_dashed && at < column;
	while (at < column) {
		while (slot < figure->slot_count && figure->columns[slot] < at)
			slot++;
		bool is_crossing = slot < figure->slot_count && figure->columns[slot] == at &&
				   figure_is_alive(figure, slot);
		const char *piece = is_crossing ? figure_choose(figure, "┼", "+") : line;
		length += (size_t)snprintf(run + length, sizeof(run) - length, "%s", piece);
		at++;
		if (length + 8 > sizeof(run) || at == column) {
			text_add(figure->text, style, run);
			length = 0;
		}
	}
}

/* The columns of the caption in so much room. */
size_t figure_caption_columns(
	const struct figure *figure, const struct step *step, bool is_leftward, size_t room)
{
	struct text scratch = text_like(figure->text);
	size_t columns;

	caption_arrow(&scratch, figure->sequence->trace, step, is_leftward, room);
	columns = scratch.column;
	text_free(&scratch);
	return columns;
}

void figure_add_caption(
	struct figure *figure, const struct step *step, bool is_leftward, size_t room)
{
	struct text *text = figure->text;

	if (figure_caption_columns(figure, step, is_leftward, room) == 0)
		return;
	text_add(text, STYLE_PLAIN, " ");
	caption_arrow(text, figure->sequence->trace, step, is_leftward, text->column + room);
	text_add(text, STYLE_PLAIN, " ");
}

/* What is at the tail and at the head of an arrow. */
static const char *tail(const struct figure *figure, const struct step *step, bool is_leftward)
{
	if (step->arrow == ARROW_ARRIVES)
		return figure_choose(figure, "╌", ".");
	return is_leftward ? figure_choose(figure, "┤", "|") : figure_choose(figure, "├", "|");
}

const char *figure_head(struct figure *figure, const struct step *step, bool is_leftward)
{
	if (step->arrow == ARROW_LEAVES)
		return figure_choose(figure, "╌", ".");
	if (step->is_broken) {
		figure->has_breaks = true;
		return figure_choose(figure, "✗", "x");
	}
	return is_leftward ? figure_choose(figure, "◀", "<") : figure_choose(figure, "▶", ">");
}

/* Beside the caption of an arrow: its tail and head, a blank at each side, and pieces of line where
 * there is room. */
struct span {
	size_t line; /* the piece between tail and caption */
	size_t room; /* for the caption */
};

static struct span measure_span(size_t start, size_t end)
{
	size_t total = end > start ? end - start : 0;
	size_t line = total >= SHORT_ARROW ? 2 : 0;

	return (struct span){line, total > 4 + 2 * line ? total - 4 - 2 * line : 0};
}

/* From the present column up to `end`. */
void figure_draw_rightward(struct figure *figure, const struct step *step, size_t end)
{
	enum style style = step->style;
	struct text *text = figure->text;
	bool is_dashed = step->arrow == ARROW_ARRIVES;
	struct span span = measure_span(text->column, end);

	text_add(text, style, tail(figure, step, false));
	figure_lead(figure, style, text->column + span.line, is_dashed);
	figure_add_caption(figure, step, false, span.room);
	if (step->arrow == ARROW_LEAVES) {
		size_t stop = text->column + 2 < end - 1 ? text->column + 2 : end - 1;
		figure_lead(figure, style, stop, false);
		figure->has_dashes = true;
	} else {
		figure_lead(figure, style, end - 1, is_dashed);
	}
	text_add(text, style, figure_head(figure, step, false));
}

/* The line to the caption, which is at the right. */
static void lead_leftward(struct figure *figure, const struct step *step, size_t stop)
{
	bool is_dashed = step->arrow == ARROW_ARRIVES;
	enum style style = step->style;
	struct text *text = figure->text;

	if (step->arrow == ARROW_LEAVES) {
		for (size_t slot = 0; slot < figure->slot_count; slot++)
			if (figure->columns[slot] >= text->column &&
				figure->columns[slot] + 3 < stop)
				figure_draw_line(figure, slot);
		text_pad(text, stop > 3 ? stop - 3 : 0);
		figure->has_dashes = true;
	}
	text_add(text, style, figure_head(figure, step, true));
	figure_lead(figure, style, stop, is_dashed);
}

void figure_draw_leftward(struct figure *figure, const struct step *step, size_t end)
{
	enum style style = step->style;
	struct text *text = figure->text;
	struct span span = measure_span(text->column, end);
	size_t caption = figure_caption_columns(figure, step, true, span.room);

	lead_leftward(figure, step, end - 1 - (caption ? span.line + caption + 2 : 0));
	figure_add_caption(figure, step, true, span.room);
	figure_lead(figure, style, end - 1, step->arrow == ARROW_ARRIVES);
	text_add(text, style, tail(figure, step, true));
}
