/* SPDX-License-Identifier: MIT */
/* The trace as tracks and slices, for Perfetto: https://ui.perfetto.dev. */
#include "viewer/views/perfetto.h"
#include "viewer/views/tell.h"
#include "viewer/views/view.h"

/* --- as a file --- */

static void write_track(void *context, const struct track *track)
{
	perfetto_track(context, track);
}

static void write_begin(void *context, const struct slice *slice)
{
	perfetto_begin(context, slice);
}

static void write_end(void *context, uint64_t track, int64_t time_ns)
{
	perfetto_end(context, track, time_ns);
}

static void write_value(void *context, uint64_t track, int64_t time_ns, int64_t value)
{
	perfetto_value(context, track, time_ns, value);
}

void view_perfetto(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct perfetto *perfetto = perfetto_new(text, selection->trace);
	struct track_sink sink = {.context = perfetto,
		.track = write_track,
		.begin = write_begin,
		.end = write_end,
		.value = write_value};

	(void)options;
	tracks_show(selection, text, &sink);
	perfetto_free(perfetto);
}

/* --- as JSON --- */

struct tracks_telling {
	struct json_output *output;
	const struct trace *trace;
	struct text words; /* owned */
};

static void tell_words(
	struct tracks_telling *telling, const char *key, uint32_t word, const char *text)
{
	struct text *words = &telling->words;

	if (!word) {
		json_text(&telling->output->writer, key, text);
		return;
	}
	words->length = words->column = 0;
	track_word(words, telling->trace, word);
	json_text_n(&telling->output->writer, key, words->bytes, words->length);
}

static void tell_track(void *context, const struct track *track)
{
	static const char *const kinds[] = {[TRACK_PROCESS] = "process",
		[TRACK_THREAD] = "thread",
		[TRACK_BESIDE] = "beside",
		[TRACK_SOCKET] = "socket",
		[TRACK_IN_FLIGHT] = "in_flight"};
	const struct tracks_telling *telling = context;
	struct json_writer *w = &telling->output->writer;

	json_object_begin(w, NULL);
	json_text(w, "event", "track");
	json_unsigned(w, "track", track->id);
	if (track->parent)
		json_unsigned(w, "parent", track->parent);
	json_text(w, "kind", kinds[track->kind]);
	json_text(w, "name", track->name);
	json_number(w, "pid", track->process->pid);
	if (track->kind == TRACK_THREAD || track->kind == TRACK_BESIDE)
		json_number(w, "tid", track->tid);
	if (track->socket)
		json_number(w, "socket", track->socket->id);
	tell_trace_of(w, "trace", telling->trace, track->process->part);
	json_object_end(w);
	json_output_some(telling->output);
}

static void tell_event(struct json_writer *w, const char *event, uint64_t track, int64_t time_ns)
{
	json_object_begin(w, NULL);
	json_text(w, "event", event);
	json_unsigned(w, "track", track);
	json_number(w, "time_ns", time_ns);
}

static void tell_begin(void *context, const struct slice *slice)
{
	struct tracks_telling *telling = context;
	struct json_writer *w = &telling->output->writer;

	tell_event(w, "begin", slice->track, slice->time_ns);
	json_text(w, "category", slice_category_name(slice->category));
	tell_words(telling, "name", slice->name_word, slice->name);
	json_object_begin(w, "notes");
	for (size_t i = 0; i < slice->note_count; i++) {
		const struct note *note = &slice->notes[i];
		const char *key = note_key_name(note->key);
		if (note->word || note->text)
			tell_words(telling, key, note->word, note->text);
		else
			json_number(w, key, note->number);
	}
	json_object_end(w);
	if (slice->flow_count > 0) {
		json_array_begin(w, "flows");
		for (size_t i = 0; i < slice->flow_count; i++)
			json_unsigned(w, NULL, slice->flows[i]);
		json_array_end(w);
	}
	json_object_end(w);
	json_output_some(telling->output);
}

static void tell_end(void *context, uint64_t track, int64_t time_ns)
{
	const struct tracks_telling *telling = context;
	struct json_writer *w = &telling->output->writer;

	tell_event(w, "end", track, time_ns);
	json_object_end(w);
	json_output_some(telling->output);
}

static void tell_value(void *context, uint64_t track, int64_t time_ns, int64_t value)
{
	const struct tracks_telling *telling = context;
	struct json_writer *w = &telling->output->writer;

	tell_event(w, "value", track, time_ns);
	json_number(w, "value", value);
	json_object_end(w);
	json_output_some(telling->output);
}

void view_perfetto_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct tracks_telling telling = {.output = output, .trace = selection->trace};
	struct track_sink sink = {.context = &telling,
		.track = tell_track,
		.begin = tell_begin,
		.end = tell_end,
		.value = tell_value};

	(void)options;
	json_array_begin(&output->writer, "events");
	tracks_show(selection, output->text, &sink);
	json_array_end(&output->writer);
	text_free(&telling.words);
}
