/* SPDX-License-Identifier: MIT */
/* The kernel at one instant, on a terminal. */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/state_caption.h"
#include "viewer/views/state_tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"
#include "viewer/wording/warnings.h"

/* From this width on the kernel has two columns. */
#define WIDE        132
#define SIDE_LEAST  10
#define KERNEL_MOST 64 /* a column of the kernel */
#define BETWEEN     6  /* two of them */

/* What a call did has a line of its own, where fewer columns are left for it. */
#define DID_LEAST 40

/* The line above the first row. */
#define ABOVE SIZE_MAX

/* What of a line goes through a cell. */
enum stroke { STROKE_UP = 1, STROKE_DOWN = 2, STROKE_LEFT = 4, STROKE_RIGHT = 8 };

struct crossing {
	unsigned char strokes;
	enum style style;
};

/* Between a side and the kernel: a column for what leaves the side, the boundary, the lanes, a
 * column for what comes to the kernel, and one for the heads of arrows. */
struct gutter {
	size_t width;
	struct crossing *cells; /* owned: rows of `width` */
	bool *has_head;         /* owned, by row */
};

struct board {
	struct text *text;
	const struct state_picture *picture;
	size_t side[SIDE_COUNT];   /* columns of the sides; 0: nothing stands there */
	size_t column[SIDE_COUNT]; /* of the kernel; 0: there is none */
	struct gutter gutters[SIDE_COUNT];
	uint32_t *rows[SIDE_COUNT];  /* owned: by row, of the picture's, or NONE */
	uint32_t *boxes[SIDE_COUNT]; /* owned: the same of boxes, by column */
	/* Names of processes that are too long stand in the line above the process id. */
	bool has_tall_heads[SIDE_COUNT];
	/* Of the words in boxes: of both languages Chinese alone, where only that has room. */
	enum language language;
};

#define NONE UINT32_MAX

static void stroke(struct gutter *gutter, size_t row, size_t x, unsigned strokes, enum style style)
{
	struct crossing *cell = &gutter->cells[row * gutter->width + x];

	cell->strokes |= (unsigned char)strokes;
	if (style != STYLE_FAINT)
		cell->style = style;
}

/* Positions count from the side to the kernel, whichever side it is: left is towards the side. */
static void stroke_across(
	struct gutter *gutter, size_t row, size_t from, size_t to, enum style style)
{
	for (size_t x = from; x <= to; x++)
		stroke(gutter, row, x,
			(x > from || from == 0 ? STROKE_LEFT : 0) |
				(x < to || to + 1 == gutter->width ? STROKE_RIGHT : 0),
			style);
}

static void draw_lines(struct board *board, enum picture_side side)
{
	const struct state_picture *picture = board->picture;
	struct gutter *gutter = &board->gutters[side];

	for (size_t row = 0; row < picture->height; row++)
		stroke(gutter, row, 1, STROKE_UP | STROKE_DOWN, STYLE_FAINT);
	for (size_t i = 0; i < picture->row_count; i++) {
		const struct state_row *row = &picture->rows[i];
		enum style style = state_caption_row_style(picture, row);
		if (row->side != side || row->box == NO_BOX || row->is_named)
			continue;
		gutter->has_head[row->port] = true;
		if (row->lane == NO_LANE) {
			stroke_across(gutter, row->row, 0, gutter->width - 1, style);
			continue;
		}
		size_t lane = gutter->width - 3 - row->lane;
		size_t top = row->row < row->port ? row->row : row->port;
		size_t bottom = row->row < row->port ? row->port : row->row;
		stroke_across(gutter, row->row, 0, lane, style);
		stroke_across(gutter, row->port, lane, gutter->width - 1, style);
		for (size_t y = top; y <= bottom; y++)
			stroke(gutter, y, lane,
				(y > top ? STROKE_UP : 0) | (y < bottom ? STROKE_DOWN : 0), style);
	}
}

static const char *stroke_sign(const struct text *text, unsigned strokes)
{
	static const char *const signs[16] = {
		" ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼"};
	static const char *const ascii[16] = {
		" ", "|", "|", "|", "-", "+", "+", "+", "-", "+", "+", "+", "-", "+", "+", "+"};

	return text_choose(text, signs[strokes], ascii[strokes]);
}

static unsigned mirrored(unsigned strokes)
{
	return (strokes & (STROKE_UP | STROKE_DOWN)) | (strokes & STROKE_LEFT ? STROKE_RIGHT : 0) |
	       (strokes & STROKE_RIGHT ? STROKE_LEFT : 0);
}

static void draw_gutter(struct board *board, enum picture_side side, size_t row)
{
	const struct gutter *gutter = &board->gutters[side];
	struct text *text = board->text;

	for (size_t i = 0; i < gutter->width; i++) {
		size_t x = side == SIDE_LEFT ? i : gutter->width - 1 - i;
		const struct crossing *cell = &gutter->cells[row * gutter->width + x];
		if (x == gutter->width - 1 && gutter->has_head[row])
			text_add(text, cell->style,
				side == SIDE_LEFT ? text_choose(text, "▶", ">")
						  : text_choose(text, "◀", "<"));
		else
			text_add(text, cell->style,
				stroke_sign(text, side == SIDE_LEFT ? cell->strokes
								    : mirrored(cell->strokes)));
	}
}

/* --- the sides and the kernel ----------------------------------------------------------------- */

static void draw_line(struct text *text, enum style style, size_t to)
{
	while (text->column < to)
		text_add(text, style, text_choose(text, "─", "-"));
}

/* The head of a table whose name stands in that line, above its row; NULL: there is none. */
static const struct state_row *head_below(
	const struct board *board, enum picture_side side, size_t at)
{
	uint32_t index = board->rows[side][at == ABOVE ? 0 : at + 1];

	return board->has_tall_heads[side] && index != NONE &&
			       board->picture->rows[index].kind == STATE_PROCESS
		       ? &board->picture->rows[index]
		       : NULL;
}

static void draw_side(struct board *board, enum picture_side side, size_t at)
{
	struct text *text = board->text;
	size_t begin = text->column, end = begin + board->side[side];
	uint32_t index = at == ABOVE ? NONE : board->rows[side][at];
	const struct state_row *head = head_below(board, side, at);

	if (head) {
		const char *name = name_program(head->process);
		text_add(text, STYLE_PLAIN, side == SIDE_RIGHT ? " " : "");
		text_add_foreign(text, STYLE_TITLE, name, strlen(name), end);
	} else if (index != NONE) {
		const struct state_row *row = &board->picture->rows[index];
		enum style style = state_caption_row_style(board->picture, row);
		bool has_line = row->box != NO_BOX && !row->is_named;
		if (side == SIDE_RIGHT && has_line)
			draw_line(text, style, begin + 1);
		if (side == SIDE_RIGHT || row->kind != STATE_PROCESS)
			text_add(text, STYLE_PLAIN, " ");
		if (row->kind == STATE_PROCESS && board->has_tall_heads[side])
			state_caption_ids(text, row);
		else
			state_caption_row(text, board->picture, row, end);
		if (side == SIDE_LEFT && has_line) {
			text_add(text, STYLE_PLAIN, " ");
			draw_line(text, style, end);
		}
	}
	if (side == SIDE_LEFT)
		text_pad(text, end);
}

/* The columns of a box's line in its frame, as much as it has words. */
static size_t line_columns(
	const struct board *board, const struct state_box *box, size_t line, enum language language)
{
	struct text words = text_like(board->text);

	words.language = language;
	state_caption_line(&words, board->picture, box, line, SIZE_MAX / 2);
	text_free(&words);
	return words.column + 4;
}

/* Of the widest line of a column of the kernel. */
static size_t columns_wanted(
	const struct board *board, enum picture_side column, enum language language)
{
	size_t most = 0;

	for (size_t i = 0; i < board->picture->box_count; i++) {
		const struct state_box *box = &board->picture->boxes[i];
		for (size_t line = 0; line < box->line_count && box->column == column; line++) {
			size_t columns = line_columns(board, box, line, language);
			most = columns > most ? columns : most;
		}
	}
	return most;
}

/* The line in the columns that there are. */
static void draw_caption(struct board *board, const struct state_box *box, size_t line, size_t end)
{
	struct text *text = board->text;
	struct text_mark begin = text_mark(text);

	state_caption_line(text, board->picture, box, line, end);
	if (text->column <= end)
		return;
	struct text words = text_like(text);
	state_caption_line(&words, board->picture, box, line, end - begin.column);
	text_undo(text, begin);
	text_add_cut(text, state_caption_line_style(box, line), &words, end);
	text_free(&words);
}

static void draw_frame(struct board *board, const struct state_box *box, size_t line, size_t end)
{
	struct text *text = board->text;
	bool is_bottom = line + 1 == box->height;
	enum style style = state_caption_line_style(box, 0);
	bool is_gone = box->socket->state == STATE_GIVEN_BACK;
	const char *across = is_gone ? text_choose(text, "╌", ".") : text_choose(text, "─", "-");

	if (line == 0 || is_bottom) {
		text_add(text, style,
			line == 0 ? text_choose(text, "┌", "+") : text_choose(text, "└", "+"));
		if (line == 0) {
			text_add(text, STYLE_PLAIN, " ");
			draw_caption(board, box, 0, end - 2);
			text_add(text, STYLE_PLAIN, " ");
		}
		while (text->column + 1 < end)
			text_add(text, style, across);
		if (text->column < end)
			text_add(text, style,
				line == 0 ? text_choose(text, "┐", "+")
					  : text_choose(text, "┘", "+"));
		return;
	}
	text_add(text, style, is_gone ? text_choose(text, "╎", ":") : text_choose(text, "│", "|"));
	text_add(text, STYLE_PLAIN, " ");
	draw_caption(board, box, line, end - 2);
	text_pad(text, end - 1);
	if (text->column < end)
		text_add(text, style,
			is_gone ? text_choose(text, "╎", ":") : text_choose(text, "│", "|"));
}

static void draw_column(struct board *board, enum picture_side column, size_t at)
{
	struct text *text = board->text;
	size_t begin = text->column, end = begin + board->column[column];
	uint32_t index = board->boxes[column][at];
	enum language language = text->language;

	text->language = board->language;
	if (index != NONE)
		draw_frame(board, &board->picture->boxes[index],
			at - board->picture->boxes[index].row, end);
	else if (at == 0 && column == SIDE_LEFT) {
		text_pad(text, begin + (end - begin) / 2 - 3);
		text_add(text, STYLE_FAINT, "kernel");
	}
	text->language = language;
	text_pad(text, end);
}

/* Two ends of a connection that stand beside each other. */
static bool joins(const struct board *board, size_t at)
{
	const struct state_picture *picture = board->picture;
	uint32_t left = board->boxes[SIDE_LEFT][at], right = board->boxes[SIDE_RIGHT][at];

	return left != NONE && right != NONE && picture->boxes[left].other == right &&
	       picture->boxes[right].socket->state != STATE_GIVEN_BACK &&
	       picture->boxes[left].socket->state != STATE_GIVEN_BACK &&
	       at == picture->boxes[left].row + STATE_LINE_PEER &&
	       at + 1 < picture->boxes[right].row + picture->boxes[right].height;
}

static void draw_row(struct board *board, size_t at)
{
	struct text *text = board->text;

	draw_side(board, SIDE_LEFT, at);
	draw_gutter(board, SIDE_LEFT, at);
	draw_column(board, SIDE_LEFT, at);
	if (board->column[SIDE_RIGHT] > 0) {
		text_add(text, STYLE_PLAIN,
			joins(board, at) ? text_choose(text, "◀────▶", "<---->") : "      ");
		draw_column(board, SIDE_RIGHT, at);
	}
	draw_gutter(board, SIDE_RIGHT, at);
	if (board->side[SIDE_RIGHT] > 0)
		draw_side(board, SIDE_RIGHT, at);
	text_end_line(text);
}

/* --- the board ------------------------------------------------------------------------------ */

static size_t widest(
	const struct text *text, const struct state_picture *picture, enum picture_side side)
{
	struct text words = text_like(text);
	size_t most = 0;

	for (size_t i = 0; i < picture->row_count; i++) {
		if (picture->rows[i].side != side)
			continue;
		state_caption_row(&words, picture, &picture->rows[i], 40);
		size_t columns = words.column + 2;
		most = columns > most ? columns : most;
		text_undo(&words, (struct text_mark){0, 0});
	}
	text_free(&words);
	return most;
}

static void fill(uint32_t **list, size_t count)
{
	*list = xcalloc(count + 1, sizeof(**list));
	for (size_t i = 0; i <= count; i++)
		(*list)[i] = NONE;
}

static void lay_out(struct board *board)
{
	const struct state_picture *picture = board->picture;
	size_t width = board->text->width, taken = 0;
	size_t most = width / 5 + 2 > SIDE_LEAST ? width / 5 + 2 : SIDE_LEAST;
	size_t wanted[SIDE_COUNT];

	for (enum picture_side side = SIDE_LEFT; side < SIDE_COUNT; side++) {
		struct gutter *gutter = &board->gutters[side];
		size_t columns = widest(board->text, picture, side);
		wanted[side] = columns;
		board->side[side] = columns > most                        ? most
				    : columns > 0 && columns < SIDE_LEAST ? SIDE_LEAST
									  : columns;
		gutter->width = 4 + picture->lanes[side];
		if (columns == 0)
			gutter->width = 4;
		gutter->cells =
			xcalloc(picture->height * gutter->width + 1, sizeof(*gutter->cells));
		for (size_t i = 0; i < picture->height * gutter->width; i++)
			gutter->cells[i].style = STYLE_FAINT;
		gutter->has_head = xcalloc(picture->height + 1, sizeof(*gutter->has_head));
		draw_lines(board, side);
		taken += board->side[side] + gutter->width;
		fill(&board->rows[side], picture->height);
		fill(&board->boxes[side], picture->height);
	}
	size_t room = width > taken + 24 ? width - taken : 24;
	size_t kernel = columns_wanted(board, SIDE_LEFT, board->text->language);
	if (picture->columns > 1) {
		size_t right = columns_wanted(board, SIDE_RIGHT, board->text->language);
		kernel = 2 * (right > kernel ? right : kernel) + BETWEEN;
	}
	/* What the kernel does not need is for names that would be cut. */
	for (enum picture_side side = SIDE_LEFT; side < SIDE_COUNT; side++) {
		size_t more =
			wanted[side] > board->side[side] ? wanted[side] - board->side[side] : 0;
		more = room < kernel ? 0 : more < room - kernel ? more : room - kernel;
		board->side[side] += more;
		board->has_tall_heads[side] = wanted[side] > board->side[side];
		room -= more;
	}
	if (picture->columns > 1)
		room = (room - BETWEEN) / 2;
	if (room > KERNEL_MOST)
		room = KERNEL_MOST;
	board->column[SIDE_LEFT] = room;
	board->column[SIDE_RIGHT] = picture->columns > 1 ? room : 0;
	board->language = board->text->language;
	for (enum picture_side side = SIDE_LEFT; side < SIDE_COUNT; side++)
		if (board->language == LANGUAGE_BOTH &&
			columns_wanted(board, side, LANGUAGE_BOTH) > board->column[side])
			board->language = LANGUAGE_CHINESE;
	for (uint32_t i = 0; i < picture->row_count; i++)
		board->rows[picture->rows[i].side][picture->rows[i].row] = i;
	for (uint32_t i = 0; i < picture->box_count; i++)
		for (size_t line = 0; line < picture->boxes[i].height; line++)
			board->boxes[picture->boxes[i].column][picture->boxes[i].row + line] = i;
}

static void draw_step(
	struct text *text, const struct state_picture *picture, const struct instants *instants)
{
	struct text whole = text_like(text);

	state_caption_step(&whole, picture, instants, SIZE_MAX / 2);
	state_caption_call(text, picture, instants, text->width);
	text_add(text, STYLE_PLAIN, "  ");
	if (whole.column > text->width && text->column + DID_LEAST > text->width) {
		text_end_line(text);
		text_pad(text, 2);
	}
	state_caption_did(text, picture, text->width);
	text_end_line(text);
	text_free(&whole);
}

static void draw_names_above(struct board *board)
{
	struct text *text = board->text;

	if (!head_below(board, SIDE_LEFT, ABOVE) && !head_below(board, SIDE_RIGHT, ABOVE))
		return;
	draw_side(board, SIDE_LEFT, ABOVE);
	text_pad(text, text->column + board->gutters[SIDE_LEFT].width + board->column[SIDE_LEFT] +
			       (board->column[SIDE_RIGHT] > 0 ? BETWEEN : 0) +
			       board->column[SIDE_RIGHT] + board->gutters[SIDE_RIGHT].width);
	if (board->side[SIDE_RIGHT] > 0)
		draw_side(board, SIDE_RIGHT, ABOVE);
	text_end_line(text);
}

static void draw_picture(
	struct text *text, const struct state_picture *picture, const struct instants *instants)
{
	struct board board = {.text = text, .picture = picture};

	draw_step(text, picture, instants);
	text_end_line(text);
	lay_out(&board);
	draw_names_above(&board);
	for (size_t row = 0; row < picture->height && !text->is_unwanted; row++)
		draw_row(&board, row);
	text_end_line(text);
	state_caption_legend(text, picture);
	text_end_line(text);
	if (picture->sockets_left_out + picture->processes_left_out > 0) {
		state_caption_rest(text, picture);
		text_end_line(text);
	}
	for (enum picture_side side = SIDE_LEFT; side < SIDE_COUNT; side++) {
		free(board.gutters[side].cells);
		free(board.gutters[side].has_head);
		free(board.rows[side]);
		free(board.boxes[side]);
	}
}

/* Of the kernel. */
static size_t state_columns(const struct text *text)
{
	return text->width >= 132 ? 2 : 1;
}

void view_state(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct state_steps *steps = state_steps_new(selection, options->is_full);
	struct instants instants = instants_of(selection->trace, options->time, text->is_ascii);
	size_t first, end;

	warnings_draw(text, selection->trace);
	state_choose(steps, options, &first, &end);
	if (steps->count == 0)
		header_draw_nothing(text, selection);
	for (size_t i = first; i < end && !text->is_unwanted; i++) {
		struct state_picture *picture = state_picture_new(
			steps, i, state_columns(text), options->is_full ? 0 : STATE_ROWS_MOST);
		if (i > first)
			text_end_line(text);
		draw_picture(text, picture, &instants);
		state_picture_free(picture);
	}
	if (options->is_stepping && end < steps->count) {
		text_end_line(text);
		text_addf(text, STYLE_FAINT, "and %zu more pictures: see --top, --full and --at",
			steps->count - end);
		text_end_line(text);
	}
	state_steps_free(steps);
}

void view_state_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	state_tell(output, selection, options, state_columns(output->text));
}
