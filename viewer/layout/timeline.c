/* SPDX-License-Identifier: MIT */
#include "viewer/layout/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/process_tree.h"
#include "viewer/model/address.h"
#include "viewer/relate/complete.h"
#include "viewer/wording/names.h"

/* More transfers than these in a cell are shown by how many they are. */
#define CROWD 3

/* Deep trees have to fit, too. */
#define INDENT       2
#define MOST_INDENTS 4

/* ":7000" of a listening or bound socket, "→:7000" of a client's, ":7000←:41522" of an accepted
 * one, which has the port that was listened at. */
void timeline_add_label(struct text *text, const struct timeline *timeline,
	const struct timeline_row *row, size_t end)
{
	char address[ADDRESS_SIZE];

	if (row->thread) {
		if (row->thread->tid != row->process->pid)
			text_addf(text, STYLE_PLAIN, "thread %" PRId32 " ", row->thread->tid);
		text_add(text, STYLE_PLAIN, "waits");
		return;
	}
	const struct socket *socket = row->lane->socket;
	const char *arrow = name_arrow(text, socket);
	text_addf(text, STYLE_PLAIN, "fd %-3" PRId64 " %s ", row->lane->fd,
		name_kind(timeline->trace, socket));
	bool is_told_apart = timeline->trace->has_several_loopbacks;
	struct text_mark mark = text_mark(text);
	if (socket->direction == DIRECTION_IN) {
		address_short(address, socket->local, is_told_apart);
		name_endpoint(text, STYLE_PLAIN, address, SIZE_MAX / 2);
	}
	address_short(address, *arrow ? socket->peer : socket->local, is_told_apart);
	if (text->column + text_columns(arrow) + strlen(address) > end)
		text_undo(text, mark);
	text_add(text, STYLE_PLAIN, arrow);
	name_endpoint(text, STYLE_PLAIN, address, end);
}

bool timeline_is_inherited(const struct descriptor *descriptor)
{
	return descriptor->given_by && descriptor->given_from != RECORD_ABSENT;
}

bool timeline_add_inherited(struct text *text, const struct process *process, size_t end)
{
	size_t count = 0;

	for (size_t i = 0; i < process->descriptor_count && text->column + 24 <= end; i++) {
		if (!timeline_is_inherited(process->descriptors[i]))
			continue;
		text_add(text, STYLE_FAINT, count++ == 0 ? "inherited fd " : ", ");
		struct text_mark mark = text_mark(text);
		text_add_number(text, STYLE_FAINT, process->descriptors[i]->fd);
		text_gap(text, GAP_FDS, mark);
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

bool timeline_add_rest(struct text *text, const struct timeline *timeline)
{
	size_t lanes = timeline->rank.count - timeline->rank.chosen;
	size_t threads = timeline->threads.count - timeline->thread_count;

	if (lanes > 0)
		text_addf(text, STYLE_FAINT, "and %zu more descriptors", lanes);
	if (threads > 0)
		text_addf(text, STYLE_FAINT,
			lanes > 0 ? ", and %zu more threads that wait"
				  : "and %zu more threads that wait",
			threads);
	if (lanes + threads > 0)
		text_add(text, STYLE_FAINT, " (--top=N, --full)");
	return lanes + threads > 0;
}

static int64_t time_in_calls(const struct trace *trace, const struct call_list *calls)
{
	int64_t sum = 0;

	for (size_t i = 0; i < calls->count; i++)
		quantity_add_up(&sum, trace->calls[calls->list[i]].duration_ns);
	return sum;
}

/* A listening socket says what a server is for. Of copies that other processes inherited those that
 * accept, too, are never left out. */
static bool is_kept(const struct timeline *timeline, const struct descriptor *lane)
{
	const struct call_list *calls = selection_calls(timeline->selection, lane);

	if (lane->socket->direction != DIRECTION_LISTENING || lane == lane->socket->holder)
		return lane->socket->direction == DIRECTION_LISTENING;
	for (size_t i = 0; i < calls->count; i++) {
		const struct call *call = &timeline->trace->calls[calls->list[i]];
		if (call->effect == EFFECT_ACCEPT && call->descriptor == lane)
			return true;
	}
	return false;
}

static void choose(struct timeline *timeline, enum sort sort, size_t most, const bool *is_wanted,
	bool shows_absent)
{
	const struct trace *trace = timeline->trace;

	for (uint32_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		const struct call_list *calls = selection_calls(timeline->selection, descriptor);
		if (!selection_has_descriptor(timeline->selection, descriptor))
			continue;
		if (name_service_is_hidden(timeline->selection, descriptor, shows_absent)) {
			name_services_add(&timeline->absent, descriptor);
			continue;
		}
		rank_add(&timeline->rank, i, calls->bytes_in, calls->bytes_out,
			sort == SORT_TIME ? time_in_calls(trace, calls) : 0, (int64_t)calls->count);
		if (is_kept(timeline, descriptor) ||
			(is_wanted && is_wanted[descriptor->socket->number]))
			rank_keep(&timeline->rank);
	}
	rank_choose(&timeline->rank, sort, most);
}

/* Of many threads those that waited longest. */
static void choose_threads(struct timeline *timeline, size_t most)
{
	const struct thread_waits *waits = trace_waits(timeline->trace);

	for (uint32_t i = 0; i < waits->count; i++) {
		const struct waiting_thread *thread = &waits->threads[i];
		int64_t time_ns = 0, calls = 0;
		for (size_t j = 0; j < thread->count; j++) {
			if (!selection_has_call(timeline->selection, thread->list[j]))
				continue;
			calls++;
			quantity_add_up(
				&time_ns, timeline->trace->calls[thread->list[j]].duration_ns);
		}
		if (calls > 0)
			rank_add(&timeline->threads, i, 0, 0, time_ns, calls);
	}
	rank_choose(&timeline->threads, SORT_TIME, most);
}

static void see_label(struct timeline *timeline, const struct timeline_row *row)
{
	struct text label = text_like(&timeline->like);

	timeline_add_label(&label, timeline, row, SIZE_MAX / 2);
	if (row->indent + label.column > timeline->label_columns)
		timeline->label_columns = row->indent + label.column;
	label.column = 0;
	timeline_add_label(&label, timeline, row, 0);
	if (row->indent + label.column > timeline->label_least)
		timeline->label_least = row->indent + label.column;
	text_free(&label);
}

/* Which of them are chosen, by their numbers; for the caller to free. */
static bool *chosen_of(const struct rank *rank, size_t count)
{
	bool *is_chosen = xcalloc(count + 1, sizeof(*is_chosen));

	for (size_t i = 0; i < rank->chosen; i++)
		is_chosen[rank->list[i].number] = true;
	return is_chosen;
}

static void add_row(struct timeline *timeline, struct timeline_row row)
{
	if (row.lane || row.thread)
		see_label(timeline, &row);
	timeline->rows[timeline->row_count++] = row;
}

/* The processes that have lanes as a tree, each with its lanes in the order of their births, below
 * them those of its threads. */
static void make_rows(struct timeline *timeline)
{
	const struct trace *trace = timeline->trace;
	const struct thread_waits *waits = trace_waits(trace);
	struct tree_node *nodes = process_tree_new(trace);
	bool *is_shown = chosen_of(&timeline->rank, trace->descriptor_count);
	bool *is_thread_shown = chosen_of(&timeline->threads, waits->count);
	size_t *threads = waits_by_process(waits, trace);

	timeline->rows =
		xcalloc(trace->process_count + timeline->rank.chosen + timeline->threads.chosen + 1,
			sizeof(*timeline->rows));
	for (size_t i = 0; i < trace->process_count; i++) {
		const struct process *process = nodes[i].process;
		size_t depth = nodes[i].depth < MOST_INDENTS ? nodes[i].depth : MOST_INDENTS;
		size_t indent = INDENT * (depth + 1), heading = timeline->row_count;
		for (size_t j = 0; j < process->descriptor_count; j++) {
			const struct descriptor *lane = process->descriptors[j];
			if (!is_shown[lane->number])
				continue;
			if (timeline->row_count == heading)
				add_row(timeline, (struct timeline_row){.process = process,
							  .indent = INDENT * depth});
			add_row(timeline, (struct timeline_row){process, lane, NULL, indent});
		}
		/* One whose lanes are all left out has no row of any kind. */
		size_t last = timeline->row_count > heading ? threads[process->number + 1] : 0;
		for (size_t j = threads[process->number]; j < last; j++) {
			if (!is_thread_shown[j])
				continue;
			add_row(timeline,
				(struct timeline_row){process, NULL, &waits->threads[j], indent});
			timeline->thread_count++;
		}
	}
	free(is_shown);
	free(is_thread_shown);
	free(threads);
	free(nodes);
}

struct timeline *timeline_new(const struct selection *selection, enum sort sort, size_t most,
	const bool *is_wanted, enum time_mode time, bool shows_absent, const struct text *like)
{
	struct timeline *timeline = xcalloc(1, sizeof(*timeline));

	timeline->selection = selection;
	timeline->trace = selection->trace;
	timeline->like = text_like(like);
	timeline->instants = instants_of(selection->trace, time, like->is_ascii);
	choose(timeline, sort, most, is_wanted, shows_absent);
	choose_threads(timeline, most);
	make_rows(timeline);
	return timeline;
}

/* The calls of a lane; those of a thread may be left out. */
static const uint32_t *calls_of(
	const struct timeline *timeline, const struct timeline_row *row, size_t *count)
{
	if (!row->lane) {
		*count = row->thread ? row->thread->count : 0;
		return row->thread ? row->thread->list : NULL;
	}
	const struct call_list *calls = selection_calls(timeline->selection, row->lane);
	*count = calls->count;
	return calls->list;
}

/* The sign of a call in the lane; GLYPH_NONE: it has none there. */
static enum glyph sign_of(
	const struct timeline *timeline, const struct timeline_row *row, uint32_t index)
{
	return selection_has_call(timeline->selection, index)
		       ? glyph_of(timeline->trace, row->lane, &timeline->trace->calls[index])
		       : GLYPH_NONE;
}

/* When the lane begins and ends: with a descriptor, or with the first and the last wait. */
struct lane_span {
	int64_t begin_ns, end_ns;
};

static struct lane_span span_of(const struct timeline *timeline, const struct timeline_row *row)
{
	const struct trace *trace = timeline->trace;
	struct lane_span span = {INT64_MAX, INT64_MIN};

	if (row->lane)
		return (struct lane_span){row->lane->born_ns, descriptor_end_ns(trace, row->lane)};
	for (size_t i = 0; i < row->thread->count; i++) {
		const struct call *call = &trace->calls[row->thread->list[i]];
		if (!selection_has_call(timeline->selection, row->thread->list[i]))
			continue;
		/* One that never returned lasted until its thread ended. */
		int64_t end_ns = call->time_ns + call->duration_ns;
		span.begin_ns = call->time_ns < span.begin_ns ? call->time_ns : span.begin_ns;
		span.end_ns = end_ns > span.end_ns ? end_ns : span.end_ns;
	}
	return span;
}

static struct time_scale *make_scale(const struct timeline *timeline, size_t cells, bool is_linear)
{
	const struct trace *trace = timeline->trace;
	size_t count = 0, capacity = 1, calls;

	for (size_t i = 0; i < timeline->row_count; i++) {
		calls_of(timeline, &timeline->rows[i], &calls);
		capacity += calls + 2;
	}
	int64_t *moments = xcalloc(capacity, sizeof(*moments));
	moments[count++] = trace->begin_ns;
	for (size_t i = 0; i < timeline->row_count; i++) {
		const struct timeline_row *row = &timeline->rows[i];
		if (!row->lane && !row->thread)
			continue;
		const uint32_t *list = calls_of(timeline, row, &calls);
		struct lane_span span = span_of(timeline, row);
		moments[count++] = span.begin_ns;
		moments[count++] = span.end_ns;
		for (size_t j = 0; j < calls; j++)
			if (sign_of(timeline, row, list[j]) != GLYPH_NONE)
				moments[count++] = call_end_ns(&trace->calls[list[j]]);
	}
	return time_scale_new(moments, count, cells, is_linear);
}

static void find_folds(struct timeline *timeline)
{
	const struct time_scale *scale = timeline->scale;

	timeline->folds = xcalloc(scale->fold_count + 1, sizeof(*timeline->folds));
	for (size_t i = 0; i < scale->fold_count; i++) {
		size_t from = scale->folds[i].from, to = scale->folds[i].to;
		timeline->folds[timeline->fold_count++] =
			(struct timeline_fold){scale->columns[from], scale->columns[to],
				scale->moments[to] - scale->moments[from]};
	}
}

static void add_label(struct timeline *timeline, size_t cell, bool is_gap, const char *words)
{
	timeline->labels = array_grow(timeline->labels, timeline->label_count,
		&timeline->label_capacity, sizeof(*timeline->labels));
	struct timeline_label *label = &timeline->labels[timeline->label_count++];
	label->cell = cell;
	label->is_gap = is_gap;
	snprintf(label->words, sizeof(label->words), "%s", words);
}

/* How long a fold is, in the middle of it, as far as it can stand there. */
static void label_fold(struct timeline *timeline, const struct timeline_fold *fold)
{
	char time[QUANTITY_SIZE], words[QUANTITY_SIZE + 8];

	quantity_time(time, fold->length_ns, timeline->like.is_ascii);
	snprintf(words, sizeof(words), "~ %s ~", time);
	size_t columns = text_columns(words), middle = (fold->before + fold->after + 1) / 2;
	size_t cell = middle > columns / 2 ? middle - columns / 2 : 0;
	if (cell + columns > timeline->cell_count)
		cell = timeline->cell_count > columns ? timeline->cell_count - columns : 0;
	add_label(timeline, cell, true, words);
}

/* The time where something happened, while there is room beside the lengths of the folds. */
static void label_moments(struct timeline *timeline)
{
	const struct time_scale *scale = timeline->scale;
	size_t free_from = 0, next = 0, folds = timeline->label_count;
	char time[INSTANT_SIZE];

	for (size_t i = 0; i < scale->count; i++) {
		size_t cell = scale->columns[i];
		if (cell < free_from)
			continue;
		for (; next < folds && timeline->labels[next].cell <= cell + 1; next++)
			free_from = timeline->labels[next].cell +
				    text_columns(timeline->labels[next].words) + 2;
		instant_words(&timeline->instants, time, scale->moments[i]);
		size_t end = cell + text_columns(time);
		size_t limit =
			next < folds ? timeline->labels[next].cell : timeline->cell_count + 1;
		if (cell < free_from || end >= limit)
			continue;
		add_label(timeline, cell, false, time);
		free_from = end + 2;
	}
}

static int by_cell(const void *a, const void *b)
{
	size_t left = ((const struct timeline_label *)a)->cell;
	size_t right = ((const struct timeline_label *)b)->cell;

	return (left > right) - (left < right);
}

static void make_labels(struct timeline *timeline)
{
	for (size_t i = 0; i < timeline->fold_count; i++)
		label_fold(timeline, &timeline->folds[i]);
	label_moments(timeline);
	if (timeline->label_count > 0)
		qsort(timeline->labels, timeline->label_count, sizeof(*timeline->labels), by_cell);
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

static void put_line(struct timeline *timeline, const struct timeline_row *row)
{
	struct lane_span span = span_of(timeline, row);
	size_t first = time_scale_column(timeline->scale, span.begin_ns);
	size_t last = time_scale_column(timeline->scale, span.end_ns);

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
	size_t count;

	if (!lane && !row->thread)
		return false;
	const uint32_t *calls = calls_of(timeline, row, &count);
	put_line(timeline, row);
	if (lane && (lane->given_by || lane->made_by == NO_CALL))
		put(timeline, lane->born_ns, GLYPH_START, NO_CALL);
	for (size_t i = 0; i < count; i++)
		put(timeline, call_end_ns(&timeline->trace->calls[calls[i]]),
			sign_of(timeline, row, calls[i]), calls[i]);
	if (lane && count > CROWD) {
		count_transfers(timeline, lane);
		shade(timeline);
	}
	if (lane && lane->ended_by)
		put(timeline, lane->ended_ns, lane->is_closed ? GLYPH_CLOSE : GLYPH_END, NO_CALL);
	find_ends(timeline);
	return true;
}

void timeline_free(struct timeline *timeline)
{
	rank_free(&timeline->rank);
	rank_free(&timeline->threads);
	time_scale_free(timeline->scale);
	free(timeline->rows);
	free(timeline->folds);
	free(timeline->labels);
	free(timeline->cells);
	free(timeline->transfers);
	free(timeline);
}
