/* SPDX-License-Identifier: MIT */
#include "format/value.h"

#include <jansson.h>
#include <string.h>

/* A struct value is a json_t under another name. */
static json_t *json(const struct value *value)
{
	return (json_t *)value;
}

static const struct value *wrap(json_t *value)
{
	return (const struct value *)value;
}

const struct value *value_member(const struct value *object, const char *key)
{
	return wrap(json_object_get(json(object), key));
}

size_t value_count(const struct value *array)
{
	return json_array_size(json(array));
}

const struct value *value_element(const struct value *array, size_t index)
{
	return wrap(json_array_get(json(array), index));
}

const char *value_text(const struct value *string, size_t *length)
{
	if (!json_is_string(json(string)))
		return NULL;
	if (length)
		*length = json_string_length(json(string));
	return json_string_value(json(string));
}

bool value_integer(const struct value *value, int64_t *integer)
{
	if (!json_is_integer(json(value)))
		return false;
	*integer = json_integer_value(json(value));
	return true;
}

const struct value *value_keep(const struct value *value)
{
	return wrap(json_incref(json(value)));
}

void value_drop(const struct value *value)
{
	json_decref(json(value));
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
	return json_is_true(json(value));
}

bool value_is_object(const struct value *value)
{
	return json_is_object(json(value));
}

bool value_is_array(const struct value *value)
{
	return json_is_array(json(value));
}

bool value_at(
	const struct value *object, size_t index, const char **key, const struct value **member)
{
	void *at = json_object_iter(json(object));

	for (size_t i = 0; at && i < index; i++)
		at = json_object_iter_next(json(object), at);
	if (!at)
		return false;
	*key = json_object_iter_key(at);
	*member = wrap(json_object_iter_value(at));
	return true;
}
