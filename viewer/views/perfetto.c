/* SPDX-License-Identifier: MIT */
#include "viewer/views/perfetto.h"

#include <stdlib.h>

#include "format/memory.h"
#include "perfetto.pb-c.h"

/* Any but 0, which is none. */
#define SEQUENCE 1

/* So many words are new in a packet at the most: the keys of all notes, or their values. */
#define NEW_MOST NOTE_KEYS

struct perfetto {
	struct text *text;
	const struct trace *trace;
	int64_t origin_ns; /* in the time of the trace the packets' 0, so that none is negative */
	/* Owned, by its number: the word is interned as a name, as a value. */
	bool *has_name, *has_value;
	Perfetto__InternedData interned; /* of the next packet */
	Perfetto__EventCategory categories[SLICE_CATEGORIES];
	Perfetto__EventName name;
	Perfetto__DebugAnnotationName keys[NOTE_KEYS];
	Perfetto__InternedString values[NEW_MOST];
	Perfetto__EventCategory *category_list[SLICE_CATEGORIES];
	Perfetto__EventName *name_list[1];
	Perfetto__DebugAnnotationName *key_list[NOTE_KEYS];
	Perfetto__InternedString *value_list[NEW_MOST];
	Perfetto__DebugAnnotation notes[NOTE_KEYS];
	Perfetto__DebugAnnotation *note_list[NOTE_KEYS];
	struct text words[1 + NEW_MOST]; /* owned: those that are interned in the next packet */
	size_t word_count;
	uint8_t *bytes; /* owned: a packet */
	size_t capacity;
};

/* What is packed is only read: the library's structs do not say so. */
static char *readable_words(const char *words)
{
	return (char *)(uintptr_t)words;
}

static uint64_t time_of(const struct perfetto *perfetto, int64_t time_ns)
{
	int64_t since_ns;

	if (__builtin_sub_overflow(time_ns, perfetto->origin_ns, &since_ns))
		return INT64_MAX;
	return since_ns > 0 ? (uint64_t)since_ns : 0;
}

/* Several messages of a trace, one behind the other, are one message with the packets of all. */
static void write_packet(struct perfetto *perfetto, Perfetto__TracePacket *packet)
{
	Perfetto__Trace trace = PERFETTO__TRACE__INIT;
	const Perfetto__InternedData *interned = &perfetto->interned;

	packet->has_trusted_packet_sequence_id = true;
	packet->trusted_packet_sequence_id = SEQUENCE;
	packet->has_sequence_flags = true;
	packet->sequence_flags |=
		PERFETTO__TRACE_PACKET__SEQUENCE_FLAGS__SEQ_NEEDS_INCREMENTAL_STATE;
	if (interned->n_event_categories + interned->n_event_names +
			interned->n_debug_annotation_names +
			interned->n_debug_annotation_string_values >
		0)
		packet->interned_data = &perfetto->interned;
	trace.n_packet = 1;
	trace.packet = &packet;
	size_t size = perfetto__trace__get_packed_size(&trace);
	if (size > perfetto->capacity) {
		perfetto->capacity = 2 * size;
		perfetto->bytes = xrealloc(perfetto->bytes, perfetto->capacity);
	}
	perfetto__trace__pack(&trace, perfetto->bytes);
	text_raw(perfetto->text, (const char *)perfetto->bytes, size);
	perfetto->interned.n_event_categories = perfetto->interned.n_event_names = 0;
	perfetto->interned.n_debug_annotation_names = 0;
	perfetto->interned.n_debug_annotation_string_values = 0;
	perfetto->word_count = 0;
}

/* --- interned data ------------------------------------------------------------------------- */

/* The words of that number, as they are shown. */
static const struct text *interned_words(struct perfetto *perfetto, uint32_t word)
{
	struct text *text = &perfetto->words[perfetto->word_count++];

	text->length = text->column = 0;
	track_word(text, perfetto->trace, word);
	text_raw(text, "", 1);
	return text;
}

static void intern_name(struct perfetto *perfetto, uint32_t word)
{
	if (perfetto->has_name[word])
		return;
	perfetto->has_name[word] = true;
	perfetto->name.iid = word;
	perfetto->name.name = interned_words(perfetto, word)->bytes;
	perfetto->interned.n_event_names = 1;
}

static void intern_value(struct perfetto *perfetto, uint32_t word)
{
	if (perfetto->has_value[word])
		return;
	perfetto->has_value[word] = true;
	const struct text *words = interned_words(perfetto, word);
	Perfetto__InternedString *value =
		&perfetto->values[perfetto->interned.n_debug_annotation_string_values++];
	value->iid = word;
	value->str.data = (uint8_t *)words->bytes;
	value->str.len = words->length - 1;
}

/* What there is only little of is interned at the beginning. */
static void intern_all(struct perfetto *perfetto)
{
	for (size_t i = 0; i < SLICE_CATEGORIES; i++) {
		perfetto->categories[i].iid = i + 1;
		perfetto->categories[i].name =
			readable_words(slice_category_name((enum slice_category)i));
	}
	for (size_t i = 0; i < NOTE_KEYS; i++) {
		perfetto->keys[i].iid = i + 1;
		perfetto->keys[i].name = readable_words(note_key_name((enum note_key)i));
	}
	perfetto->interned.n_event_categories = SLICE_CATEGORIES;
	perfetto->interned.n_debug_annotation_names = NOTE_KEYS;
}

/* --- the file ------------------------------------------------------------------------------ */

static void begin_messages(struct perfetto *perfetto)
{
	perfetto__interned_data__init(&perfetto->interned);
	perfetto->interned.event_categories = perfetto->category_list;
	perfetto->interned.event_names = perfetto->name_list;
	perfetto->interned.debug_annotation_names = perfetto->key_list;
	perfetto->interned.debug_annotation_string_values = perfetto->value_list;
	perfetto__event_name__init(&perfetto->name);
	perfetto->name.has_iid = true;
	perfetto->name_list[0] = &perfetto->name;
	for (size_t i = 0; i < SLICE_CATEGORIES; i++) {
		perfetto__event_category__init(&perfetto->categories[i]);
		perfetto->categories[i].has_iid = true;
		perfetto->category_list[i] = &perfetto->categories[i];
	}
	for (size_t i = 0; i < NOTE_KEYS; i++) {
		perfetto__debug_annotation_name__init(&perfetto->keys[i]);
		perfetto->keys[i].has_iid = true;
		perfetto->key_list[i] = &perfetto->keys[i];
		perfetto->note_list[i] = &perfetto->notes[i];
	}
	for (size_t i = 0; i < NEW_MOST; i++) {
		perfetto__interned_string__init(&perfetto->values[i]);
		perfetto->values[i].has_iid = perfetto->values[i].has_str = true;
		perfetto->value_list[i] = &perfetto->values[i];
	}
}

/* The clock on the wall when the times of the packets were 0, if it is known. */
static void write_clocks(struct perfetto *perfetto)
{
	const struct trace *trace = perfetto->trace;
	Perfetto__TracePacket packet = PERFETTO__TRACE_PACKET__INIT;
	Perfetto__ClockSnapshot snapshot = PERFETTO__CLOCK_SNAPSHOT__INIT;
	Perfetto__ClockSnapshot__Clock boot = PERFETTO__CLOCK_SNAPSHOT__CLOCK__INIT, wall = boot;
	Perfetto__ClockSnapshot__Clock *clocks[] = {&boot, &wall};
	int64_t started_ns = trace->part_count > 0 ? trace->parts[0].started_ns : 0, wall_ns;

	boot.has_clock_id = boot.has_timestamp = true;
	boot.clock_id = PERFETTO__CLOCK_SNAPSHOT__CLOCK__BUILTIN_CLOCKS__BOOTTIME;
	snapshot.n_clocks = 1;
	snapshot.clocks = clocks;
	if (started_ns > 0 && !__builtin_add_overflow(started_ns, perfetto->origin_ns, &wall_ns) &&
		wall_ns > 0) {
		wall.has_clock_id = wall.has_timestamp = true;
		wall.clock_id = PERFETTO__CLOCK_SNAPSHOT__CLOCK__BUILTIN_CLOCKS__REALTIME;
		wall.timestamp = (uint64_t)wall_ns;
		snapshot.n_clocks = 2;
	}
	packet.clock_snapshot = &snapshot;
	packet.has_first_packet_on_sequence = packet.first_packet_on_sequence = true;
	packet.has_timestamp = true;
	packet.sequence_flags =
		PERFETTO__TRACE_PACKET__SEQUENCE_FLAGS__SEQ_INCREMENTAL_STATE_CLEARED;
	intern_all(perfetto);
	write_packet(perfetto, &packet);
}

struct perfetto *perfetto_new(struct text *text, const struct trace *trace)
{
	struct perfetto *perfetto = xcalloc(1, sizeof(*perfetto));

	perfetto->text = text;
	perfetto->trace = trace;
	perfetto->origin_ns = trace->begin_ns < 0 ? trace->begin_ns : 0;
	perfetto->has_name = xcalloc(track_words(trace), sizeof(*perfetto->has_name));
	perfetto->has_value = xcalloc(track_words(trace), sizeof(*perfetto->has_value));
	begin_messages(perfetto);
	write_clocks(perfetto);
	return perfetto;
}

void perfetto_free(struct perfetto *perfetto)
{
	for (size_t i = 0; i < 1 + NEW_MOST; i++)
		text_free(&perfetto->words[i]);
	free(perfetto->has_name);
	free(perfetto->has_value);
	free(perfetto->bytes);
	free(perfetto);
}

/* --- packets ------------------------------------------------------------------------------- */

void perfetto_track(struct perfetto *perfetto, const struct track *track)
{
	Perfetto__TracePacket packet = PERFETTO__TRACE_PACKET__INIT;
	Perfetto__TrackDescriptor descriptor = PERFETTO__TRACK_DESCRIPTOR__INIT;
	Perfetto__ProcessDescriptor process = PERFETTO__PROCESS_DESCRIPTOR__INIT;
	Perfetto__ThreadDescriptor thread = PERFETTO__THREAD_DESCRIPTOR__INIT;
	Perfetto__CounterDescriptor counter = PERFETTO__COUNTER_DESCRIPTOR__INIT;

	descriptor.has_uuid = true;
	descriptor.uuid = track->id;
	descriptor.has_parent_uuid = track->parent != 0;
	descriptor.parent_uuid = track->parent;
	process.has_pid = thread.has_pid = thread.has_tid = true;
	process.pid = thread.pid = (int32_t)track->process->pid;
	process.process_name = readable_words(track->name);
	thread.tid = track->tid;
	thread.thread_name = readable_words(track->name);
	counter.has_unit = true;
	counter.unit = PERFETTO__COUNTER_DESCRIPTOR__UNIT__UNIT_SIZE_BYTES;
	if (track->kind == TRACK_PROCESS)
		descriptor.process = &process;
	else if (track->kind == TRACK_THREAD)
		descriptor.thread = &thread;
	else
		descriptor.name = readable_words(track->name);
	if (track->kind == TRACK_IN_FLIGHT)
		descriptor.counter = &counter;
	packet.track_descriptor = &descriptor;
	write_packet(perfetto, &packet);
}

static void write_event(struct perfetto *perfetto, Perfetto__TrackEvent *event,
	Perfetto__TrackEvent__Type type, uint64_t track, int64_t time_ns)
{
	Perfetto__TracePacket packet = PERFETTO__TRACE_PACKET__INIT;

	event->has_type = event->has_track_uuid = true;
	event->type = type;
	event->track_uuid = track;
	packet.has_timestamp = true;
	packet.timestamp = time_of(perfetto, time_ns);
	packet.track_event = event;
	write_packet(perfetto, &packet);
}

static void set_note(
	struct perfetto *perfetto, Perfetto__DebugAnnotation *set, const struct note *note)
{
	perfetto__debug_annotation__init(set);
	set->has_name_iid = true;
	set->name_iid = (uint64_t)note->key + 1;
	if (note->word) {
		intern_value(perfetto, note->word);
		set->has_string_value_iid = true;
		set->string_value_iid = note->word;
	} else if (note->text) {
		set->string_value = readable_words(note->text);
	} else {
		set->has_int_value = true;
		set->int_value = note->number;
	}
}

void perfetto_begin(struct perfetto *perfetto, const struct slice *slice)
{
	Perfetto__TrackEvent event = PERFETTO__TRACK_EVENT__INIT;
	uint64_t category = (uint64_t)slice->category + 1;

	event.n_category_iids = 1;
	event.category_iids = &category;
	if (slice->name_word) {
		intern_name(perfetto, slice->name_word);
		event.has_name_iid = true;
		event.name_iid = slice->name_word;
	} else {
		event.name = readable_words(slice->name);
	}
	event.n_debug_annotations = slice->note_count;
	event.debug_annotations = perfetto->note_list;
	for (size_t i = 0; i < slice->note_count; i++)
		set_note(perfetto, &perfetto->notes[i], &slice->notes[i]);
	event.n_flow_ids = slice->flow_count;
	event.flow_ids = (uint64_t *)(uintptr_t)slice->flows;
	write_event(perfetto, &event, PERFETTO__TRACK_EVENT__TYPE__TYPE_SLICE_BEGIN, slice->track,
		slice->time_ns);
}

void perfetto_end(struct perfetto *perfetto, uint64_t track, int64_t time_ns)
{
	Perfetto__TrackEvent event = PERFETTO__TRACK_EVENT__INIT;

	write_event(perfetto, &event, PERFETTO__TRACK_EVENT__TYPE__TYPE_SLICE_END, track, time_ns);
}

void perfetto_value(struct perfetto *perfetto, uint64_t track, int64_t time_ns, int64_t value)
{
	Perfetto__TrackEvent event = PERFETTO__TRACK_EVENT__INIT;

	event.has_counter_value = true;
	event.counter_value = value;
	write_event(perfetto, &event, PERFETTO__TRACK_EVENT__TYPE__TYPE_COUNTER, track, time_ns);
}
