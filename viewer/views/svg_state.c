/* SPDX-License-Identifier: MIT */
#include "viewer/views/svg_state.h"

#include "viewer/layout/state_caption.h"
#include "viewer/term/dictionary.h"
#include "viewer/views/state_tell.h"

#define ROW         20
#define HEAD        44 /* above the rows: the call, and what the columns are */
#define LANE        12
#define GUTTER      44 /* without lanes */
#define BETWEEN     56 /* the columns of the kernel */
#define BELOW       34 /* the legend */
#define PAD         8
#define CALL_LENGTH 110
#define LONGEST     44

struct drawing_state {
	struct text *text;
	const struct state_picture *picture;
	int top;
	int side[SIDE_COUNT], column[SIDE_COUNT]; /* widths; 0: nothing stands there */
	int side_x[SIDE_COUNT], column_x[SIDE_COUNT];
	int gutter[SIDE_COUNT];
	int bottom;
};

static int row_y(const struct drawing_state *drawing, size_t row)
{
	return drawing->top + HEAD + (int)row * ROW;
}

/* The words of a row, or of a line of a box. */
static struct text words_of(const struct drawing_state *drawing, const struct state_row *row,
	const struct state_box *box, size_t line)
{
	struct text words = text_like(drawing->text);

	if (row)
		state_caption_row(&words, drawing->picture, row, LONGEST);
	else
		state_caption_line(&words, drawing->picture, box, line, LONGEST);
	return words;
}

static void see_width(int *width, struct text *words)
{
	int pixels = svg_pixels(words->column) + 2 * PAD;

	*width = pixels > *width ? pixels : *width;
	text_free(words);
}

static void lay_out(struct drawing_state *drawing)
{
	const struct state_picture *picture = drawing->picture;
	int x = SVG_MARGIN;

	for (size_t i = 0; i < picture->row_count; i++) {
		struct text words = words_of(drawing, &picture->rows[i], NULL, 0);
		see_width(&drawing->side[picture->rows[i].side], &words);
	}
	for (size_t i = 0; i < picture->box_count; i++)
		for (size_t line = 0; line < picture->boxes[i].line_count; line++) {
			struct text words = words_of(drawing, NULL, &picture->boxes[i], line);
			see_width(&drawing->column[picture->boxes[i].column], &words);
		}
	for (enum picture_side side = SIDE_LEFT; side < SIDE_COUNT; side++)
		drawing->gutter[side] = GUTTER + (int)picture->lanes[side] * LANE;
	drawing->side_x[SIDE_LEFT] = x;
	x += drawing->side[SIDE_LEFT] + drawing->gutter[SIDE_LEFT];
	drawing->column_x[SIDE_LEFT] = x;
	x += drawing->column[SIDE_LEFT];
	if (drawing->column[SIDE_LEFT] > 0 && drawing->column[SIDE_RIGHT] > 0)
		x += BETWEEN;
	drawing->column_x[SIDE_RIGHT] = x;
	x += drawing->column[SIDE_RIGHT];
	drawing->side_x[SIDE_RIGHT] = x + drawing->gutter[SIDE_RIGHT];
	drawing->bottom = row_y(drawing, picture->height);
}

/* Where a side ends, and where the boundary to the kernel is. */
static int edge(const struct drawing_state *drawing, enum picture_side side)
{
	return side == SIDE_LEFT ? drawing->side_x[side] + drawing->side[side]
				 : drawing->side_x[side];
}

static int inwards(enum picture_side side)
{
	return side == SIDE_LEFT ? 1 : -1;
}

static void draw_boundary(struct drawing_state *drawing, enum picture_side side)
{
	int x = edge(drawing, side) + 14 * inwards(side);

	svg_dashes(drawing->text, STYLE_FAINT, "M%d %dV%d", x, drawing->top + 22, drawing->bottom);
}

/* --- sides ---------------------------------------------------------------------------------- */

static void draw_process(struct drawing_state *drawing, size_t first)
{
	const struct state_picture *picture = drawing->picture;
	const struct state_row *heading = &picture->rows[first];
	int x = drawing->side_x[heading->side], width = drawing->side[heading->side];
	size_t last = heading->row;

	svg_group_begin(drawing->text, "process", &heading->process->pid);
	for (size_t i = first; i < picture->row_count; i++) {
		const struct state_row *row = &picture->rows[i];
		if (row->side != heading->side || (i > first && row->kind == STATE_PROCESS))
			break;
		struct text words = words_of(drawing, row, NULL, 0);
		svg_words(drawing->text, state_caption_row_style(picture, row), x + PAD,
			row_y(drawing, row->row) + 14, SVG_START, &words);
		last = row->row;
	}
	int y = row_y(drawing, heading->row);
	svg_path(drawing->text, STYLE_FAINT, "M%d %dh%dV%dh%dz", x, y, width,
		row_y(drawing, last + 1), -width);
	svg_path(drawing->text, STYLE_FAINT, "M%d %dh%d", x, y + ROW, width);
	svg_group_end(drawing->text);
}

/* From the table to the box, over a lane where it changes its row. */
static void draw_wire(struct drawing_state *drawing, const struct state_row *row)
{
	const struct state_picture *picture = drawing->picture;
	const struct state_box *box = &picture->boxes[row->box];
	enum style style = state_caption_row_style(picture, row);
	int in = inwards(row->side);
	int from = edge(drawing, row->side), y = row_y(drawing, row->row) + ROW / 2;
	int to = drawing->column_x[box->column] +
		 (row->side == SIDE_LEFT ? 0 : drawing->column[box->column]);
	int port = row_y(drawing, row->port) + ROW / 2;
	int kernel = from + drawing->gutter[row->side] * in;

	if (row->lane == NO_LANE)
		svg_path(drawing->text, style, "M%d %dH%d", from, y, to);
	else
		svg_path(drawing->text, style, "M%d %dH%dV%dH%d", from, y,
			kernel - (16 + (int)row->lane * LANE) * in, port, to);
	svg_shape(drawing->text, style, "M%d %dl%d -4v8z", to, port, -8 * in);
}

/* --- the kernel ----------------------------------------------------------------------------- */

static void draw_box(struct drawing_state *drawing, const struct state_box *box)
{
	int x = drawing->column_x[box->column], width = drawing->column[box->column];
	int y = row_y(drawing, box->row), height = (int)box->line_count * ROW + 2;
	bool is_gone = box->socket->state == STATE_GIVEN_BACK;
	enum style style = box->changes & (CHANGE_NEW | CHANGE_ENDED)
				   ? state_caption_line_style(box, 0)
				   : STYLE_PLAIN;

	svg_group_begin(drawing->text, "box", &box->socket->socket->id);
	/* Words hide the lines behind them. */
	for (size_t line = 0; line < box->line_count; line++) {
		struct text words = text_like(drawing->text);
		state_caption_label(&words, box, line);
		struct text_mark label = text_mark(&words);
		state_caption_value(&words, drawing->picture, box, line, LONGEST);
		svg_labelled(drawing->text, state_caption_line_style(box, line), x + PAD,
			y + (int)line * ROW + 14, &words, label.length,
			x + PAD + svg_pixels(label.column));
	}
	svg_path(drawing->text, STYLE_FAINT, "M%d %dh%d", x, y + ROW, width);
	if (is_gone)
		svg_dashes(drawing->text, style, "M%d %dh%dv%dh%dz", x, y, width, height, -width);
	else
		svg_path(drawing->text, style, "M%d %dh%dv%dh%dz", x, y, width, height, -width);
	svg_group_end(drawing->text);
}

/* What joins two ends that stand in both columns: where bytes are on their way, it is filled. */
static void draw_join(struct drawing_state *drawing, const struct state_box *box)
{
	const struct state_box *other =
		box->other != NO_BOX ? &drawing->picture->boxes[box->other] : NULL;

	if (!other || box->column != SIDE_LEFT || other->column != SIDE_RIGHT ||
		box->socket->state == STATE_GIVEN_BACK || other->socket->state == STATE_GIVEN_BACK)
		return;
	int from = drawing->column_x[SIDE_LEFT] + drawing->column[SIDE_LEFT];
	int to = drawing->column_x[SIDE_RIGHT], middle = (from + to) / 2;
	int y = row_y(drawing, box->row) + 2 * ROW + ROW / 2;
	int y_other = row_y(drawing, other->row) + 2 * ROW + ROW / 2;
	enum style style = box->unread > 0 || other->unread > 0 ? STYLE_SEND : STYLE_PLAIN;

	svg_path(drawing->text, style, "M%d %dH%dV%dH%d", from, y, middle, y_other, to);
	if (box->unread > 0 || other->unread == 0)
		svg_shape(drawing->text, style, "M%d %dl8 -4v8z", from, y);
	if (other->unread > 0 || box->unread == 0)
		svg_shape(drawing->text, style, "M%d %dl-8 -4v8z", to, y_other);
}

static void draw_words(struct drawing_state *drawing, int x, int y, struct text *words)
{
	svg_words(drawing->text, STYLE_FAINT, x, y, SVG_START, words);
}

static struct svg_size draw_picture(struct text *text, const struct state_picture *picture,
	const struct instants *instants, int top)
{
	struct drawing_state drawing = {.text = text, .picture = picture, .top = top};
	struct text words = text_like(text);
	int64_t step = (int64_t)picture->step + 1;

	lay_out(&drawing);
	svg_group_begin(text, "state", &step);
	state_caption_step(&words, picture, instants, CALL_LENGTH);
	int width = SVG_MARGIN + svg_pixels(words.column);
	svg_words(text, STYLE_TITLE, SVG_MARGIN, top + 8, SVG_START, &words);
	draw_boundary(&drawing, SIDE_LEFT);
	if (drawing.side[SIDE_RIGHT] > 0)
		draw_boundary(&drawing, SIDE_RIGHT);
	svg_text(text, STYLE_FAINT, edge(&drawing, SIDE_LEFT) + 22, top + 32, SVG_START,
		dictionary_words(text->language, "kernel"));
	for (size_t i = 0; i < picture->row_count; i++)
		if (picture->rows[i].box != NO_BOX && !picture->rows[i].is_named)
			draw_wire(&drawing, &picture->rows[i]);
	for (size_t i = 0; i < picture->box_count; i++)
		draw_join(&drawing, &picture->boxes[i]);
	for (size_t i = 0; i < picture->box_count; i++)
		draw_box(&drawing, &picture->boxes[i]);
	for (size_t i = 0; i < picture->row_count; i++)
		if (picture->rows[i].kind == STATE_PROCESS)
			draw_process(&drawing, i);
	words = text_like(text);
	state_caption_legend(&words, picture);
	draw_words(&drawing, SVG_MARGIN, drawing.bottom + 22, &words);
	if (picture->sockets_left_out + picture->processes_left_out > 0) {
		words = text_like(text);
		state_caption_rest(&words, picture);
		draw_words(&drawing, SVG_MARGIN, drawing.bottom + 40, &words);
	}
	svg_group_end(text);
	int right = drawing.side[SIDE_RIGHT] > 0
			    ? drawing.side_x[SIDE_RIGHT] + drawing.side[SIDE_RIGHT]
			    : drawing.column_x[SIDE_RIGHT] + 16;
	return (struct svg_size){(right > width ? right : width) + SVG_MARGIN,
		drawing.bottom + BELOW + (picture->sockets_left_out ? 18 : 0)};
}

struct svg_size svg_state_draw(struct text *text, const struct selection *selection,
	const struct view_options *options, int top)
{
	struct state_steps *steps = state_steps_new(selection, options->is_full);
	struct instants instants = instants_of(selection->trace, options->time, text->is_ascii);
	struct svg_size size = {2 * SVG_MARGIN, top};
	size_t first, end;

	state_choose(steps, options, &first, &end);
	for (size_t i = first; i < end; i++) {
		struct state_picture *picture =
			state_picture_new(steps, i, 2, options->is_full ? 0 : STATE_ROWS_MOST);
		struct svg_size drawn = draw_picture(text, picture, &instants, size.height);
		size.width = drawn.width > size.width ? drawn.width : size.width;
		size.height = drawn.height + (i + 1 < end ? ROW : 0);
		state_picture_free(picture);
	}
	state_steps_free(steps);
	return size;
}
