/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/process_tree.h"
#include "viewer/layout/timeline.h"
#include "viewer/relate/complete.h"
#include "viewer/views/page_parts.h"
#include "viewer/views/row_set.h"
#include "viewer/wording/names.h"

/* So many columns say at most what a process inherited. */
#define INHERITED_LIMIT 200

/* What stands in a row. */
enum row_kind { ROW_HEADING, ROW_LANE, ROW_THREAD, ROW_WITHOUT_DESCRIPTOR, ROW_COUNT };
static const char *const row_kinds[ROW_COUNT] = {
	[ROW_HEADING] = "heading",
	[ROW_LANE] = "lane",
	[ROW_THREAD] = "thread",
	[ROW_WITHOUT_DESCRIPTOR] = "without_descriptor",
};

static void tell_processes(struct page_data *d)
{
	const struct trace *trace = d->trace;
	struct json_writer *w = &d->output->writer;
	struct text inherited = text_like(d->output->text);

	json_array_begin(w, "processes");
	for (size_t i = 0; i < trace->process_count; i++) {
		const struct process *process = d->nodes[i].process;
		const char *role = name_role(process);
		json_object_begin(w, NULL);
		json_number(w, "pid", process->pid);
		json_text(w, "program", name_program(process));
		json_number(w, "depth", (int64_t)d->nodes[i].depth);
		if (role)
			json_text(w, "role", page_words(d, role));
		if (timeline_add_inherited(&inherited, process, INHERITED_LIMIT))
			json_output_words(d->output, "inherited", &inherited);
		if (trace->part_count > 1) {
			char part[PART_NAME_SIZE];
			trace_part_name(trace, process->part, part);
			json_text(w, "trace", part);
		}
		json_object_end(w);
		json_output_some(d->output);
	}
	json_array_end(w);
	text_free(&inherited);
}

/* The lanes of other descriptors that a call belongs to, and what it is shown as there. */
static void tell_members(struct page_data *d)
{
	static const char *const names[] = {"call", "descriptor", "glyph", "phase"};

	json_object_begin(&d->output->writer, "members");
	for (int column = 0; column < 4; column++) {
		json_array_begin(&d->output->writer, names[column]);
		for (size_t i = 0; i < d->trace->descriptor_count; i++) {
			const struct descriptor *lane = d->trace->descriptors[i];
			const struct call_list *calls = selection_calls(d->selection, lane);
			for (size_t j = 0; j < calls->count; j++) {
				uint32_t index = calls->list[j];
				const struct call *call = &d->trace->calls[index];
				if (page_descriptor_of(d, call) == lane->number)
					continue;
				d->is_member[index] = true;
				int64_t values[] = {d->numbers[index], lane->number,
					glyph_of(d->trace, lane, call),
					page_phase_of(d, lane, index)};
				json_number(&d->output->writer, NULL, values[column]);
			}
			json_output_some(d->output);
		}
		json_array_end(&d->output->writer);
	}
	json_object_end(&d->output->writer);
}

/* Whether a process has calls that are in no lane, by its number. For the caller to free. */
static bool *have_bare_calls(const struct page_data *d)
{
	bool *have = xcalloc(d->trace->process_count + 1, sizeof(*have));

	for (uint32_t i = 0; i < d->trace->call_count; i++) {
		const struct call *call = &d->trace->calls[i];
		if (d->numbers[i] != PAGE_NOT_SHOWN && page_descriptor_of(d, call) < 0 &&
			!d->is_member[i] && !call_is(call, CALL_FOUND_NONE))
			have[call->process->number] = true;
	}
	return have;
}

/* `lane`: NULL where the row is none of a descriptor; `tid`: -1 where it is none of a thread. */
static void add_row(struct row_set *rows, enum row_kind kind, int64_t process,
	const struct descriptor *lane, int64_t tid, bool is_chosen)
{
	int64_t row[] = {kind, process, lane ? (int64_t)lane->number : -1, tid, is_chosen};

	row_set_put(rows, row);
}

static bool has_shown(const struct page_data *d, const struct waiting_thread *thread)
{
	for (size_t i = 0; i < thread->count; i++)
		if (selection_has_call(d->selection, thread->list[i]))
			return true;
	return false;
}

/* The rows while they are made. */
struct row_maker {
	struct page_data *d;
	const struct thread_waits *waits;
	struct row_set rows;
	/* Owned: by numbers of descriptors, places of threads, numbers of processes. */
	bool *is_chosen, *is_thread_chosen, *have_bare;
	size_t *threads; /* owned: waits_by_process */
};

static bool has_rows(const struct row_maker *maker, const struct process *process)
{
	bool has = maker->have_bare[process->number];

	for (size_t i = 0; i < process->descriptor_count && !has; i++)
		has = selection_has_descriptor(maker->d->selection, process->descriptors[i]);
	for (size_t i = maker->threads[process->number];
		i < maker->threads[process->number + 1] && !has; i++)
		has = has_shown(maker->d, &maker->waits->threads[i]);
	return has;
}

/* Of the process at that place. */
static void add_rows(struct row_maker *maker, int64_t place)
{
	const struct process *process = maker->d->nodes[place].process;
	struct row_set *rows = &maker->rows;

	if (!has_rows(maker, process))
		return;
	add_row(rows, ROW_HEADING, place, NULL, -1, true);
	for (size_t i = 0; i < process->descriptor_count; i++) {
		const struct descriptor *lane = process->descriptors[i];
		if (selection_has_descriptor(maker->d->selection, lane))
			add_row(rows, ROW_LANE, place, lane, -1, maker->is_chosen[lane->number]);
	}
	for (size_t i = maker->threads[process->number]; i < maker->threads[process->number + 1];
		i++)
		if (has_shown(maker->d, &maker->waits->threads[i]))
			add_row(rows, ROW_THREAD, place, NULL, maker->waits->threads[i].tid,
				maker->is_thread_chosen[i]);
	if (maker->have_bare[process->number])
		add_row(rows, ROW_WITHOUT_DESCRIPTOR, place, NULL, -1, true);
}

/* All lanes, in the order of the timeline; those that it chooses of many are marked. */
static void tell_rows(struct page_data *d, const struct timeline *chosen)
{
	static const char *const names[] = {"kind", "process", "descriptor", "tid", "chosen"};
	const struct thread_waits *waits = trace_waits(d->trace);
	struct row_maker maker = {.d = d,
		.waits = waits,
		.rows = {.width = 5, .names = names},
		.is_chosen = xcalloc(d->trace->descriptor_count + 1, sizeof(bool)),
		.is_thread_chosen = xcalloc(waits->count + 1, sizeof(bool)),
		.have_bare = have_bare_calls(d),
		.threads = waits_by_process(waits, d->trace)};

	for (size_t i = 0; i < chosen->row_count; i++) {
		const struct timeline_row *row = &chosen->rows[i];
		if (row->lane)
			maker.is_chosen[row->lane->number] = true;
		if (row->thread)
			maker.is_thread_chosen[row->thread - waits->threads] = true;
	}
	for (size_t i = 0; i < d->trace->process_count; i++)
		add_rows(&maker, (int64_t)i);
	row_set_tell(&maker.rows, d->output, "rows");
	page_names_add(d, "row_kinds", row_kinds, ROW_COUNT);
	free(maker.is_chosen);
	free(maker.is_thread_chosen);
	free(maker.have_bare);
	free(maker.threads);
}

/* A page is zoomed: there is room to say how long each fold is, however many stand beside another.
 */
#define FOLD_CELLS 10000

/* Quiet stretches, as a wide terminal folds them. */
static void tell_folds(struct page_data *d, struct timeline *timeline)
{
	struct json_writer *w = &d->output->writer;

	timeline_scale(timeline, FOLD_CELLS, false);
	const struct time_scale *scale = timeline->scale;
	json_array_begin(w, "folds");
	for (size_t i = 0; i < scale->fold_count; i++) {
		json_array_begin(w, NULL);
		json_number(w, NULL, scale->moments[scale->folds[i].from]);
		json_number(w, NULL, scale->moments[scale->folds[i].to]);
		json_array_end(w);
	}
	json_array_end(w);
}

static void tell_links(struct page_data *d)
{
	static const char *const names[] = {"from", "to", "kind", "bytes"};
	const struct links *links = trace_links(d->trace);

	json_object_begin(&d->output->writer, "links");
	for (int column = 0; column < 4; column++) {
		json_array_begin(&d->output->writer, names[column]);
		for (size_t i = 0; i < links->count; i++) {
			const struct link *link = &links->list[i];
			int64_t values[] = {page_call_number(d, link->from),
				page_call_number(d, link->to), (int64_t)link->kind, link->bytes};
			if (values[0] < 0 && values[1] < 0)
				continue;
			json_number(&d->output->writer, NULL, values[column]);
			json_output_some(d->output);
		}
		json_array_end(&d->output->writer);
	}
	json_object_end(&d->output->writer);
}

void page_lanes_add(struct page_data *d)
{
	struct timeline *timeline = timeline_new(d->selection, d->options->sort,
		view_most(d->options), NULL, d->options->time, true, &(struct text){0});

	tell_processes(d);
	tell_members(d);
	tell_rows(d, timeline);
	tell_folds(d, timeline);
	tell_links(d);
	timeline_free(timeline);
}
