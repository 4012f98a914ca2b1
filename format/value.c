/* SPDX-License-Identifier: MIT */
#include "format/value.h"

#include <string.h>

#include "format/memory.h"

enum value_kind { KIND_OBJECT, KIND_ARRAY, KIND_STRING, KIND_INTEGER, KIND_TRUE, KIND_OTHER };

struct value {
	enum value_kind kind;
	size_t count;    /* members, elements, characters */
	const char *key; /* of a member */
	union {
		const struct value *values; /* beside each other */
		const char *text;
		int64_t integer;
	};
};

static bool is(const struct value *value, enum value_kind kind)
{
	return value && value->kind == kind;
}

const struct value *value_member(const struct value *object, const char *key)
{
	for (size_t i = is(object, KIND_OBJECT) ? object->count : 0; i-- > 0;)
		if (strcmp(object->values[i].key, key) == 0)
			return &object->values[i];
	return NULL;
}

size_t value_count(const struct value *array)
{
	return is(array, KIND_ARRAY) ? array->count : 0;
}

const struct value *value_element(const struct value *array, size_t index)
{
	return index < value_count(array) ? &array->values[index] : NULL;
}

const char *value_text(const struct value *string, size_t *length)
{
	if (!is(string, KIND_STRING))
		return NULL;
	if (length)
		*length = string->count;
	return string->text;
}

bool value_integer(const struct value *value, int64_t *integer)
{
	if (!is(value, KIND_INTEGER))
		return false;
	*integer = value->integer;
	return true;
}

bool value_has(const struct value *array, const char *text)
{
	for (size_t i = 0; i < value_count(array); i++) {
		const char *element = value_text(value_element(array, i), NULL);
		if (element && strcmp(element, text) == 0)
			return true;
	}
	return false;
}

bool value_is_true(const struct value *value)
{
	return is(value, KIND_TRUE);
}

bool value_is_object(const struct value *value)
{
	return is(value, KIND_OBJECT);
}

bool value_is_array(const struct value *value)
{
	return is(value, KIND_ARRAY);
}

bool value_at(
	const struct value *object, size_t index, const char **key, const struct value **member)
{
	if (!is(object, KIND_OBJECT) || index >= object->count)
		return false;
	*member = &object->values[index];
	*key = (*member)->key;
	return true;
}

size_t value_room_size(size_t values, size_t length)
{
	return values * sizeof(struct value) + length;
}

struct value_room value_room(void *bytes, size_t values)
{
	struct value *first = bytes;

	return (struct value_room){first, (char *)(first + values)};
}

static struct value *take_values(struct value_room *room, size_t count)
{
	struct value *values = room->values;

	room->values += count;
	return values;
}

/* Its NUL stands where its closing quote has been. */
static const char *take_text(struct value_room *room, struct json_span inside, size_t *length)
{
	const char *text = room->texts;

	*length = json_span_decode(inside, room->texts);
	room->texts += *length + 1;
	return text;
}

static void read_one(struct value_room *room, struct json_span text, struct value *value);

static void read_object(struct value_room *room, struct json_span text, struct value *value)
{
	struct json_scan scan;
	struct json_span key, member;
	size_t length;

	json_scan_value_object(&scan, text);
	while (json_scan_member(&scan, &key, &member))
		value->count++;
	struct value *members = take_values(room, value->count);
	value->values = members;
	json_scan_value_object(&scan, text);
	for (; json_scan_member(&scan, &key, &member); members++) {
		read_one(room, member, members);
		members->key = take_text(room, key, &length);
	}
}

static void read_array(struct value_room *room, struct json_span text, struct value *value)
{
	struct json_scan scan;
	struct json_span element;

	json_scan_value_array(&scan, text);
	while (json_scan_element(&scan, &element))
		value->count++;
	struct value *elements = take_values(room, value->count);
	value->values = elements;
	json_scan_value_array(&scan, text);
	for (; json_scan_element(&scan, &element); elements++)
		read_one(room, element, elements);
}

static void read_one(struct value_room *room, struct json_span text, struct value *value)
{
	struct json_span inside;

	*value = (struct value){.kind = KIND_OTHER};
	if (*text.text == '{') {
		value->kind = KIND_OBJECT;
		read_object(room, text, value);
	} else if (*text.text == '[') {
		value->kind = KIND_ARRAY;
		read_array(room, text, value);
	} else if (json_span_string(text, &inside)) {
		value->kind = KIND_STRING;
		value->text = take_text(room, inside, &value->count);
	} else if (json_span_integer(text, &value->integer)) {
		value->kind = KIND_INTEGER;
	} else if (json_span_is(text, "true")) {
		value->kind = KIND_TRUE;
	}
}

const struct value *value_read(struct value_room *room, struct json_span text)
{
	if (!text.text)
		return NULL;
	struct value *value = take_values(room, 1);
	read_one(room, text, value);
	return value;
}

/* Counts the room that a copy takes, beside the value itself. */
static void measure(const struct value *value, size_t *values, size_t *length)
{
	if (value->key)
		*length += strlen(value->key) + 1;
	if (value->kind == KIND_STRING)
		*length += value->count + 1;
	if (value->kind != KIND_OBJECT && value->kind != KIND_ARRAY)
		return;
	*values += value->count;
	for (size_t i = 0; i < value->count; i++)
		measure(&value->values[i], values, length);
}

static const char *copy_text(struct value_room *room, const char *text, size_t length)
{
	char *copy = memcpy(room->texts, text, length + 1);

	room->texts += length + 1;
	return copy;
}

static void copy_one(struct value_room *room, const struct value *value, struct value *copy)
{
	*copy = *value;
	if (value->key)
		copy->key = copy_text(room, value->key, strlen(value->key));
	if (value->kind == KIND_STRING)
		copy->text = copy_text(room, value->text, value->count);
	if (value->kind != KIND_OBJECT && value->kind != KIND_ARRAY)
		return;
	struct value *values = take_values(room, value->count);
	copy->values = values;
	for (size_t i = 0; i < value->count; i++)
		copy_one(room, &value->values[i], &values[i]);
}

struct value *value_copy(const struct value *value)
{
	size_t values = 1, length = 0;

	if (!value)
		return NULL;
	measure(value, &values, &length);
	struct value_room room =
		value_room(xrealloc(NULL, value_room_size(values, length)), values);
	struct value *copy = take_values(&room, 1);
	copy_one(&room, value, copy);
	return copy;
}
