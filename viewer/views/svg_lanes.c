/* SPDX-License-Identifier: MIT */
#include "viewer/views/svg_lanes.h"

#include <inttypes.h>

#include "viewer/layout/timeline.h"
#include "viewer/wording/names.h"

#define ROW  24
#define CELL 12

/* Labels that are longer are cut. */
#define LABEL_COLUMNS 44

/* Of the signs. */
#define HALF 5
/* Of a block that stands for the most calls. */
#define BLOCK 16

struct lanes {
	struct text *text;
	struct timeline *timeline; /* owned */
	int left;                  /* where the cells begin */
	int y;                     /* the middle of the row that is drawn */
};

static int x_of(const struct lanes *lanes, size_t cell)
{
	return lanes->left + (int)cell * CELL + CELL / 2;
}

static void draw_block(const struct lanes *lanes, const struct glyph_sign *sign, int x)
{
	int height = BLOCK / 4 * (int)(sign->shape - SHAPE_QUARTER + 1);

	svg_shape(lanes->text, sign->style, "M%d %dh%dv%dh-%dz", x - CELL / 2,
		lanes->y - height / 2, CELL, height, CELL);
}

static void draw_sign(const struct lanes *lanes, const struct glyph_sign *sign, int x)
{
	struct text *text = lanes->text;
	int y = lanes->y;

	switch (sign->shape) {
	case SHAPE_BAR:
		svg_path(text, sign->style, "M%d %dv10", x, y - HALF);
		break;
	case SHAPE_CROSS:
		svg_path(text, sign->style, "M%d %dl8 8m0 -8l-8 8", x - 4, y - 4);
		break;
	case SHAPE_DOT:
		svg_shape(text, sign->style, "M%d %da2 2 0 1 0 4 0a2 2 0 1 0 -4 0z", x - 2, y);
		break;
	case SHAPE_UP:
		svg_shape(text, sign->style, "M%d %dl5 9h-10z", x, y - HALF);
		break;
	case SHAPE_DOWN:
		svg_shape(text, sign->style, "M%d %dl5 -9h-10z", x, y + HALF);
		break;
	case SHAPE_DIAMOND:
		svg_shape(text, sign->style, "M%d %dl5 6l-5 6l-5 -6z", x, y - 6);
		break;
	case SHAPE_QUARTER:
	case SHAPE_HALF:
	case SHAPE_THREE_QUARTERS:
	case SHAPE_WHOLE:
		draw_block(lanes, sign, x);
		break;
	case SHAPE_LETTER:
		svg_text(text, sign->style, x, y + 4, SVG_MIDDLE,
			text_choose(text, sign->unicode, sign->ascii));
		break;
	default:
		break;
	}
}

/* The line behind the signs, in as few pieces as it has: dashes are folded gaps. */
static void draw_line(const struct lanes *lanes)
{
	const struct timeline_cell *cells = lanes->timeline->cells;
	enum glyph_shape drawn = SHAPE_NONE;
	size_t from = lanes->timeline->first;

	for (size_t i = from + 1; i <= lanes->timeline->last + 1; i++) {
		enum glyph_shape next = SHAPE_LINE;
		if (i > lanes->timeline->last || cells[i].glyph == GLYPH_NONE ||
			cells[i - 1].glyph == GLYPH_NONE)
			next = SHAPE_NONE;
		else if (cells[i].glyph == GLYPH_FOLD || cells[i - 1].glyph == GLYPH_FOLD)
			next = SHAPE_DASHES;
		if (next == drawn)
			continue;
		if (drawn == SHAPE_LINE)
			svg_path(lanes->text, STYLE_FAINT, "M%d %dH%d", x_of(lanes, from), lanes->y,
				x_of(lanes, i - 1));
		if (drawn == SHAPE_DASHES)
			svg_dashes(lanes->text, STYLE_FAINT, "M%d %dH%d", x_of(lanes, from),
				lanes->y, x_of(lanes, i - 1));
		drawn = next;
		from = i - 1;
	}
}

static void draw_heading(const struct lanes *lanes, const struct timeline_row *row)
{
	struct text name = text_like(lanes->text), role = name;
	int x = SVG_MARGIN + svg_pixels(row->indent);

	svg_group_begin(lanes->text, "process", &row->process->pid);
	name_process(&name, STYLE_PLAIN, row->process, LABEL_COLUMNS);
	timeline_add_role(&role, row, LABEL_COLUMNS + TIMELINE_CELLS / 2);
	size_t columns = name.column;
	svg_words(lanes->text, STYLE_TITLE, x, lanes->y + 4, SVG_START, &name);
	svg_words(
		lanes->text, STYLE_FAINT, x + svg_pixels(columns), lanes->y + 4, SVG_START, &role);
	svg_group_end(lanes->text);
}

static void draw_lane(const struct lanes *lanes, const struct timeline_row *row)
{
	const struct timeline *timeline = lanes->timeline;
	struct text label = text_like(lanes->text);

	int64_t tid = row->thread ? row->thread->tid : 0;

	svg_group_begin(
		lanes->text, row->lane ? "lane" : "thread", row->lane ? &row->lane->id : &tid);
	timeline_add_label(&label, timeline, row, LABEL_COLUMNS - row->indent);
	svg_words(lanes->text, STYLE_PLAIN, SVG_MARGIN + svg_pixels(row->indent), lanes->y + 4,
		SVG_START, &label);
	draw_line(lanes);
	for (size_t i = timeline->first; i <= timeline->last; i++)
		draw_sign(lanes, glyph_sign(timeline->cells[i].glyph), x_of(lanes, i));
	svg_group_end(lanes->text);
}

static void draw_axis(struct lanes *lanes)
{
	svg_group_begin(lanes->text, "axis", NULL);
	for (size_t i = 0; i < lanes->timeline->label_count; i++) {
		const struct timeline_label *label = &lanes->timeline->labels[i];
		int x = x_of(lanes, label->cell);
		if (label->is_gap)
			x += ((int)text_columns(label->words) * CELL - CELL) / 2;
		else
			svg_path(lanes->text, STYLE_FAINT, "M%d %dv6", x, lanes->y + 8);
		svg_text(lanes->text, STYLE_FAINT, label->is_gap ? x : x - CELL / 2, lanes->y + 4,
			label->is_gap ? SVG_MIDDLE : SVG_START, label->words);
	}
	svg_group_end(lanes->text);
	lanes->y += ROW;
}

static void draw_legend(struct lanes *lanes)
{
	int right = x_of(lanes, TIMELINE_CELLS), x = SVG_MARGIN;

	svg_group_begin(lanes->text, "legend", NULL);
	for (size_t i = 0; glyph_legend[i] != GLYPH_NONE; i++) {
		const struct glyph_sign *sign = glyph_sign(glyph_legend[i]);
		if (!lanes->timeline->is_used[glyph_legend[i]])
			continue;
		const char *words = glyph_legend_words(glyph_legend[i], lanes->text->language);
		int width = 16 + svg_pixels(text_columns(words) + 3);
		if (x + width > right) {
			x = SVG_MARGIN;
			lanes->y += ROW;
		}
		draw_sign(lanes, sign, x + HALF);
		svg_text(lanes->text, STYLE_FAINT, x + 16, lanes->y + 4, SVG_START, words);
		x += width;
	}
	svg_group_end(lanes->text);
	lanes->y += ROW;
}

struct svg_size svg_lanes_draw(struct text *text, const struct selection *selection,
	const struct view_options *options, int top)
{
	struct timeline *timeline = svg_lanes_timeline(selection, options, text);
	size_t columns =
		timeline->label_columns < LABEL_COLUMNS ? timeline->label_columns : LABEL_COLUMNS;
	struct lanes lanes = {.text = text,
		.timeline = timeline,
		.left = SVG_MARGIN + svg_pixels(columns + 2),
		.y = top + ROW / 2};
	struct text rest = text_like(text);

	draw_axis(&lanes);
	for (size_t i = 0; i < timeline->row_count; i++, lanes.y += ROW) {
		if (timeline_fill(timeline, &timeline->rows[i]))
			draw_lane(&lanes, &timeline->rows[i]);
		else
			draw_heading(&lanes, &timeline->rows[i]);
	}
	timeline_add_rest(&rest, timeline);
	if (rest.length > 0) {
		svg_words(text, STYLE_FAINT, SVG_MARGIN, lanes.y + 4, SVG_START, &rest);
		lanes.y += ROW;
	}
	if (timeline->absent.connects > 0) {
		struct text absent = text_like(text);
		name_absent_services(&absent, &timeline->absent, " (--full)");
		svg_words(text, STYLE_FAINT, SVG_MARGIN, lanes.y + 4, SVG_START, &absent);
		lanes.y += ROW;
	}
	lanes.y += ROW / 2;
	draw_legend(&lanes);
	struct svg_size size = {x_of(&lanes, TIMELINE_CELLS) + SVG_MARGIN, lanes.y};
	timeline_free(timeline);
	return size;
}

struct timeline *svg_lanes_timeline(const struct selection *selection,
	const struct view_options *options, const struct text *text)
{
	struct timeline *timeline = timeline_new(selection, options->sort, view_most(options), NULL,
		options->time, options->is_full, text);

	timeline_scale(timeline, TIMELINE_CELLS, options->is_linear);
	return timeline;
}
