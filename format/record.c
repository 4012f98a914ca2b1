/* SPDX-License-Identifier: MIT */
#include "format/record.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

/* The first thing found wrong with a line. Lines are read on several threads. */
static _Thread_local char problem[160];

/* A line being read: its object, and whether something about it was wrong. */
struct fields {
	json_t *object;
	bool is_bad;
};

__attribute__((format(printf, 2, 3))) static void complain(
	struct fields *f, const char *format, ...)
{
	va_list arguments;

	if (f->is_bad)
		return;
	f->is_bad = true;
	va_start(arguments, format);
	vsnprintf(problem, sizeof(problem), format, arguments);
	va_end(arguments);
}

static json_t *need(struct fields *f, const char *key, json_type type, const char *article)
{
	json_t *member = json_object_get(f->object, key);

	if (member && json_typeof(member) == type)
		return member;
	complain(f, member ? "\"%s\" is not %s" : "\"%s\" is missing (expected %s)", key, article);
	return NULL;
}

static int64_t need_integer(struct fields *f, const char *key)
{
	return json_integer_value(need(f, key, JSON_INTEGER, "an integer"));
}

static const char *need_string(struct fields *f, const char *key)
{
	const char *text = json_string_value(need(f, key, JSON_STRING, "a string"));

	return text ? text : "";
}

/* An optional field that is of another type is as wrong as a needed one that is missing. */
static int64_t get_integer(struct fields *f, const char *key)
{
	return json_object_get(f->object, key) ? need_integer(f, key) : RECORD_ABSENT;
}

static const char *get_string(struct fields *f, const char *key)
{
	return json_object_get(f->object, key) ? need_string(f, key) : NULL;
}

static const struct value *get_value(struct fields *f, const char *key)
{
	return (const struct value *)json_object_get(f->object, key);
}

/* The index of the word under `key` in `words`; complains when it is none of them. */
static int need_word(struct fields *f, const char *key, const char *const *words, int count)
{
	const char *text = need_string(f, key);

	for (int i = 0; i < count; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	complain(f, "\"%s\" is \"%.40s\", which this version does not know", key, text);
	return 0;
}

static void read_trace(struct fields *f, struct record *record)
{
	record->trace = (struct record_trace){
		.version = need_integer(f, "version"),
		.tracer = get_string(f, "tracer"),
		.started = get_string(f, "started"),
		.host = get_string(f, "host"),
		.kernel = get_string(f, "kernel"),
		.machine = get_string(f, "machine"),
		.command = get_value(f, "command"),
	};
}

static void read_process(struct fields *f, struct record *record)
{
	static const char *const events[] = {"start", "fork", "exec", "exit"};

	record->process = (struct record_process){
		.event = (enum process_event)need_word(f, "event", events, 4),
		.pid = need_integer(f, "pid"),
		.parent = get_integer(f, "parent"),
		.exit_code = get_integer(f, "exit_code"),
		.program = get_string(f, "program"),
		.signal = get_string(f, "signal"),
		.command = get_value(f, "command"),
	};
}

static void read_descriptor(struct fields *f, struct record *record)
{
	static const char *const events[] = {"inherit", "receive", "close"};

	record->descriptor = (struct record_descriptor){
		.event = (enum descriptor_event)need_word(f, "event", events, 3),
		.reason = get_string(f, "reason"),
		.pid = need_integer(f, "pid"),
		.fd = need_integer(f, "fd"),
		.descriptor = need_integer(f, "descriptor"),
		.socket = need_integer(f, "socket"),
		.from_pid = RECORD_ABSENT,
		.from_descriptor = RECORD_ABSENT,
		.family = get_value(f, "family"),
		.socket_type = get_value(f, "socket_type"),
		.state = get_value(f, "state"),
		.local = get_value(f, "local"),
		.peer = get_value(f, "peer"),
	};
	struct fields from = {json_object_get(f->object, "from"), false};
	if (from.object) {
		record->descriptor.from_pid = get_integer(&from, "pid");
		record->descriptor.from_descriptor = get_integer(&from, "descriptor");
		f->is_bad |= from.is_bad;
	}
}

static void read_new(struct fields *f, struct record_call *call)
{
	json_t *list = json_object_get(f->object, "new");
	size_t index;
	json_t *element;

	if (list && !json_is_array(list))
		complain(f, "\"new\" is not an array");
	if (json_array_size(list) == 0)
		return;
	call->new_count = json_array_size(list);
	call->new_descriptors = xcalloc(call->new_count, sizeof(*call->new_descriptors));
	json_array_foreach (list, index, element) {
		struct fields each = {element, false};
		call->new_descriptors[index] = (struct record_new){
			.fd = need_integer(&each, "fd"),
			.descriptor = need_integer(&each, "descriptor"),
			.socket = need_integer(&each, "socket"),
		};
		f->is_bad |= each.is_bad;
	}
}

static void read_waits(struct record_call *call)
{
	call->has_waits = call->waits != NULL;
	for (size_t i = 0; i < value_count(call->waits); i++) {
		int64_t descriptor;
		if (!value_integer(
			    value_member(value_element(call->waits, i), "descriptor"), &descriptor))
			continue;
		call->waited = array_grow(call->waited, call->waited_count, &call->waited_capacity,
			sizeof(*call->waited));
		call->waited[call->waited_count++] = descriptor;
	}
}

static enum effect need_effect(struct fields *f)
{
	const char *name = need_string(f, "effect");
	int effect = effect_from_name(name);

	if (effect < 0)
		complain(f, "\"effect\" is \"%.40s\", which this version does not know", name);
	return effect < 0 ? EFFECT_CONTROL : (enum effect)effect;
}

/* An error without a name is a number. */
static const char *get_error(struct fields *f)
{
	json_t *error = json_object_get(f->object, "error");

	return json_is_integer(error) ? "an error without a name" : get_string(f, "error");
}

static void read_call(struct fields *f, struct record *record)
{
	record->call = (struct record_call){
		.seq = need_integer(f, "seq"),
		.duration_ns = get_integer(f, "duration_ns"),
		.pid = need_integer(f, "pid"),
		.tid = need_integer(f, "tid"),
		.name = need_string(f, "name"),
		.effect = need_effect(f),
		.fd = get_integer(f, "fd"),
		.descriptor = get_integer(f, "descriptor"),
		.socket = get_integer(f, "socket"),
		.args = get_value(f, "args"),
		.result = get_integer(f, "result"),
		.error = get_error(f),
		.bytes = get_integer(f, "bytes"),
		.interrupted = get_integer(f, "interrupted"),
		.is_unfinished = json_is_true(json_object_get(f->object, "unfinished")),
		.local = get_value(f, "local"),
		.peer = get_value(f, "peer"),
		.data = get_value(f, "data"),
		.messages = get_value(f, "messages"),
		.waits = get_value(f, "waits"),
	};
	if (record->call.duration_ns < 0)
		record->call.duration_ns = 0;
	if (record->call.duration_ns > INT64_MAX - record->time_ns)
		complain(f, "\"duration_ns\" is out of range");
	read_new(f, &record->call);
	read_waits(&record->call);
}

static void read_warning(struct fields *f, struct record *record)
{
	record->warning = (struct record_warning){
		.code = need_string(f, "code"),
		.message = need_string(f, "message"),
		.pid = get_integer(f, "pid"),
	};
}

static void read_end(struct fields *f, struct record *record)
{
	record->end = (struct record_end){
		.calls = get_integer(f, "calls"),
		.exit_code = get_integer(f, "exit_code"),
		.signal = get_string(f, "signal"),
	};
}

static const struct kind {
	const char *name;
	void (*read)(struct fields *f, struct record *record);
} kinds[] = {
	[RECORD_TRACE] = {"trace", read_trace},
	[RECORD_PROCESS] = {"process", read_process},
	[RECORD_DESCRIPTOR] = {"descriptor", read_descriptor},
	[RECORD_CALL] = {"call", read_call},
	[RECORD_WARNING] = {"warning", read_warning},
	[RECORD_END] = {"end", read_end},
};

static void read_fields(struct fields *f, struct record *record)
{
	const char *type = need_string(f, "type");
	int64_t time_ns = get_integer(f, "time_ns");

	record->type = RECORD_UNKNOWN;
	record->time_ns = time_ns == RECORD_ABSENT ? 0 : time_ns;
	if (record->time_ns < 0)
		complain(f, "\"time_ns\" is negative");
	for (int i = 0; i < RECORD_UNKNOWN && !f->is_bad; i++) {
		if (strcmp(kinds[i].name, type) != 0)
			continue;
		record->type = (enum record_type)i;
		kinds[i].read(f, record);
	}
}

const char *record_read(struct record *record, const char *line, size_t length)
{
	json_error_t error;
	json_t *tree = json_loadb(line, length, JSON_ALLOW_NUL, &error);
	struct fields f = {tree, false};

	*record = (struct record){.tree = tree};
	strcpy(problem, "a field has the wrong type");
	if (json_is_object(tree)) {
		read_fields(&f, record);
	} else {
		complain(&f, tree ? "not a JSON object" : "not JSON (%s)", error.text);
	}
	if (!f.is_bad)
		return NULL;
	record_release(record);
	return problem;
}

size_t record_trace_within(const char *line, size_t length)
{
	static const char begin[] = "{\"type\":\"trace\",";
	const char *at = length > 0 ? memmem(line + 1, length - 1, begin, sizeof(begin) - 1) : NULL;

	return at ? (size_t)(at - line) : 0;
}

void record_release(struct record *record)
{
	if (record->type == RECORD_CALL) {
		free(record->call.new_descriptors);
		free(record->call.waited);
	}
	json_decref(record->tree);
	*record = (struct record){.type = RECORD_UNKNOWN};
}
