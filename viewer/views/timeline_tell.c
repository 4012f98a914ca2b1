/* SPDX-License-Identifier: MIT */
#include "viewer/views/timeline_tell.h"

#include <string.h>

#include "viewer/views/tell.h"
#include "viewer/wording/names.h"

static void tell_axis(struct json_writer *w, const struct timeline *timeline)
{
	json_number(w, "cells", (int64_t)timeline->cell_count);
	json_array_begin(w, "axis");
	for (size_t i = 0; i < timeline->label_count; i++) {
		json_object_begin(w, NULL);
		json_number(w, "cell", (int64_t)timeline->labels[i].cell);
		json_text(w, "words", timeline->labels[i].words);
		if (timeline->labels[i].is_gap)
			json_bool(w, "is_gap", true);
		json_object_end(w);
	}
	json_array_end(w);
	json_array_begin(w, "folds");
	for (size_t i = 0; i < timeline->fold_count; i++) {
		json_object_begin(w, NULL);
		json_number(w, "after_cell", (int64_t)timeline->folds[i].before);
		json_number(w, "before_cell", (int64_t)timeline->folds[i].after);
		json_number(w, "length_ns", timeline->folds[i].length_ns);
		json_object_end(w);
	}
	json_array_end(w);
}

static void tell_process(struct json_writer *w, const struct timeline_row *row)
{
	const struct process *process = row->process;
	const char *role = name_role(process);

	json_text(w, "row", "process");
	json_number(w, "pid", process->pid);
	json_text(w, "program", name_program(process));
	if (role)
		json_text(w, "role", role);
	json_array_begin(w, "inherited");
	for (size_t i = 0; i < process->descriptor_count; i++)
		if (timeline_is_inherited(process->descriptors[i]))
			json_number(w, NULL, process->descriptors[i]->fd);
	json_array_end(w);
}

/* The cells with a sign; between them are the line and its folds. */
static void tell_cells(struct json_output *output, const struct timeline *timeline)
{
	struct json_writer *w = &output->writer;

	json_array_begin(w, "cells");
	for (size_t i = timeline->first; i <= timeline->last; i++) {
		const struct timeline_cell *cell = &timeline->cells[i];
		const struct glyph_sign *sign = glyph_sign(cell->glyph);
		if (cell->glyph <= GLYPH_FOLD)
			continue;
		json_object_begin(w, NULL);
		json_number(w, "cell", (int64_t)i);
		json_text(w, "sign", sign->name);
		json_text(w, "style", palette_row(sign->style)->name);
		if (cell->call != NO_CALL)
			tell_call_number(w, "call", timeline->trace, cell->call);
		json_object_end(w);
		json_output_some(output);
	}
	json_array_end(w);
}

static void tell_descriptor(struct json_writer *w, const struct descriptor *lane)
{
	json_number(w, "fd", lane->fd);
	json_number(w, "descriptor", lane->id);
	json_number(w, "socket", lane->socket->id);
	json_number(w, "born_ns", lane->born_ns);
	if (lane->ended_ns != INT64_MAX)
		json_number(w, "ended_ns", lane->ended_ns);
}

static void tell_lane(
	struct json_output *output, struct timeline *timeline, const struct timeline_row *row)
{
	struct text label = {.is_ascii = timeline->like.is_ascii};
	struct json_writer *w = &output->writer;

	json_text(w, "row", row->lane ? "lane" : "thread");
	json_number(w, "pid", row->process->pid);
	if (row->lane)
		tell_descriptor(w, row->lane);
	else
		json_number(w, "tid", row->thread->tid);
	timeline_add_label(&label, timeline, row, SIZE_MAX / 2);
	json_output_words(output, "label", &label);
	text_free(&label);
	json_number(w, "first_cell", (int64_t)timeline->first);
	json_number(w, "last_cell", (int64_t)timeline->last);
	tell_cells(output, timeline);
}

static void tell_legend(struct json_writer *w, const struct timeline *timeline)
{
	json_array_begin(w, "legend");
	for (size_t i = 0; glyph_legend[i] != GLYPH_NONE; i++)
		if (timeline->is_used[glyph_legend[i]])
			glyph_tell(w, glyph_legend[i], LANGUAGE_ENGLISH);
	json_array_end(w);
}

void timeline_tell(struct json_output *output, struct timeline *timeline)
{
	struct json_writer *w = &output->writer;

	tell_axis(w, timeline);
	json_array_begin(w, "rows");
	for (size_t i = 0; i < timeline->row_count; i++) {
		const struct timeline_row *row = &timeline->rows[i];
		json_object_begin(w, NULL);
		json_number(w, "indent", (int64_t)row->indent);
		tell_trace_of(w, "trace", timeline->trace, row->process->part);
		if (timeline_fill(timeline, row))
			tell_lane(output, timeline, row);
		else
			tell_process(w, row);
		json_object_end(w);
		json_output_some(output);
	}
	json_array_end(w);
	tell_absent_services(w, &timeline->absent);
	json_number(w, "rows_left_out", (int64_t)(timeline->rank.count - timeline->rank.chosen));
	json_number(
		w, "threads_left_out", (int64_t)(timeline->threads.count - timeline->thread_count));
	tell_legend(w, timeline);
}
