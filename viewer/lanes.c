#include "viewer/lanes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/address.h"
#include "viewer/names.h"
#include "viewer/quantity.h"
#include "viewer/time_scale.h"

/* What a cell shows. Where several things happen in one cell, the last of this list wins. */
enum glyph {
	GLYPH_NONE,
	GLYPH_LINE,
	GLYPH_FOLD,
	GLYPH_OTHER,
	GLYPH_START,
	GLYPH_END,
	GLYPH_SEND,
	GLYPH_RECEIVE,
	GLYPH_BOTH,
	GLYPH_DUPLICATE,
	GLYPH_SOCKET,
	GLYPH_BIND,
	GLYPH_LISTEN,
	GLYPH_ACCEPT,
	GLYPH_CONNECT,
	GLYPH_SHUTDOWN,
	GLYPH_CLOSE,
	GLYPH_ERROR,
	GLYPH_COUNT
};

static const struct {
	const char *unicode, *ascii;
	enum style style;
	const char *legend; /* NULL: not in the legend */
} glyphs[GLYPH_COUNT] = {
	[GLYPH_NONE] = {" ", " ", STYLE_PLAIN, NULL},
	[GLYPH_LINE] = {"─", "-", STYLE_FAINT, NULL},
	[GLYPH_FOLD] = {"┄", ".", STYLE_FAINT, NULL},
	[GLYPH_OTHER] = {"·", ":", STYLE_PLAIN, "other call"},
	[GLYPH_START] = {"├", "|", STYLE_PLAIN, NULL},
	[GLYPH_END] = {"╳", "x", STYLE_RELEASE, "ended without close"},
	[GLYPH_SEND] = {"▲", "^", STYLE_SEND, "send"},
	[GLYPH_RECEIVE] = {"▼", "v", STYLE_RECEIVE, "recv"},
	[GLYPH_BOTH] = {"◆", "*", STYLE_PLAIN, "send and recv"},
	[GLYPH_DUPLICATE] = {"D", "D", STYLE_ESTABLISH, "dup"},
	[GLYPH_SOCKET] = {"S", "S", STYLE_ESTABLISH, "socket"},
	[GLYPH_BIND] = {"B", "B", STYLE_ESTABLISH, "bind"},
	[GLYPH_LISTEN] = {"L", "L", STYLE_ESTABLISH, "listen"},
	[GLYPH_ACCEPT] = {"A", "A", STYLE_ESTABLISH, "accept"},
	[GLYPH_CONNECT] = {"C", "C", STYLE_ESTABLISH, "connect"},
	[GLYPH_SHUTDOWN] = {"H", "H", STYLE_RELEASE, "shutdown"},
	[GLYPH_CLOSE] = {"X", "X", STYLE_RELEASE, "close"},
	[GLYPH_ERROR] = {"!", "!", STYLE_ERROR, "error"},
};

/* The order of the legend is the order of a socket's life. */
static const enum glyph legend_order[] = {GLYPH_SOCKET, GLYPH_BIND, GLYPH_LISTEN, GLYPH_ACCEPT,
	GLYPH_CONNECT, GLYPH_SEND, GLYPH_RECEIVE, GLYPH_BOTH, GLYPH_OTHER, GLYPH_DUPLICATE,
	GLYPH_SHUTDOWN, GLYPH_CLOSE, GLYPH_END, GLYPH_ERROR};

struct lanes {
	struct text *text;
	const struct trace *trace;
	struct time_scale *scale;
	size_t label_width, width; /* of the labels; of the cells */
	unsigned char *cells;      /* of one lane */
	bool is_used[GLYPH_COUNT];
};

static enum glyph glyph_of(
	const struct lanes *lanes, const struct descriptor *lane, const struct call *call)
{
	static const enum glyph by_effect[EFFECT_COUNT] = {
		[EFFECT_CREATE] = GLYPH_SOCKET,
		[EFFECT_BIND] = GLYPH_BIND,
		[EFFECT_LISTEN] = GLYPH_LISTEN,
		[EFFECT_CONNECT] = GLYPH_CONNECT,
		[EFFECT_ACCEPT] = GLYPH_ACCEPT,
		[EFFECT_SEND] = GLYPH_SEND,
		[EFFECT_RECEIVE] = GLYPH_RECEIVE,
		[EFFECT_OPTION] = GLYPH_OTHER,
		[EFFECT_QUERY] = GLYPH_OTHER,
		[EFFECT_WAIT] = GLYPH_OTHER,
		[EFFECT_SHUTDOWN] = GLYPH_SHUTDOWN,
		[EFFECT_DUPLICATE] = GLYPH_DUPLICATE,
		[EFFECT_PASS] = GLYPH_DUPLICATE,
		[EFFECT_CLOSE] = GLYPH_CLOSE,
		[EFFECT_CONTROL] = GLYPH_OTHER,
	};

	if (call_is(call, CALL_FAILED))
		return GLYPH_ERROR;
	if (descriptor_maker(lanes->trace, lane) == call && call->effect != EFFECT_CREATE)
		return GLYPH_START;
	if (call->effect == EFFECT_CONNECT || !call_is(call, CALL_PENDING))
		return by_effect[call->effect];
	return GLYPH_OTHER;
}

static void put(struct lanes *lanes, int64_t moment, enum glyph glyph)
{
	unsigned char *cell = &lanes->cells[time_scale_column(lanes->scale, moment)];

	if ((*cell == GLYPH_SEND && glyph == GLYPH_RECEIVE) ||
		(*cell == GLYPH_RECEIVE && glyph == GLYPH_SEND))
		*cell = GLYPH_BOTH;
	else if (glyph > *cell)
		*cell = (unsigned char)glyph;
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

static void draw_cells(struct lanes *lanes, const struct descriptor *lane)
{
	memset(lanes->cells, GLYPH_NONE, lanes->width);
	draw_line(lanes, lane);
	if (lane->given_by || lane->made_by == NO_CALL)
		put(lanes, lane->born_ns, GLYPH_START);
	for (size_t i = 0; i < lane->call_count; i++) {
		const struct call *call = descriptor_call(lanes->trace, lane, i);
		put(lanes, call_end_ns(call), glyph_of(lanes, lane, call));
	}
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
		const char *shown = text_choose(text, glyphs[glyph].unicode, glyphs[glyph].ascii);
		if (length > 0 && (glyphs[glyph].style != style || length + 8 > sizeof(run))) {
			text_add(text, style, run);
			length = 0;
		}
		style = glyphs[glyph].style;
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
	const char *arrow = "";
	char address[ADDRESS_SIZE];

	text_addf(text, STYLE_PLAIN, "  fd %-3" PRId64 " %s ", lane->fd, name_kind(trace, socket));
	if (socket->direction == DIRECTION_IN)
		arrow = text_choose(text, "←", "<-");
	else if (socket->direction == DIRECTION_PAIR)
		arrow = text_choose(text, "↔", "pair");
	else if (socket->direction != DIRECTION_LISTENING && socket->peer)
		arrow = text_choose(text, "→", "->");
	address_short(address, *arrow ? socket->peer : socket->local);
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

static bool has_lanes(const struct process *process)
{
	for (size_t i = 0; i < process->descriptor_count; i++)
		if (!process->descriptors[i]->is_left_out)
			return true;
	return false;
}

static void draw_process(struct lanes *lanes, const struct process *process)
{
	struct text *text = lanes->text;
	const char *role = name_role(process);

	if (!has_lanes(process))
		return;
	name_process(text, STYLE_TITLE, process, text->width / 2);
	if (role)
		text_addf(text, STYLE_FAINT, "%s%s", text_choose(text, " · ", " - "), role);
	text_end_line(text);
	for (size_t i = 0; i < process->descriptor_count; i++) {
		if (process->descriptors[i]->is_left_out)
			continue;
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
	for (size_t i = 0; i < sizeof(legend_order) / sizeof(legend_order[0]); i++) {
		enum glyph glyph = legend_order[i];
		if (!lanes->is_used[glyph])
			continue;
		if (text->column + 3 + strlen(glyphs[glyph].legend) > text->width)
			text_end_line(text);
		text_add(text, glyphs[glyph].style,
			text_choose(text, glyphs[glyph].unicode, glyphs[glyph].ascii));
		text_addf(text, STYLE_FAINT, " %s  ", glyphs[glyph].legend);
	}
	text_end_line(text);
}

static struct time_scale *make_scale(const struct lanes *lanes, bool is_linear)
{
	const struct trace *trace = lanes->trace;
	size_t count = 0, capacity = 2;

	for (size_t i = 0; i < trace->descriptor_count; i++)
		capacity += trace->descriptors[i]->call_count + 2;
	int64_t *moments = xcalloc(capacity, sizeof(*moments));
	moments[count++] = trace->begin_ns;
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *lane = trace->descriptors[i];
		if (lane->is_left_out)
			continue;
		moments[count++] = lane->born_ns;
		moments[count++] = descriptor_end_ns(lanes->trace, lane);
		for (size_t j = 0; j < lane->call_count; j++)
			moments[count++] = call_end_ns(descriptor_call(trace, lane, j));
	}
	return time_scale_new(moments, count, lanes->width, is_linear);
}

/* Labels get what they need, up to a third of the line. */
static void lay_out(struct lanes *lanes)
{
	const struct trace *trace = lanes->trace;
	size_t widest = 0, limit = lanes->text->width / 3;

	for (size_t i = 0; i < trace->descriptor_count; i++) {
		size_t columns = label_columns(lanes, trace->descriptors[i]);
		if (columns > widest)
			widest = columns;
	}
	lanes->label_width = (widest < limit ? widest : limit) + 2;
	lanes->width = lanes->text->width > lanes->label_width + 10
			       ? lanes->text->width - lanes->label_width
			       : 10;
}

void lanes_draw(struct text *text, const struct trace *trace, bool is_linear)
{
	struct lanes lanes = {.text = text, .trace = trace};

	lay_out(&lanes);
	lanes.scale = make_scale(&lanes, is_linear);
	lanes.cells = xcalloc(lanes.width, 1);
	draw_axis(&lanes);
	for (size_t i = 0; i < trace->process_count; i++)
		draw_process(&lanes, trace->processes[i]);
	draw_legend(&lanes);
	time_scale_free(lanes.scale);
	free(lanes.cells);
}
