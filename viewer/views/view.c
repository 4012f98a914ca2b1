/* SPDX-License-Identifier: MIT */
#include "viewer/views/view.h"

#include <string.h>
#include <strings.h>

#include "format/command_line.h"
#include "format/compression.h"
#include "viewer/views/csv.h"
#include "viewer/views/follow.h"
#include "viewer/views/page.h"
#include "viewer/views/tell.h"
#include "viewer/wording/warnings.h"

const struct view views[] = {
	{"overview", "the first screen: what is wrong, who talks to whom, where the time went",
		view_overview, view_overview_tell, .has_exchanges = true},
	{"timeline", "a lane and a story for each descriptor", view_timeline, view_timeline_tell,
		.has_gaps = true},
	{"sequence", "who sent what to whom: a column for each process, time downwards",
		view_sequence, view_sequence_tell, .has_gaps = true},
	{"state",
		"the kernel at one moment: descriptor tables, sockets, queues; --at=CALL, --steps",
		view_state, view_state_tell, .has_gaps = true},
	{"socket", "everything known of each socket, from birth to return: --socket=N for one",
		view_socket, view_socket_tell},
	{"calls", "a line for each call, to search in", view_calls, view_calls_tell,
		.is_data = true},
	{"summary", "sums for each connection and each name of calls", view_summary,
		view_summary_tell},
	{"exchanges", "a line for each question and its answer: who waited for whom, how long",
		view_exchanges, view_exchanges_tell, .is_of_exchanges = true,
		.follow = follow_exchanges},
	{"hints", "what may be wrong, where it shows, and what to do", view_hints, view_hints_tell},
	{"html", "a page for a browser, complete in one file: use -o FILE", view_html,
		view_html_tell, .is_data = true, .is_for_file = true, .most = PAGE_CALLS},
	{"mermaid", "the sequence as the text of a Mermaid diagram", view_mermaid,
		view_sequence_tell, .is_data = true},
	{"svg", "timeline and sequence as a picture, for slides and papers", view_svg,
		view_svg_tell, .is_data = true, .has_gaps = true},
	{"otlp", "exchanges as spans for OpenTelemetry: lines of OTLP JSON", view_otlp,
		view_otlp_tell, .is_data = true, .is_json = true, .is_of_exchanges = true,
		.warns_beside = true},
	{"pcapng", "packets for Wireshark and its kin: use -o FILE, or a pipe", view_pcapng,
		view_pcapng_tell, .is_data = true, .is_for_file = true, .follow = follow_pcapng,
		.is_live = true},
	{"perfetto", "tracks and slices for Perfetto, ui.perfetto.dev: use -o FILE", view_perfetto,
		view_perfetto_tell, .is_data = true, .is_for_file = true, .warns_beside = true},
	{"log", "the trace itself, as lines of JSON: with --redact, to give away", view_log,
		view_log_tell, .is_json = true},
	{NULL},
};

#define PIPE_TO(program)                                                                         \
	".zst and .gz compress what is written; by " program ": sockview -v VIEW ... | " program \
	" >FILE"

static const struct view_ending endings[] = {
	{".html", "html"},
	{".svg", "svg"},
	{".mmd", "mermaid"},
	{".otlp.jsonl", "otlp"},
	{".pcapng", "pcapng"},
	{".pftrace", "perfetto"},
	{".perfetto-trace", "perfetto"},
	{".perfetto", "perfetto"},
	{".jsonl", "log"},
	{".json", .format = FORMAT_JSON},
	{".csv", .format = FORMAT_CSV},
	{".pcap", .refusal = "packets are written as pcapng: name it .pcapng"},
	{".xz", .refusal = PIPE_TO("xz")},
	{".bz2", .refusal = PIPE_TO("bzip2")},
};

static void tell(const struct view *view, struct text *text, const struct selection *selection,
	const struct view_options *options)
{
	struct json_output output = {.text = text};

	json_object_begin(&output.writer, NULL);
	json_text(&output.writer, "view", view->name);
	tell_traces(&output.writer, selection->trace);
	json_number(&output.writer, "begin_ns", selection->trace->begin_ns);
	/* Those of the page are among its data. */
	if (view->tell != view_html_tell) {
		tell_started(&output.writer, selection->trace);
		warnings_tell(&output.writer, selection->trace);
	}
	view->tell(&output, selection, options);
	json_object_end(&output.writer);
	json_line_end(&output.writer);
	json_output_finish(&output);
}

static size_t tell_table(const struct view *view, struct text *text,
	const struct selection *selection, const struct view_options *options)
{
	struct csv *csv = csv_new(text, view_table(view, options));
	struct text told = {.is_ascii = text->is_ascii,
		.width = text->width,
		.is_window = text->is_window,
		.sink = csv_read,
		.context = csv};

	tell(view, &told, selection, options);
	text_flush(&told);
	text_free(&told);
	return csv_finish(csv);
}

size_t view_show(const struct view *view, struct text *text, const struct selection *selection,
	const struct view_options *options)
{
	switch (options->format) {
	case FORMAT_TEXT:
		view->draw(text, selection, options);
		break;
	case FORMAT_JSON:
		tell(view, text, selection, options);
		break;
	case FORMAT_CSV:
		return tell_table(view, text, selection, options);
	}
	return 0;
}

const struct csv_table *view_table(const struct view *view, const struct view_options *options)
{
	return csv_table_find(view->name, options->table);
}

size_t view_most(const struct view_options *options)
{
	return options->is_full ? SIZE_MAX : options->top;
}

const char *view_word(size_t index)
{
	return views[index].name;
}

const struct view *view_find(const char *name)
{
	int index = command_word_find(view_word, name);

	return index < 0 ? NULL : &views[index];
}

const struct view *view_guess(const char *beginning)
{
	const struct view *found = NULL;

	for (const struct view *view = views; view->name; view++) {
		if (!*beginning || strncasecmp(view->name, beginning, strlen(beginning)) != 0)
			continue;
		if (found)
			return NULL;
		found = view;
	}
	return found;
}

const struct view_ending *view_ending_of(const char *name)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (compression_stem_ends(name, endings[i].ending))
			return &endings[i];
	return NULL;
}
