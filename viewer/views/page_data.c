/* SPDX-License-Identifier: MIT */
#include "viewer/views/page_data.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/process_tree.h"
#include "viewer/relate/phase.h"
#include "viewer/term/dictionary.h"
#include "viewer/views/page.h"
#include "viewer/views/page_parts.h"
#include "viewer/wording/header.h"
#include "viewer/wording/warnings.h"

/* How instants are said, and what the clock said when the trace began; the zone is the reader's. */
static void tell_times(struct page_data *d)
{
	static const char *const modes[] = {
		[TIME_RELATIVE] = "relative", [TIME_DELTA] = "delta", [TIME_CLOCK] = "clock"};
	struct instants instants = instants_of(d->trace, d->options->time, false);
	struct json_writer *w = &d->output->writer;
	int64_t began_ns;

	json_text(w, "time", modes[instants.mode]);
	if (instants.mode != TIME_CLOCK ||
		__builtin_add_overflow(instants.started_ns, instants.begin_ns, &began_ns))
		return;
	json_object_begin(w, "clock");
	json_number(w, "seconds", began_ns / 1000000000);
	json_number(w, "nanoseconds", began_ns % 1000000000);
	json_object_end(w);
}

static void tell_header(struct page_data *d)
{
	const struct trace *trace = d->trace;
	const struct record_trace *header = trace->parts[0].header;
	const char *name = trace_name(trace);

	json_number(&d->output->writer, "version", 2);
	json_text(&d->output->writer, "title", name ? name : "standard input");
	json_array_begin(&d->output->writer, "command");
	for (size_t i = 0; header && i < value_count(header->command); i++) {
		const char *word = value_text(value_element(header->command, i), NULL);
		json_text(&d->output->writer, NULL, word ? word : "");
	}
	json_array_end(&d->output->writer);
	json_text(&d->output->writer, "started", header && header->started ? header->started : "");
	header_tell_counts(&d->output->writer, d->selection, page_language(d));
	json_number(&d->output->writer, "omitted", (int64_t)d->selection->left_out);
	json_number(&d->output->writer, "begin", trace->begin_ns);
	json_number(&d->output->writer, "end", trace->end_ns);
	json_bool(&d->output->writer, "linear", d->options->is_linear);
	tell_times(d);
}

enum language page_language(const struct page_data *d)
{
	return d->output->text->language;
}

const char *page_words(const struct page_data *d, const char *english)
{
	return dictionary_words(page_language(d), english);
}

/* Of the dictionary what the scripts have in quotes, once each: all that they show of their own. */
static void tell_dictionary(struct page_data *d)
{
	struct json_writer *w = &d->output->writer;
	struct string_table told = {0};
	char english[DICTIONARY_LONGEST + 1];

	json_array_begin(w, "dictionary");
	if (page_language(d) != LANGUAGE_ENGLISH)
		for (const char *at = strchr(page_script, '"'), *end; at; at = end) {
			end = strchr(++at, '"');
			size_t length = end ? (size_t)(end - at) : 0;
			if (length == 0 || length > DICTIONARY_LONGEST)
				continue;
			memcpy(english, at, length);
			english[length] = '\0';
			const char *words = page_words(d, english);
			size_t count = told.count;
			if (words == english || string_table_number(&told, english) < count)
				continue;
			json_array_begin(w, NULL);
			json_text(w, NULL, english);
			json_text(w, NULL, words);
			json_array_end(w);
		}
	json_array_end(w);
	string_table_free(&told);
}

static void tell_words(struct page_data *d)
{
	json_array_begin(&d->output->writer, "words");
	json_text(&d->output->writer, NULL, "");
	for (uint32_t i = 1; i < d->trace->strings.count; i++)
		json_text(&d->output->writer, NULL, trace_word(d->trace, i));
	json_array_end(&d->output->writer);
}

/* A call that creates a socket stands in the lane of what it creates. */
int64_t page_descriptor_of(const struct page_data *d, const struct call *call)
{
	return call->descriptor ? call->descriptor->number : d->made[call - d->trace->calls];
}

int64_t page_call_number(const struct page_data *d, uint32_t call)
{
	return call == NO_CALL || d->numbers[call] == PAGE_NOT_SHOWN ? -1
								     : (int64_t)d->numbers[call];
}

int64_t page_phase_of(const struct page_data *d, const struct descriptor *lane, uint32_t call)
{
	if (!lane || phase_goes_on(d->trace, lane, call))
		return 0;
	enum phase phase = phase_on(d->trace, lane, call);
	return phase == PHASE_NONE ? PAGE_PHASE_NONE : (int64_t)phase;
}

void page_names_add(struct page_data *d, const char *key, const char *const *names, size_t count)
{
	json_array_begin(&d->output->writer, key);
	for (size_t i = 0; i < count; i++)
		json_text(&d->output->writer, NULL, names[i]);
	json_array_end(&d->output->writer);
}

static void number(struct page_data *d)
{
	const struct trace *trace = d->trace;
	uint32_t count = 0;

	for (uint32_t i = 0; i < trace->call_count; i++) {
		d->numbers[i] = selection_has_call(d->selection, i) ? count++ : PAGE_NOT_SHOWN;
		d->made[i] = -1;
	}
	for (size_t i = trace->descriptor_count; i-- > 0;)
		if (trace->descriptors[i]->made_by != NO_CALL)
			d->made[trace->descriptors[i]->made_by] = (int64_t)i;
	for (uint32_t i = 0; i < trace->process_count; i++)
		d->process_places[d->nodes[i].process->number] = i;
}

void page_data_add(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	const struct trace *trace = selection->trace;
	struct page_data d = {.output = output,
		.selection = selection,
		.trace = trace,
		.options = options,
		.numbers = xcalloc(trace->call_count + 1, sizeof(*d.numbers)),
		.made = xcalloc(trace->call_count + 1, sizeof(*d.made)),
		.is_member = xcalloc(trace->call_count + 1, sizeof(*d.is_member)),
		.nodes = process_tree_new(trace),
		.process_places = xcalloc(trace->process_count + 1, sizeof(*d.process_places))};

	number(&d);
	tell_header(&d);
	warnings_tell(&d.output->writer, d.trace);
	tell_words(&d);
	tell_dictionary(&d);
	page_tables_add(&d);
	page_hints_add(&d);
	page_lanes_add(&d);
	page_sequence_add(&d);
	page_state_add(&d);
	page_exchanges_add(&d);
	page_calls_add(&d);
	free(d.numbers);
	free(d.made);
	free(d.is_member);
	free(d.nodes);
	free(d.process_places);
}
