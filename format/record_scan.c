/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format/json_scan.h"
#include "format/memory.h"
#include "format/record.h"

/* A line on its way to be a call whose open shapes are not looked into. */
struct scan {
	struct record_call *call;
	struct record *record;
	bool is_call, has_pid, has_tid, has_name, has_effect, has_seq;
};

static bool take_integer(struct json_span value, int64_t *into)
{
	return json_span_integer(value, into);
}

static bool take_word(struct json_span value, char *into, size_t size)
{
	struct json_span word;

	if (!json_span_plain(value, &word) || word.length == 0 || word.length >= size)
		return false;
	memcpy(into, word.text, word.length);
	into[word.length] = '\0';
	return true;
}

/* What these do to the model stands in their arguments, and they are few. */
static bool is_simple(int effect)
{
	return effect == EFFECT_SEND || effect == EFFECT_RECEIVE || effect == EFFECT_OPTION ||
	       effect == EFFECT_QUERY || effect == EFFECT_WAIT || effect == EFFECT_CLOSE ||
	       effect == EFFECT_SHUTDOWN || effect == EFFECT_CONTROL;
}

static bool take_effect(struct scan *scan, struct json_span value)
{
	char word[16];
	int effect = take_word(value, word, sizeof(word)) ? effect_from_name(word) : -1;

	scan->has_effect = is_simple(effect);
	scan->call->effect = scan->has_effect ? (enum effect)effect : EFFECT_CONTROL;
	return scan->has_effect;
}

static bool take_error(struct scan *scan, struct json_span value)
{
	scan->call->error = scan->record->error_word;
	return take_word(value, scan->record->error_word, sizeof(scan->record->error_word));
}

static bool take_name(struct scan *scan, struct json_span value)
{
	scan->call->name = scan->record->name_word;
	return take_word(value, scan->record->name_word, sizeof(scan->record->name_word));
}

/* An address in the arguments is the model's business, and so is a socket's error. */
static bool is_of_no_interest(struct json_span value)
{
	return !memmem(value.text, value.length, "\"address\"", 9) &&
	       !memmem(value.text, value.length, "\"SO_ERROR\"", 10);
}

static bool take_waited(struct record_call *call, struct json_span element)
{
	struct json_scan scan;
	struct json_span key, value;
	int64_t descriptor = RECORD_ABSENT;

	json_scan_value_object(&scan, element);
	while (json_scan_member(&scan, &key, &value))
		if (json_span_is(key, "descriptor") && !json_span_integer(value, &descriptor))
			return false;
	if (scan.is_bad || descriptor == RECORD_ABSENT)
		return false;
	call->waited = array_grow(
		call->waited, call->waited_count, &call->waited_capacity, sizeof(*call->waited));
	call->waited[call->waited_count++] = descriptor;
	return true;
}

static bool take_waits(struct record_call *call, struct json_span value)
{
	struct json_scan scan;
	struct json_span element;

	call->has_waits = true;
	json_scan_value_array(&scan, value);
	while (json_scan_element(&scan, &element))
		if (!take_waited(call, element))
			return false;
	return !scan.is_bad;
}

/* False when the member makes the line more than a simple call. */
static bool take_member(struct scan *scan, struct json_span key, struct json_span value)
{
	const struct {
		const char *key;
		int64_t *into;
		bool *is_there;
	} integers[] = {
		{"seq", &scan->call->seq, &scan->has_seq},
		{"time_ns", &scan->record->time_ns, NULL},
		{"duration_ns", &scan->call->duration_ns, NULL},
		{"pid", &scan->call->pid, &scan->has_pid},
		{"tid", &scan->call->tid, &scan->has_tid},
		{"fd", &scan->call->fd, NULL},
		{"descriptor", &scan->call->descriptor, NULL},
		{"socket", &scan->call->socket, NULL},
		{"result", &scan->call->result, NULL},
		{"bytes", &scan->call->bytes, NULL},
		{"interrupted", &scan->call->interrupted, NULL},
	};

	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
		if (!json_span_is(key, integers[i].key))
			continue;
		if (integers[i].is_there)
			*integers[i].is_there = true;
		return take_integer(value, integers[i].into);
	}
	if (json_span_is(key, "type"))
		return scan->is_call = json_span_is(value, "\"call\"");
	if (json_span_is(key, "name"))
		return scan->has_name = take_name(scan, value);
	if (json_span_is(key, "effect"))
		return take_effect(scan, value);
	if (json_span_is(key, "error"))
		return take_error(scan, value);
	if (json_span_is(key, "args"))
		return is_of_no_interest(value);
	if (json_span_is(key, "waits"))
		return take_waits(scan->call, value);
	if (json_span_is(key, "unfinished"))
		return scan->call->is_unfinished = json_span_is(value, "true");
	return !json_span_is(key, "new") && !json_span_is(key, "local") &&
	       !json_span_is(key, "peer") && !memchr(key.text, '\\', key.length);
}

static bool is_in_range(const struct record *record)
{
	return record->time_ns >= 0 && record->call.duration_ns <= INT64_MAX - record->time_ns &&
	       (record->call.duration_ns >= 0 || record->call.duration_ns == RECORD_ABSENT);
}

bool record_scan_call(struct record *record, const char *line, size_t length)
{
	struct json_scan text;
	struct json_span key, value;

	*record = (struct record){.type = RECORD_CALL,
		.call = {.duration_ns = RECORD_ABSENT,
			.fd = RECORD_ABSENT,
			.descriptor = RECORD_ABSENT,
			.socket = RECORD_ABSENT,
			.result = RECORD_ABSENT,
			.bytes = RECORD_ABSENT,
			.interrupted = RECORD_ABSENT}};
	struct scan scan = {.call = &record->call, .record = record};
	bool is_simple = json_scan_object(&text, line, length);
	while (is_simple && json_scan_member(&text, &key, &value))
		is_simple = take_member(&scan, key, value);
	if (is_simple && !text.is_bad && text.at == text.end && scan.is_call && scan.has_seq &&
		scan.has_pid && scan.has_tid && scan.has_name && scan.has_effect &&
		is_in_range(record)) {
		if (record->call.duration_ns == RECORD_ABSENT)
			record->call.duration_ns = 0;
		return true;
	}
	record_release(record);
	return false;
}
