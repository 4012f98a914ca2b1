/* SPDX-License-Identifier: MIT */
#include "viewer/views/time_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/rank.h"
#include "viewer/model/string_table.h"
#include "viewer/term/quantity.h"
#include "viewer/views/tell.h"
#include "viewer/wording/names.h"

#define BAR_CELLS 12

/* One thread, or all threads of programs of one name. */
struct time_row {
	const struct thread_time *first;
	size_t threads;
	int64_t spent_ns[TIME_KINDS], all_ns;
};

struct time_rows {
	struct time_row *list; /* owned */
	size_t count;
};

static const struct {
	const char *name, *words;
	enum style style;
	const char *unicode, *ascii; /* in a bar */
} kinds[] = {
	[TIME_PEER] = {"peer", "waiting for peers", STYLE_WAIT, "█", "#"},
	[TIME_CLIENTS] = {"clients", "waiting for clients", STYLE_FAINT, "▒", "="},
	[TIME_LIMIT] = {"timer", "until a timer", STYLE_FAINT, "▒", "="},
	[TIME_OTHER] = {"other", "in other waits", STYLE_FAINT, "▒", "="},
	[TIME_CALLS] = {"calls", "in calls", STYLE_SEND, "█", "#"},
	[TIME_ELSEWHERE] = {"elsewhere", "elsewhere", STYLE_FAINT, "░", "."},
};

static void add(struct time_row *row, const struct thread_time *thread)
{
	for (size_t kind = 0; kind < TIME_KINDS; kind++) {
		quantity_add_up(&row->spent_ns[kind], thread->spent_ns[kind]);
		quantity_add_up(&row->all_ns, thread->spent_ns[kind]);
	}
	row->threads++;
}

/* A row for each thread, or for each name of a program where these would be more than `most`. */
static struct time_rows make_rows(const struct thread_times *times, size_t most)
{
	struct time_rows rows = {.list = xcalloc(times->count + 1, sizeof(*rows.list))};
	struct string_table programs = {0};
	bool is_by_program = times->count > most;

	for (size_t i = 0; i < times->count; i++) {
		const struct thread_time *thread = &times->list[i];
		size_t known = programs.count;
		size_t at = rows.count;
		if (is_by_program) {
			const char *program = name_program(thread->process);
			/* Numbers count from 1, as rows do from 0: the empty string is number 0. */
			uint32_t number =
				string_table_number(&programs, *program ? program : "process");
			at = programs.count != known ? rows.count : number - 1;
		}
		if (at >= rows.count) {
			rows.list[rows.count++].first = thread;
			at = rows.count - 1;
		}
		add(&rows.list[at], thread);
	}
	string_table_free(&programs);
	return rows;
}

static void choose(struct rank *rank, const struct time_rows *rows, size_t most)
{
	for (uint32_t i = 0; i < rows->count; i++)
		rank_add(rank, i, 0, 0, rows->list[i].all_ns, (int64_t)rows->list[i].threads);
	rank_choose(rank, SORT_TIME, most);
}

/* A program's name has this part of a line. */
#define PROGRAM_PART 4
#define TIME_COLUMNS 10 /* with what is before it; more for "10 min 26 s" */

static void add_name(struct text *text, const struct time_row *row)
{
	const struct process *process = row->first->process;
	const char *program = name_program(process);

	if (row->threads > 1)
		text_addf(text, STYLE_PLAIN, "%zu threads of ", row->threads);
	text_add_foreign(text, STYLE_PLAIN, program, strlen(program),
		text->column + text->width / PROGRAM_PART);
	if (row->threads == 1)
		text_addf(text, STYLE_PLAIN, " %" PRId32, row->first->tid);
}

/* The part of the whole, in so many; at least 1 of what is there. */
static size_t share(const struct time_row *row, enum time_kind kind, size_t of)
{
	double part = row->all_ns > 0 ? (double)row->spent_ns[kind] / (double)row->all_ns : 0;

	return (size_t)(part * (double)of + 0.5);
}

static void add_bar(struct text *text, const struct time_row *row)
{
	size_t end = text->column + BAR_CELLS;

	for (enum time_kind kind = 0; kind < TIME_KINDS; kind++)
		for (size_t i = share(row, kind, BAR_CELLS); i > 0 && text->column < end; i--)
			text_add(text, kinds[kind].style,
				text_choose(text, kinds[kind].unicode, kinds[kind].ascii));
	text_pad(text, end);
}

/* "98 % waiting for its peer, 2 % in calls": the largest first, nothing below one in a hundred. */
static void add_shares(struct text *text, const struct time_row *row)
{
	enum time_kind order[TIME_KINDS] = {0};

	for (size_t i = 0, at; i < TIME_KINDS; i++) {
		for (at = i; at > 0 && row->spent_ns[order[at - 1]] < row->spent_ns[i]; at--)
			order[at] = order[at - 1];
		order[at] = (enum time_kind)i;
	}
	for (size_t i = 0; i < TIME_KINDS; i++) {
		struct text_mark mark = text_mark(text);
		size_t percent = share(row, order[i], 100);
		if (percent == 0)
			break;
		text_addf(text, STYLE_PLAIN, i == 0 ? "%zu %% " : ", %zu %% ", percent);
		text_add(text, i == 0 ? kinds[order[i]].style : STYLE_FAINT, kinds[order[i]].words);
		if (text->column > text->width) {
			text_undo(text, mark);
			break;
		}
	}
}

/* The columns of how long it was, with two before. */
static size_t time_columns(const struct text *text, const struct time_row *row)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, row->all_ns, text->is_ascii);
	return text_columns(words) + 2;
}

static void draw(struct text *text, const struct time_row *row, size_t time_end)
{
	char words[QUANTITY_SIZE];

	text_pad(text, 2);
	add_name(text, row);
	quantity_time(words, row->all_ns, text->is_ascii);
	text_pad(text, time_end - text_columns(words));
	text_addf(text, STYLE_PLAIN, "%s  ", words);
	add_bar(text, row);
	text_add(text, STYLE_PLAIN, "  ");
	add_shares(text, row);
	text_end_line(text);
}

void time_table_draw(struct text *text, const struct thread_times *times, size_t most)
{
	struct time_rows rows = make_rows(times, most);
	struct rank rank = {0};
	size_t name_columns = 0, longest = TIME_COLUMNS;

	choose(&rank, &rows, most);
	for (size_t i = 0; i < rank.chosen; i++) {
		size_t columns = time_columns(text, &rows.list[rank.list[i].number]);
		if (columns > longest)
			longest = columns;
		struct text name = text_like(text);
		name.width = text->width;
		add_name(&name, &rows.list[rank.list[i].number]);
		if (name.column > name_columns)
			name_columns = name.column;
		text_free(&name);
	}
	for (size_t i = 0; i < rank.chosen; i++)
		draw(text, &rows.list[rank.list[i].number], 2 + name_columns + longest);
	rank_say_rest(text, &rank, "programs (--top=N, --full)");
	rank_free(&rank);
	free(rows.list);
}

static void tell(struct json_output *output, const struct trace *trace, const struct time_row *row)
{
	struct json_writer *w = &output->writer;
	const struct process *process = row->first->process;

	json_object_begin(w, NULL);
	json_text(w, "program", name_program(process));
	tell_trace_of(w, "trace", trace, process->part);
	if (row->threads == 1) {
		json_number(w, "pid", process->pid);
		json_number(w, "tid", row->first->tid);
	}
	json_number(w, "threads", (int64_t)row->threads);
	json_number(w, "time_ns", row->all_ns);
	json_object_begin(w, "spent_ns");
	for (enum time_kind kind = 0; kind < TIME_KINDS; kind++)
		if (row->spent_ns[kind] > 0)
			json_number(w, kinds[kind].name, row->spent_ns[kind]);
	json_object_end(w);
	json_object_end(w);
	json_output_some(output);
}

void time_table_tell(struct json_output *output, const struct trace *trace,
	const struct thread_times *times, size_t most)
{
	struct time_rows rows = make_rows(times, most);
	struct rank rank = {0};

	choose(&rank, &rows, most);
	json_array_begin(&output->writer, "threads");
	for (size_t i = 0; i < rank.chosen; i++)
		tell(output, trace, &rows.list[rank.list[i].number]);
	json_array_end(&output->writer);
	json_number(&output->writer, "threads_left_out", (int64_t)(rank.count - rank.chosen));
	rank_free(&rank);
	free(rows.list);
}
