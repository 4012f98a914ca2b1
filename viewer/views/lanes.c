/* SPDX-License-Identifier: MIT */
#include "viewer/views/lanes.h"

#include <stdio.h>
#include <string.h>

#include "viewer/wording/names.h"

#define FEWEST_CELLS 10

static const char *sign_of(const struct text *text, enum glyph glyph)
{
	return text_choose(text, glyph_sign(glyph)->unicode, glyph_sign(glyph)->ascii);
}

/* Cells of one style after the other are added together, so that colours take few bytes. */
static void draw_cells(struct text *text, const struct timeline *timeline)
{
	char run[512];
	size_t length = 0;
	enum style style = STYLE_PLAIN;

	text_pad(text, text->column + timeline->first);
	for (size_t i = timeline->first; i <= timeline->last; i++) {
		enum glyph glyph = timeline->cells[i].glyph;
		if (length > 0 && (glyph_sign(glyph)->style != style || length + 8 > sizeof(run))) {
			text_add(text, style, run);
			length = 0;
		}
		style = glyph_sign(glyph)->style;
		length += (size_t)snprintf(
			run + length, sizeof(run) - length, "%s", sign_of(text, glyph));
	}
	text_add(text, style, run);
}

static void draw_row(
	struct text *text, struct timeline *timeline, const struct timeline_row *row, size_t column)
{
	text_pad(text, row->indent);
	if (timeline_fill(timeline, row)) {
		timeline_add_label(text, timeline, row, column - 1);
		text_pad(text, column);
		draw_cells(text, timeline);
	} else {
		name_process(text, STYLE_TITLE, row->process, text->width / 2);
		timeline_add_role(text, row, text->width);
	}
	text_end_line(text);
}

static void draw_axis(struct text *text, const struct timeline *timeline, size_t column)
{
	for (size_t i = 0; i < timeline->label_count; i++) {
		text_pad(text, column + timeline->labels[i].cell);
		text_add(text, STYLE_FAINT, timeline->labels[i].words);
	}
	text_end_line(text);
}

static void draw_legend(struct text *text, const struct timeline *timeline)
{
	text_end_line(text);
	for (size_t i = 0; glyph_legend[i] != GLYPH_NONE; i++) {
		const struct glyph_sign *sign = glyph_sign(glyph_legend[i]);
		if (!timeline->is_used[glyph_legend[i]])
			continue;
		const char *words = glyph_legend_words(glyph_legend[i], text->language);
		if (text->column + 3 + text_columns(words) > text->width)
			text_end_line(text);
		text_add(text, sign->style, sign_of(text, glyph_legend[i]));
		text_add(text, STYLE_FAINT, " ");
		text_add_foreign(text, STYLE_FAINT, words, strlen(words), text->width);
		text_add(text, STYLE_FAINT, "  ");
	}
	text_end_line(text);
}

void lanes_draw_absent(struct text *text, const struct timeline *timeline)
{
	if (timeline->absent.connects == 0)
		return;
	text_pad(text, 2);
	name_absent_services(text, &timeline->absent, " (--full)");
	text_end_line(text);
}

void lanes_draw_rest(struct text *text, const struct timeline *timeline)
{
	struct text_mark mark = text_mark(text);

	text_pad(text, 2);
	if (timeline_add_rest(text, timeline))
		text_end_line(text);
	else
		text_undo(text, mark);
	lanes_draw_absent(text, timeline);
}

/* Labels get what they need, up to a third of the line, or what no label can do without. */
size_t lanes_scale(struct timeline *timeline, size_t width, bool is_linear)
{
	size_t least = timeline->label_least < width / 2 ? timeline->label_least : width / 2;
	size_t third = width / 3 + 2;
	size_t limit = third > least + 2 ? third : least + 2;
	size_t column = (timeline->label_columns < limit ? timeline->label_columns : limit) + 2;

	timeline_scale(
		timeline, width > column + FEWEST_CELLS ? width - column : FEWEST_CELLS, is_linear);
	return column;
}

void lanes_draw(struct text *text, struct timeline *timeline, size_t column)
{
	draw_axis(text, timeline, column);
	for (size_t i = 0; i < timeline->row_count; i++)
		draw_row(text, timeline, &timeline->rows[i], column);
	draw_legend(text, timeline);
}
