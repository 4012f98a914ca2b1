/* SPDX-License-Identifier: MIT */
/* A line as a JSON library reads it, which is the judge of our own reader. */
#ifndef TESTS_JUDGE_H
#define TESTS_JUDGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format/record.h"

static bool judge_value(const struct value *value, const json_t *json);

/* Of a name that is there twice the last one counts. */
static bool judge_object(const struct value *value, const json_t *json)
{
	void *at = json_object_iter((json_t *)json);
	const struct value *member;
	const char *key;

	for (; at; at = json_object_iter_next((json_t *)json, at))
		if (!judge_value(value_member(value, json_object_iter_key(at)),
			    json_object_iter_value(at)))
			return false;
	for (size_t i = 0; value_at(value, i, &key, &member); i++)
		if (!json_object_get(json, key) || !value_member(value, key))
			return false;
	return value_is_object(value);
}

static bool judge_array(const struct value *value, const json_t *json)
{
	for (size_t i = 0; i < json_array_size(json); i++)
		if (!judge_value(value_element(value, i), json_array_get(json, i)))
			return false;
	return value_is_array(value) && value_count(value) == json_array_size(json);
}

/* The value, or that there is none, is what the library has. */
static bool judge_value(const struct value *value, const json_t *json)
{
	int64_t integer = 0;
	size_t length = 0;
	const char *text = value_text(value, &length);

	if (!value || !json)
		return !value && !json;
	if (json_is_object(json))
		return judge_object(value, json);
	if (json_is_array(json))
		return judge_array(value, json);
	if (json_is_string(json))
		return text && length == json_string_length(json) && text[length] == '\0' &&
		       memcmp(text, json_string_value(json), length) == 0;
	if (value_integer(value, &integer))
		return json_is_integer(json) && json_integer_value(json) == integer;
	return !json_is_integer(json) && !text && !value_is_object(value) &&
	       !value_is_array(value) && value_is_true(value) == json_is_true(json);
}

static bool judge_integer(int64_t integer, const json_t *json)
{
	return json ? json_is_integer(json) && json_integer_value(json) == integer
		    : integer == RECORD_ABSENT;
}

static bool judge_text(const char *text, const json_t *json)
{
	return json_is_string(json) ? strcmp(text, json_string_value(json)) == 0 : !text;
}

static uint8_t judge_events(const json_t *events)
{
	uint8_t ready = 0;

	for (size_t i = 0; i < json_array_size(events); i++) {
		const char *event = json_string_value(json_array_get(events, i));
		event = event ? event + (*event == 'E') : "";
		ready |= READY;
		if (strcmp(event, "POLLOUT") == 0)
			ready |= READY_TO_SEND;
		else if (strcmp(event, "POLLERR") == 0 || strcmp(event, "POLLHUP") == 0 ||
			 strcmp(event, "POLLRDHUP") == 0)
			ready |= READY_FAILED;
	}
	return ready;
}

static bool judge_waits(const struct record_call *call, const json_t *waits)
{
	size_t count = 0;
	bool waits_to_send = false;

	for (size_t i = 0; i < json_array_size(waits); i++) {
		const json_t *wait = json_array_get(waits, i);
		const json_t *id = json_object_get(wait, "descriptor");
		waits_to_send |= judge_events(json_object_get(wait, "events")) & READY_TO_SEND;
		if (!json_is_integer(id))
			continue;
		if (count == call->waited_count ||
			call->waited[count].descriptor != json_integer_value(id) ||
			call->waited[count].ready != judge_events(json_object_get(wait, "ready")))
			return false;
		count++;
	}
	return count == call->waited_count && call->has_waits == (waits != NULL) &&
	       call->waits_to_send == waits_to_send;
}

static bool judge_new(const struct record_call *call, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *each = json_array_get(list, i);
		const struct record_new *made = &call->new_descriptors[i];
		if (i >= call->new_count || !judge_integer(made->fd, json_object_get(each, "fd")) ||
			!judge_integer(made->descriptor, json_object_get(each, "descriptor")) ||
			!judge_integer(made->socket, json_object_get(each, "socket")))
			return false;
	}
	return call->new_count == json_array_size(list);
}

static bool judge_call(const struct record_call *call, const json_t *json)
{
	const json_t *error = json_object_get(json, "error");

	return judge_integer(call->seq, json_object_get(json, "seq")) &&
	       judge_integer(call->pid, json_object_get(json, "pid")) &&
	       judge_integer(call->tid, json_object_get(json, "tid")) &&
	       judge_integer(call->fd, json_object_get(json, "fd")) &&
	       judge_integer(call->descriptor, json_object_get(json, "descriptor")) &&
	       judge_integer(call->socket, json_object_get(json, "socket")) &&
	       judge_integer(call->result, json_object_get(json, "result")) &&
	       judge_integer(call->bytes, json_object_get(json, "bytes")) &&
	       judge_integer(call->interrupted, json_object_get(json, "interrupted")) &&
	       judge_text(call->name, json_object_get(json, "name")) &&
	       judge_text(effect_name(call->effect), json_object_get(json, "effect")) &&
	       (json_is_integer(error) ? call->error != NULL : judge_text(call->error, error)) &&
	       call->is_unfinished == json_is_true(json_object_get(json, "unfinished")) &&
	       judge_waits(call, json_object_get(json, "waits")) &&
	       judge_new(call, json_object_get(json, "new")) &&
	       judge_value(call->args, json_object_get(json, "args")) &&
	       judge_value(call->local, json_object_get(json, "local")) &&
	       judge_value(call->peer, json_object_get(json, "peer")) &&
	       judge_value(call->data, json_object_get(json, "data")) &&
	       judge_value(call->messages, json_object_get(json, "messages")) &&
	       judge_value(call->waits, json_object_get(json, "waits"));
}

static size_t judge_depth(const json_t *json)
{
	size_t deepest = 0, depth;

	for (size_t i = 0; i < json_array_size(json); i++) {
		depth = judge_depth(json_array_get(json, i));
		deepest = depth > deepest ? depth : deepest;
	}
	for (void *at = json_object_iter((json_t *)json); at;
		at = json_object_iter_next((json_t *)json, at)) {
		depth = judge_depth(json_object_iter_value(at));
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + (json_is_object(json) || json_is_array(json));
}

static bool judge_record(struct record *record, const json_t *json)
{
	struct scratch room = {0};
	bool is_same = judge_integer(record->time_ns, json_object_get(json, "time_ns")) ||
		       !json_object_get(json, "time_ns");

	if (record->type == RECORD_CALL) {
		record_read_values(record, &room);
		is_same = is_same && judge_call(&record->call, json);
		struct value *copy = value_copy(record->call.args);
		is_same = is_same && judge_value(copy, json_object_get(json, "args"));
		free(copy);
	} else if (record->type == RECORD_TRACE) {
		is_same = is_same &&
			  judge_text(record->trace.host, json_object_get(json, "host")) &&
			  judge_value(record->trace.command, json_object_get(json, "command"));
	} else if (record->type == RECORD_DESCRIPTOR) {
		is_same = is_same &&
			  judge_value(record->descriptor.local, json_object_get(json, "local"));
	}
	scratch_free(&room);
	return is_same;
}

/* A line is read as the library reads it, and refused where it does. But for numbers that do not
 * fit into a double, which nobody asks for, and what is nested deeper than any line of a trace; and
 * the library does not see a NUL between tokens. */
static bool judge_line(const char *line, size_t length)
{
	json_error_t error;
	json_t *json = json_loadb(line, length, JSON_ALLOW_NUL, &error);
	struct record record;
	const char *problem = record_read(&record, line, length);
	bool is_refused = problem && strncmp(problem, "not JSON", strlen("not JSON")) == 0;
	bool is_same = true;

	if (memchr(line, '\0', length))
		is_same = problem != NULL;
	else if (json_is_object(json) && judge_depth(json) <= 64)
		is_same = !is_refused && (problem || judge_record(&record, json));
	else if (!json && json_error_code(&error) != json_error_numeric_overflow)
		is_same = problem != NULL;
	if (!problem)
		record_release(&record);
	json_decref(json);
	return is_same;
}

#endif
