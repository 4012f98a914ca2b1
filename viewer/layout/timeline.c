/* SPDX-License-Identifier: MIT */
#include "viewer/layout/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/process_tree.h"
#include "viewer/model/address.h"
#include "viewer/wording/names.h"

/* More transfers than these in a cell are shown by how many they are. */
#define CROWD 3

/* Deep trees have to fit, too. */
#define INDENT       2
#define MOST_INDENTS 4

/* ":7000" of a listening or bound socket, "→:7000" of a client's, "←:41522" of an accepted one. */
void timeline_add_label(struct text *text, const struct timeline *timeline,
	const struct timeline_row *row, size_t end)
{
	const struct socket *socket = row->lane->socket;
	const char *arrow = name_arrow(text, socket);
	char address[ADDRESS_SIZE];

	text_addf(text, STYLE_PLAIN, "fd %-3" PRId64 " %s ", row->lane->fd,
		name_kind(timeline->trace, socket));
	address_short(address, *arrow ? socket->peer : socket->local,
		timeline->trace->has_several_loopbacks);
	text_add(text, STYLE_PLAIN, arrow);
	if (text->column < end)
		text_add_foreign(text, STYLE_PLAIN, address, strlen(address), end);
}

bool timeline_is_inherited(const struct descriptor *descriptor)
{
	return descriptor->given_by && descriptor->given_by->from_pid != RECORD_ABSENT;
}

bool timeline_add_inherited(struct text *text, const struct process *process, size_t end)
{
	size_t count = 0;

	for (size_t i = 0; i < process->descriptor_count && text->column + 24 <= end; i++) {
		if (!timeline_is_inherited(process->descriptors[i]))
			continue;
		text_addf(text, STYLE_FAINT, "%s%" PRId64, count++ == 0 ? "inherited fd " : ", ",
			process->descriptors[i]->fd);
	}
	return count > 0;
}

/* What a worker has from its master is said with its name. */
void timeline_add_role(struct text *text, const struct timeline_row *row, size_t end)
{
	const struct process *process = row->process;
	const char *role = name_role(process);

	if (role) {
		text_add_dot(text);
		text_add(text, STYLE_FAINT, role);
	}
	struct text_mark mark = text_mark(text);
	text_add_dot(text);
	if (!timeline_add_inherited(text, process, end))
		text_undo(text, mark);
}

static int64_t time_in_calls(const struct trace *trace, const struct call_list *calls)
{
	int64_t sum = 0;

	for (size_t i = 0; i < calls->count; i++)
		quantity_add_up(&sum, trace->calls[calls->list[i]].duration_ns);
	return sum;
}

static void choose(struct timeline *timeline, enum sort sort, size_t most)
{
	const struct trace *trace = timeline->trace;

	for (uint32_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		const struct call_list *calls = selection_calls(timeline->selection, descriptor);
		if (selection_has_descriptor(timeline->selection, descriptor))
			rank_add(&timeline->rank, i, calls->bytes_in, calls->bytes_out,
				time_in_calls(trace, calls), (int64_t)calls->count);
	}
	rank_choose(&timeline->rank, sort, most);
}

static void see_label(struct timeline *timeline, const struct timeline_row *row)
{
	struct text label = {.is_ascii = timeline->is_ascii};

	timeline_add_label(&label, timeline, row, SIZE_MAX / 2);
	if (row->indent + label.column > timeline->label_columns)
		timeline->label_columns = row->indent + label.column;
	text_free(&label);
}

/* The processes that have lanes as a tree, each with its lanes in the order of their births. */
static void make_rows(struct timeline *timeline)
{
	const struct trace *trace = timeline->trace;
	struct tree_node *nodes = process_tree_new(trace);
	bool *is_shown = xcalloc(trace->descriptor_count + 1, sizeof(*is_shown));

	for (size_t i = 0; i < timeline->rank.chosen; i++)
		is_shown[timeline->rank.list[i].number] = true;
	timeline->rows =
		xcalloc(trace->process_count + timeline->rank.chosen + 1, sizeof(*timeline->rows));
	for (size_t i = 0; i < trace->process_count; i++) {
		const struct process *process = nodes[i].process;
		size_t depth = nodes[i].depth < MOST_INDENTS ? nodes[i].depth : MOST_INDENTS;
		size_t heading = timeline->row_count;
		for (size_t j = 0; j < process->descriptor_count; j++) {
			const struct descriptor *lane = process->descriptors[j];
			if (!is_shown[lane->number])
				continue;
			if (timeline->row_count == heading)
				timeline->rows[timeline->row_count++] =
					(struct timeline_row){process, NULL, INDENT * depth};
			struct timeline_row row = {process, lane, INDENT * (depth + 1)};
			see_label(timeline, &row);
			timeline->rows[timeline->row_count++] = row;
		}
	}
	free(is_shown);
	free(nodes);
}

struct timeline *timeline_new(
	const struct selection *selection, enum sort sort, size_t most, bool is_ascii)
{
	struct timeline *timeline = xcalloc(1, sizeof(*timeline));

	timeline->selection = selection;
	timeline->trace = selection->trace;
	timeline->is_ascii = is_ascii;
	choose(timeline, sort, most);
	make_rows(timeline);
	return timeline;
}

static struct time_scale *make_scale(const struct timeline *timeline, size_t cells, bool is_linear)
{
	const struct trace *trace = timeline->trace;
	size_t count = 0, capacity = 1;

	for (size_t i = 0; i < timeline->row_count; i++)
		if (timeline->rows[i].lane)
			capacity += selection_calls(timeline->selection, timeline->rows[i].lane)
					    ->count +
				    2;
	int64_t *moments = xcalloc(capacity, sizeof(*moments));
	moments[count++] = trace->begin_ns;
	for (size_t i = 0; i < timeline->row_count; i++) {
		const struct descriptor *lane = timeline->rows[i].lane;
		if (!lane)
			continue;
		const struct call_list *calls = selection_calls(timeline->selection, lane);
		moments[count++] = lane->born_ns;
		moments[count++] = descriptor_end_ns(trace, lane);
		for (size_t j = 0; j < calls->count; j++)
			moments[count++] = call_end_ns(&trace->calls[calls->list[j]]);
	}
	return time_scale_new(moments, count, cells, is_linear);
}

static void find_folds(struct timeline *timeline)
{
	const struct time_scale *scale = timeline->scale;

	timeline->folds = xcalloc(SCALE_MAX_FOLDS, sizeof(*timeline->folds));
	for (size_t i = 1; i < scale->count; i++)
		if (scale->is_folded[i])
			timeline->folds[timeline->fold_count++] =
				(struct timeline_fold){scale->columns[i - 1], scale->columns[i],
					scale->moments[i] - scale->moments[i - 1]};
}

static size_t add_label(struct timeline *timeline, size_t cell, bool is_gap, const char *words)
{
	timeline->labels = array_grow(timeline->labels, timeline->label_count,
		&timeline->label_capacity, sizeof(*timeline->labels));
	struct timeline_label *label = &timeline->labels[timeline->label_count++];
	label->cell = cell;
	label->is_gap = is_gap;
	snprintf(label->words, sizeof(label->words), "%s", words);
	return cell + text_columns(words);
}

/* The time where something happened, while there is room; a folded gap says how long it is. */
static void make_labels(struct timeline *timeline)
{
	const struct time_scale *scale = timeline->scale;
	char time[QUANTITY_SIZE], gap[QUANTITY_SIZE + 8];
	size_t free_from = 0;

	for (size_t i = 0; i < scale->count; i++) {
		size_t cell = scale->columns[i];
		if (scale->is_folded[i]) {
			quantity_time(time, scale->moments[i] - scale->moments[i - 1],
				timeline->is_ascii);
			snprintf(gap, sizeof(gap), "~ %s ~", time);
			free_from += free_from > 0;
			if (free_from < scale->columns[i - 1] + 1)
				free_from = scale->columns[i - 1] + 1;
			if (free_from + text_columns(gap) + 1 <= cell)
				free_from = add_label(timeline, free_from, true, gap);
		}
		quantity_time(
			time, scale->moments[i] - timeline->trace->begin_ns, timeline->is_ascii);
		if ((free_from == 0 || cell >= free_from + 2) &&
			cell + text_columns(time) <= timeline->cell_count)
			free_from = add_label(timeline, cell, false, time);
	}
}

static void count_transfers(struct timeline *timeline, const struct descriptor *lane)
{
	const struct call_list *calls = selection_calls(timeline->selection, lane);

	memset(timeline->transfers, 0, timeline->cell_count * sizeof(*timeline->transfers));
	for (size_t i = 0; i < calls->count; i++) {
		const struct call *call = &timeline->trace->calls[calls->list[i]];
		if (effect_transfers(call->effect))
			timeline->transfers[time_scale_column(
				timeline->scale, call_end_ns(call))]++;
	}
}

static void find_most(struct timeline *timeline)
{
	for (size_t i = 0; i < timeline->row_count; i++) {
		const struct descriptor *lane = timeline->rows[i].lane;
		if (!lane || selection_calls(timeline->selection, lane)->count <= CROWD)
			continue;
		count_transfers(timeline, lane);
		for (size_t j = 0; j < timeline->cell_count; j++)
			if (timeline->transfers[j] > timeline->most)
				timeline->most = timeline->transfers[j];
	}
}

void timeline_scale(struct timeline *timeline, size_t cells, bool is_linear)
{
	timeline->cell_count = cells;
	timeline->scale = make_scale(timeline, cells, is_linear);
	timeline->cells = xcalloc(cells, sizeof(*timeline->cells));
	timeline->transfers = xcalloc(cells, sizeof(*timeline->transfers));
	find_folds(timeline);
	make_labels(timeline);
	find_most(timeline);
}

static void put(struct timeline *timeline, int64_t moment, enum glyph glyph, uint32_t call)
{
	struct timeline_cell *cell = &timeline->cells[time_scale_column(timeline->scale, moment)];
	enum glyph joined = glyph_join(cell->glyph, glyph);

	if (joined == glyph && joined != cell->glyph)
		cell->call = call;
	cell->glyph = joined;
}

static void put_line(struct timeline *timeline, const struct descriptor *lane)
{
	size_t first = time_scale_column(timeline->scale, lane->born_ns);
	size_t last = time_scale_column(timeline->scale, descriptor_end_ns(timeline->trace, lane));

	for (size_t i = 0; i < timeline->cell_count; i++) {
		bool is_within = i >= first && i <= last;
		timeline->cells[i] =
			(struct timeline_cell){is_within ? GLYPH_LINE : GLYPH_NONE, NO_CALL};
	}
	for (size_t i = 0; i < timeline->fold_count; i++)
		for (size_t j = timeline->folds[i].before + 1; j < timeline->folds[i].after; j++)
			if (timeline->cells[j].glyph == GLYPH_LINE)
				timeline->cells[j].glyph = GLYPH_FOLD;
}

/* The rhythm of a busy lane, instead of the same sign all along. */
static void shade(struct timeline *timeline)
{
	static const enum glyph shades[] = {GLYPH_FEW, GLYPH_SOME, GLYPH_MANY, GLYPH_MOST};

	for (size_t i = 0; i < timeline->cell_count; i++) {
		struct timeline_cell *cell = &timeline->cells[i];
		uint64_t count = timeline->transfers[i];
		bool shows_call = cell->glyph == GLYPH_OTHER || cell->glyph == GLYPH_SEND ||
				  cell->glyph == GLYPH_RECEIVE || cell->glyph == GLYPH_BOTH;
		if (count > CROWD && shows_call)
			cell->glyph = shades[(count * 4 - 1) / timeline->most];
	}
}

/* A call may end later than its descriptor. */
static void find_ends(struct timeline *timeline)
{
	timeline->first = timeline->last = 0;
	for (size_t i = timeline->cell_count; i-- > 0;)
		if (timeline->cells[i].glyph != GLYPH_NONE) {
			timeline->first = i;
			timeline->last = timeline->last ? timeline->last : i;
			timeline->is_used[timeline->cells[i].glyph] = true;
		}
}

bool timeline_fill(struct timeline *timeline, const struct timeline_row *row)
{
	const struct descriptor *lane = row->lane;

	if (!lane)
		return false;
	const struct call_list *calls = selection_calls(timeline->selection, lane);
	put_line(timeline, lane);
	if (lane->given_by || lane->made_by == NO_CALL)
		put(timeline, lane->born_ns, GLYPH_START, NO_CALL);
	for (size_t i = 0; i < calls->count; i++) {
		const struct call *call = &timeline->trace->calls[calls->list[i]];
		put(timeline, call_end_ns(call), glyph_of(timeline->trace, lane, call),
			calls->list[i]);
	}
	if (calls->count > CROWD) {
		count_transfers(timeline, lane);
		shade(timeline);
	}
	if (lane->ended_by)
		put(timeline, lane->ended_ns, GLYPH_END, NO_CALL);
	find_ends(timeline);
	return true;
}

void timeline_free(struct timeline *timeline)
{
	rank_free(&timeline->rank);
	time_scale_free(timeline->scale);
	free(timeline->rows);
	free(timeline->folds);
	free(timeline->labels);
	free(timeline->cells);
	free(timeline->transfers);
	free(timeline);
}
