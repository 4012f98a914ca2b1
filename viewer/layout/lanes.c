/* SPDX-License-Identifier: MIT */
#include "viewer/layout/lanes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/process_tree.h"
#include "viewer/layout/time_scale.h"
#include "viewer/model/address.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/glyph.h"
#include "viewer/wording/names.h"

struct lanes {
	struct text *text;
	const struct selection *selection;
	const struct trace *trace;
	struct tree_node *nodes; /* owned: the processes */
	struct time_scale *scale;
	size_t label_width, width; /* of the labels; of the cells */
	unsigned char *cells;      /* of one lane */
	unsigned int *transfers;   /* in each cell of it */
	unsigned int most;         /* transfers in one cell, of all lanes */
	const bool *is_shown;      /* by the numbers of descriptors */
	bool is_used[GLYPH_COUNT];
};

static void put(struct lanes *lanes, int64_t moment, enum glyph glyph)
{
	unsigned char *cell = &lanes->cells[time_scale_column(lanes->scale, moment)];

	*cell = (unsigned char)glyph_join((enum glyph) * cell, glyph);
}

static void draw_line(struct lanes *lanes, const struct descriptor *lane)
{
	const struct time_scale *scale = lanes->scale;
	size_t last = time_scale_index(scale, descriptor_end_ns(lanes->trace, lane));
	size_t from = time_scale_column(scale, lane->born_ns), to = scale->columns[last];

	for (size_t column = from; column <= to; column++)
		lanes->cells[column] = GLYPH_LINE;
	for (size_t i = time_scale_index(scale, lane->born_ns) + 1; i <= last; i++)
		for (size_t column = scale->columns[i - 1] + 1;
			scale->is_folded[i] && column < scale->columns[i]; column++)
			lanes->cells[column] = GLYPH_FOLD;
}

/* More transfers than these in a cell are shown by how many they are. */
#define CROWD 3

static void count_transfers(struct lanes *lanes, const struct descriptor *lane)
{
	const struct call_list *calls = selection_calls(lanes->selection, lane);

	memset(lanes->transfers, 0, lanes->width * sizeof(*lanes->transfers));
	for (size_t i = 0; i < calls->count; i++) {
		const struct call *call = &lanes->trace->calls[calls->list[i]];
		if (effect_transfers(call->effect))
			lanes->transfers[time_scale_column(lanes->scale, call_end_ns(call))]++;
	}
}

/* The rhythm of a busy lane, instead of the same sign all along. */
static void shade(struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->width; i++) {
		unsigned int count = lanes->transfers[i];
		unsigned char *cell = &lanes->cells[i];
		if (count <= CROWD || *cell == GLYPH_START || *cell == GLYPH_END ||
			*cell < GLYPH_OTHER || *cell > GLYPH_BOTH)
			continue;
		uint64_t quarter = ((uint64_t)count * 4 - 1) / (lanes->most ? lanes->most : 1);
		*cell = (unsigned char)(GLYPH_FEW + (quarter > 3 ? 3 : quarter));
	}
}

static void find_most(struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->trace->descriptor_count; i++) {
		const struct descriptor *lane = lanes->trace->descriptors[i];
		if (!lanes->is_shown[i] || selection_calls(lanes->selection, lane)->count <= CROWD)
			continue;
		count_transfers(lanes, lane);
		for (size_t j = 0; j < lanes->width; j++)
			if (lanes->transfers[j] > lanes->most)
				lanes->most = lanes->transfers[j];
	}
}

static void draw_cells(struct lanes *lanes, const struct descriptor *lane)
{
	const struct call_list *calls = selection_calls(lanes->selection, lane);

	memset(lanes->cells, GLYPH_NONE, lanes->width);
	draw_line(lanes, lane);
	if (lane->given_by || lane->made_by == NO_CALL)
		put(lanes, lane->born_ns, GLYPH_START);
	for (size_t i = 0; i < calls->count; i++) {
		const struct call *call = &lanes->trace->calls[calls->list[i]];
		put(lanes, call_end_ns(call), glyph_of(lanes->trace, lane, call));
	}
	count_transfers(lanes, lane);
	shade(lanes);
	if (lane->ended_by)
		put(lanes, lane->ended_ns, GLYPH_END);
}

/* Cells of one style after the other are added together, so that colours take few bytes. */
static void print_cells(struct lanes *lanes)
{
	struct text *text = lanes->text;
	char run[512];
	size_t length = 0;
	enum style style = STYLE_PLAIN;
	size_t width = lanes->width;

	while (width > 0 && lanes->cells[width - 1] == GLYPH_NONE)
		width--;
	for (size_t i = 0; i < width; i++) {
		enum glyph glyph = lanes->cells[i];
		const char *shown =
			text_choose(text, glyph_sign(glyph)->unicode, glyph_sign(glyph)->ascii);
		if (length > 0 && (glyph_sign(glyph)->style != style || length + 8 > sizeof(run))) {
			text_add(text, style, run);
			length = 0;
		}
		style = glyph_sign(glyph)->style;
		length += (size_t)snprintf(run + length, sizeof(run) - length, "%s", shown);
		lanes->is_used[glyph] = true;
	}
	if (length > 0)
		text_add(text, style, run);
}

/* ":7000" of a listening or bound socket, "→:7000" of a client's, "←:41522" of an accepted one. */
static void print_label(
	struct text *text, const struct trace *trace, const struct descriptor *lane, size_t end)
{
	const struct socket *socket = lane->socket;
	const char *arrow = name_arrow(text, socket);
	char address[ADDRESS_SIZE];

	text_addf(text, STYLE_PLAIN, "  fd %-3" PRId64 " %s ", lane->fd, name_kind(trace, socket));
	address_short(address, *arrow ? socket->peer : socket->local, trace->has_several_loopbacks);
	text_add(text, STYLE_PLAIN, arrow);
	if (text->column < end)
		text_add_foreign(text, STYLE_PLAIN, address, strlen(address), end);
}

static size_t label_columns(const struct lanes *lanes, const struct descriptor *lane)
{
	struct text scratch = {.is_ascii = lanes->text->is_ascii};
	size_t columns;

	print_label(&scratch, lanes->trace, lane, SIZE_MAX / 2);
	columns = scratch.column;
	text_free(&scratch);
	return columns;
}

/* Deep trees have to fit, too. */
static size_t indent_of(const struct tree_node *node)
{
	return 2 * (node->depth < 4 ? node->depth : 4);
}

static bool has_lanes(const struct lanes *lanes, const struct process *process)
{
	for (size_t i = 0; i < process->descriptor_count; i++)
		if (lanes->is_shown[process->descriptors[i]->number])
			return true;
	return false;
}

/* "inherited fd 3, 4": what a worker has from its master. */
static void say_inherited(struct lanes *lanes, const struct process *process)
{
	struct text *text = lanes->text;
	size_t count = 0;

	for (size_t i = 0; i < process->descriptor_count; i++) {
		const struct descriptor *descriptor = process->descriptors[i];
		if (!descriptor->given_by || descriptor->given_by->from_pid == RECORD_ABSENT ||
			text->column + 24 > text->width)
			continue;
		if (count++ == 0)
			text_addf(text, STYLE_FAINT, "%sinherited fd %" PRId64,
				text_choose(text, " · ", " - "), descriptor->fd);
		else
			text_addf(text, STYLE_FAINT, ", %" PRId64, descriptor->fd);
	}
}

static void draw_process(struct lanes *lanes, const struct tree_node *node)
{
	const struct process *process = node->process;
	size_t indent = indent_of(node);
	struct text *text = lanes->text;
	const char *role = name_role(process);

	if (!has_lanes(lanes, process))
		return;
	text_pad(text, indent);
	name_process(text, STYLE_TITLE, process, text->width / 2);
	if (role)
		text_addf(text, STYLE_FAINT, "%s%s", text_choose(text, " · ", " - "), role);
	say_inherited(lanes, process);
	text_end_line(text);
	for (size_t i = 0; i < process->descriptor_count; i++) {
		if (!lanes->is_shown[process->descriptors[i]->number])
			continue;
		text_pad(text, indent);
		print_label(text, lanes->trace, process->descriptors[i], lanes->label_width - 1);
		text_pad(text, lanes->label_width);
		draw_cells(lanes, process->descriptors[i]);
		print_cells(lanes);
		text_end_line(text);
	}
}

/* The time at a moment's column; a folded gap says how long it is instead. */
static void draw_axis(struct lanes *lanes)
{
	const struct time_scale *scale = lanes->scale;
	struct text *text = lanes->text;
	char label[QUANTITY_SIZE];

	for (size_t i = 0; i < scale->count; i++) {
		size_t column = lanes->label_width + scale->columns[i];
		int64_t origin = lanes->trace->begin_ns;
		if (scale->is_folded[i]) {
			quantity_time(
				label, scale->moments[i] - scale->moments[i - 1], text->is_ascii);
			text_add(text, STYLE_PLAIN, text->column > lanes->label_width ? " " : "");
			text_pad(text, lanes->label_width + scale->columns[i - 1] + 1);
			if (text->column + text_columns(label) + 5 <= column)
				text_addf(text, STYLE_FAINT, "~ %s ~", label);
		}
		quantity_time(label, scale->moments[i] - origin, text->is_ascii);
		bool is_first = text->column <= lanes->label_width;
		if ((is_first || column >= text->column + 2) &&
			column + text_columns(label) <= text->width) {
			text_pad(text, column);
			text_add(text, STYLE_FAINT, label);
		}
	}
	text_end_line(text);
}

static void draw_legend(struct lanes *lanes)
{
	struct text *text = lanes->text;

	text_end_line(text);
	for (size_t i = 0; glyph_legend[i] != GLYPH_NONE; i++) {
		enum glyph glyph = glyph_legend[i];
		if (!lanes->is_used[glyph])
			continue;
		if (text->column + 3 + strlen(glyph_sign(glyph)->legend) > text->width)
			text_end_line(text);
		text_add(text, glyph_sign(glyph)->style,
			text_choose(text, glyph_sign(glyph)->unicode, glyph_sign(glyph)->ascii));
		text_addf(text, STYLE_FAINT, " %s  ", glyph_sign(glyph)->legend);
	}
	text_end_line(text);
}

static struct time_scale *make_scale(const struct lanes *lanes, bool is_linear)
{
	const struct trace *trace = lanes->trace;
	size_t count = 0, capacity = 2;

	for (size_t i = 0; i < trace->descriptor_count; i++)
		capacity += selection_calls(lanes->selection, trace->descriptors[i])->count + 2;
	int64_t *moments = xcalloc(capacity, sizeof(*moments));
	moments[count++] = trace->begin_ns;
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *lane = trace->descriptors[i];
		const struct call_list *calls = selection_calls(lanes->selection, lane);
		if (!lanes->is_shown[i])
			continue;
		moments[count++] = lane->born_ns;
		moments[count++] = descriptor_end_ns(lanes->trace, lane);
		for (size_t j = 0; j < calls->count; j++)
			moments[count++] = call_end_ns(&trace->calls[calls->list[j]]);
	}
	return time_scale_new(moments, count, lanes->width, is_linear);
}

/* Labels get what they need, up to a third of the line. */
static void lay_out(struct lanes *lanes)
{
	const struct trace *trace = lanes->trace;
	size_t widest = 0, limit = lanes->text->width / 3;

	for (size_t i = 0; i < trace->process_count; i++) {
		const struct process *process = lanes->nodes[i].process;
		for (size_t j = 0; j < process->descriptor_count; j++) {
			size_t columns = indent_of(&lanes->nodes[i]) +
					 label_columns(lanes, process->descriptors[j]);
			if (lanes->is_shown[process->descriptors[j]->number] && columns > widest)
				widest = columns;
		}
	}
	lanes->label_width = (widest < limit ? widest : limit) + 2;
	lanes->width = lanes->text->width > lanes->label_width + 10
			       ? lanes->text->width - lanes->label_width
			       : 10;
}

void lanes_draw(
	struct text *text, const struct selection *selection, const bool *is_shown, bool is_linear)
{
	const struct trace *trace = selection->trace;
	struct lanes lanes = {.text = text,
		.selection = selection,
		.trace = trace,
		.is_shown = is_shown,
		.nodes = process_tree_new(trace)};

	lay_out(&lanes);
	lanes.scale = make_scale(&lanes, is_linear);
	lanes.cells = xcalloc(lanes.width, 1);
	lanes.transfers = xcalloc(lanes.width, sizeof(*lanes.transfers));
	find_most(&lanes);
	draw_axis(&lanes);
	for (size_t i = 0; i < trace->process_count; i++)
		draw_process(&lanes, &lanes.nodes[i]);
	draw_legend(&lanes);
	time_scale_free(lanes.scale);
	free(lanes.nodes);
	free(lanes.cells);
	free(lanes.transfers);
}
