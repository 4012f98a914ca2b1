/* SPDX-License-Identifier: MIT */
#include "viewer/views/svg_lanes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/time_scale.h"
#include "viewer/model/address.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"

#define ROW   24
#define LABEL 250
#define CELLS 96
#define CELL  10

enum shape { SHAPE_LETTER, SHAPE_UP, SHAPE_DOWN, SHAPE_CROSS, SHAPE_DOT };

/* How calls of each effect are marked. Of several at one place the one with the highest weight is.
 */
static const struct {
	enum shape shape;
	int weight;
	const char *letter, *meaning;
} marks[EFFECT_COUNT] = {
	[EFFECT_CREATE] = {SHAPE_LETTER, 5, "S", "socket"},
	[EFFECT_BIND] = {SHAPE_LETTER, 5, "B", "bind"},
	[EFFECT_LISTEN] = {SHAPE_LETTER, 6, "L", "listen"},
	[EFFECT_CONNECT] = {SHAPE_LETTER, 7, "C", "connect"},
	[EFFECT_ACCEPT] = {SHAPE_LETTER, 6, "A", "accept"},
	[EFFECT_SEND] = {SHAPE_UP, 3, NULL, "send"},
	[EFFECT_RECEIVE] = {SHAPE_DOWN, 3, NULL, "recv"},
	[EFFECT_OPTION] = {SHAPE_DOT, 1, NULL, "other call"},
	[EFFECT_QUERY] = {SHAPE_DOT, 1, NULL, NULL},
	[EFFECT_WAIT] = {SHAPE_DOT, 1, NULL, NULL},
	[EFFECT_SHUTDOWN] = {SHAPE_LETTER, 8, "H", "shutdown"},
	[EFFECT_DUPLICATE] = {SHAPE_LETTER, 4, "D", "dup"},
	[EFFECT_PASS] = {SHAPE_LETTER, 4, "D", NULL},
	[EFFECT_CLOSE] = {SHAPE_CROSS, 9, NULL, "close"},
	[EFFECT_CONTROL] = {SHAPE_DOT, 1, NULL, NULL},
};

struct lane_picture {
	struct text *text;
	const struct selection *selection;
	const struct trace *trace;
	struct time_scale *scale;  /* owned */
	const struct call **cells; /* owned: the call that each place of a lane shows */
	int y;
};

static int x_of(size_t cell)
{
	return SVG_MARGIN + LABEL + (int)cell * CELL;
}

static int weight(const struct call *call)
{
	return call_is(call, CALL_FAILED) ? 10 : marks[call->effect].weight;
}

static void draw_shape(struct lane_picture *lanes, enum style style, enum shape shape, int x)
{
	struct text *text = lanes->text;
	int y = lanes->y;

	if (shape == SHAPE_UP)
		svg_shape(text, style, "M%d %dl5 9h-10z", x, y - 5);
	else if (shape == SHAPE_DOWN)
		svg_shape(text, style, "M%d %dl5 -9h-10z", x, y + 5);
	else if (shape == SHAPE_CROSS)
		svg_path(text, style, "M%d %dl8 8m0 -8l-8 8", x - 4, y - 4);
	else
		svg_shape(text, style, "M%d %da2 2 0 1 0 4 0a2 2 0 1 0 -4 0z", x - 2, y);
}

static void draw_mark(struct lane_picture *lanes, const struct call *call, int x)
{
	enum style style = describe_style((enum effect)call->effect);

	if (call_is(call, CALL_FAILED))
		svg_text(lanes->text, STYLE_ERROR, x, lanes->y + 4, SVG_MIDDLE, "!");
	else if (call->effect != EFFECT_CONNECT && call_is(call, CALL_PENDING))
		draw_shape(lanes, STYLE_FAINT, SHAPE_DOT, x);
	else if (marks[call->effect].shape == SHAPE_LETTER)
		svg_text(lanes->text, style, x, lanes->y + 4, SVG_MIDDLE,
			marks[call->effect].letter);
	else
		draw_shape(lanes, style, marks[call->effect].shape, x);
}

/* Folded gaps are dashed. */
static void draw_line(struct lane_picture *lanes, const struct descriptor *lane)
{
	const struct time_scale *scale = lanes->scale;
	size_t first = time_scale_index(scale, lane->born_ns);
	size_t last = time_scale_index(scale, descriptor_end_ns(lanes->trace, lane));
	size_t from = first;

	for (size_t i = first + 1; i <= last + 1; i++) {
		bool is_gap = i <= last && scale->is_folded[i];
		if (i <= last && !is_gap)
			continue;
		if (i - 1 > from)
			svg_path(lanes->text, STYLE_FAINT, "M%d %dH%d", x_of(scale->columns[from]),
				lanes->y, x_of(scale->columns[i - 1]));
		if (is_gap)
			svg_dashes(lanes->text, STYLE_FAINT, "M%d %dH%d",
				x_of(scale->columns[i - 1]), lanes->y, x_of(scale->columns[i]));
		from = i;
	}
}

/* A descriptor begins here that its first call did not create, or that another process gave. */
static void draw_start(struct lane_picture *lanes, const struct descriptor *lane)
{
	int x = x_of(time_scale_column(lanes->scale, lane->born_ns));

	svg_path(lanes->text, STYLE_PLAIN, "M%d %dv10", x, lanes->y - 5);
}

static void draw_marks(struct lane_picture *lanes, const struct descriptor *lane)
{
	const struct call *maker = descriptor_maker(lanes->trace, lane);
	const struct call_list *calls = selection_calls(lanes->selection, lane);
	bool has_start = !maker || maker->effect != EFFECT_CREATE;

	memset(lanes->cells, 0, CELLS * sizeof(lanes->cells[0]));
	if (has_start)
		draw_start(lanes, lane);
	for (size_t i = 0; i < calls->count; i++) {
		const struct call *call = &lanes->trace->calls[calls->list[i]];
		const struct call **cell =
			&lanes->cells[time_scale_column(lanes->scale, call_end_ns(call))];
		if (call == maker && has_start)
			continue;
		if (!*cell || weight(call) > weight(*cell))
			*cell = call;
	}
	for (size_t i = 0; i < CELLS; i++)
		if (lanes->cells[i])
			draw_mark(lanes, lanes->cells[i], x_of(i));
	if (lane->ended_by)
		draw_shape(lanes, STYLE_FAINT, SHAPE_CROSS,
			x_of(time_scale_column(lanes->scale, lane->ended_ns)));
}

static void draw_label(struct lane_picture *lanes, const struct descriptor *lane)
{
	const struct socket *socket = lane->socket;
	struct text words = {.is_ascii = lanes->text->is_ascii};
	const char *arrow = name_arrow(&words, socket);
	char address[ADDRESS_SIZE];

	address_short(address, *arrow ? socket->peer : socket->local,
		lanes->trace->has_several_loopbacks);
	text_addf(&words, STYLE_PLAIN, "fd %-3" PRId64 " ", lane->fd);
	text_add_foreign(&words, STYLE_PLAIN, name_kind(lanes->trace, socket),
		strlen(name_kind(lanes->trace, socket)), svg_columns(LABEL));
	text_addf(&words, STYLE_PLAIN, " %s", arrow);
	text_add_foreign(&words, STYLE_PLAIN, address, strlen(address), svg_columns(LABEL) - 4);
	svg_words(lanes->text, STYLE_PLAIN, SVG_MARGIN + 12, lanes->y + 4, SVG_START, &words);
}

static void draw_process(struct lane_picture *lanes, const struct process *process)
{
	struct text words = {.is_ascii = lanes->text->is_ascii};
	const char *role = name_role(process);
	bool is_shown = false;

	for (size_t i = 0; i < process->descriptor_count; i++)
		is_shown |= selection_has_descriptor(lanes->selection, process->descriptors[i]);
	if (!is_shown)
		return;
	name_process(&words, STYLE_PLAIN, process, svg_columns(LABEL));
	if (role)
		text_addf(&words, STYLE_PLAIN, "%s%s", text_choose(&words, " · ", " - "), role);
	svg_words(lanes->text, STYLE_TITLE, SVG_MARGIN, lanes->y + 4, SVG_START, &words);
	lanes->y += ROW;
	for (size_t i = 0; i < process->descriptor_count; i++) {
		if (!selection_has_descriptor(lanes->selection, process->descriptors[i]))
			continue;
		draw_label(lanes, process->descriptors[i]);
		draw_line(lanes, process->descriptors[i]);
		draw_marks(lanes, process->descriptors[i]);
		lanes->y += ROW;
	}
}

static void draw_axis(struct lane_picture *lanes)
{
	const struct time_scale *scale = lanes->scale;
	char time[QUANTITY_SIZE];
	int free_from = 0;

	for (size_t i = 0; i < scale->count; i++) {
		int x = x_of(scale->columns[i]);
		quantity_time(
			time, scale->moments[i] - lanes->trace->begin_ns, lanes->text->is_ascii);
		if (x < free_from)
			continue;
		svg_text(lanes->text, STYLE_FAINT, x, lanes->y + 4, SVG_MIDDLE, time);
		svg_path(lanes->text, STYLE_FAINT, "M%d %dv5", x, lanes->y + 9);
		free_from = x + (int)((double)(text_columns(time) + 3) * SVG_COLUMN);
	}
	lanes->y += ROW;
}

static void draw_legend(struct lane_picture *lanes)
{
	int x = SVG_MARGIN;

	for (size_t i = 0; i < EFFECT_COUNT; i++) {
		struct call example = {.effect = (uint8_t)i};
		if (!marks[i].meaning)
			continue;
		draw_mark(lanes, &example, x + 5);
		svg_text(lanes->text, STYLE_FAINT, x + 16, lanes->y + 4, SVG_START,
			marks[i].meaning);
		x += 16 + (int)((double)(strlen(marks[i].meaning) + 3) * SVG_COLUMN);
	}
	svg_text(lanes->text, STYLE_ERROR, x + 5, lanes->y + 4, SVG_MIDDLE, "!");
	svg_text(lanes->text, STYLE_FAINT, x + 16, lanes->y + 4, SVG_START, "error");
	lanes->y += ROW;
}

static struct time_scale *make_scale(const struct selection *selection, bool is_linear)
{
	const struct trace *trace = selection->trace;
	size_t count = 0, capacity = 2;

	for (size_t i = 0; i < trace->descriptor_count; i++)
		capacity += selection_calls(selection, trace->descriptors[i])->count + 2;
	int64_t *moments = xcalloc(capacity, sizeof(*moments));
	moments[count++] = trace->begin_ns;
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *lane = trace->descriptors[i];
		const struct call_list *calls = selection_calls(selection, lane);
		if (!selection_has_descriptor(selection, lane))
			continue;
		moments[count++] = lane->born_ns;
		moments[count++] = descriptor_end_ns(trace, lane);
		for (size_t j = 0; j < calls->count; j++)
			moments[count++] = call_end_ns(&trace->calls[calls->list[j]]);
	}
	return time_scale_new(moments, count, CELLS, is_linear);
}

struct svg_size svg_lanes_draw(struct text *text, const struct selection *selection,
	const struct view_options *options, int top)
{
	const struct trace *trace = selection->trace;
	struct lane_picture lanes = {.text = text,
		.selection = selection,
		.trace = trace,
		.scale = make_scale(selection, options->is_linear),
		.cells = xcalloc(CELLS, sizeof(*lanes.cells)),
		.y = top + ROW / 2};

	draw_axis(&lanes);
	for (size_t i = 0; i < trace->process_count; i++)
		draw_process(&lanes, trace->processes[i]);
	lanes.y += ROW / 2;
	draw_legend(&lanes);
	time_scale_free(lanes.scale);
	free(lanes.cells);
	return (struct svg_size){x_of(CELLS) + 2 * SVG_MARGIN, lanes.y};
}
