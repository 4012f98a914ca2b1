/* SPDX-License-Identifier: MIT */
/*
 * A JSON value of open shape inside a record (the arguments of a call, an address), to look into.
 * Every function that looks takes NULL for "not there", and answers so.
 */
#ifndef FORMAT_VALUE_H
#define FORMAT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/json_scan.h"

struct value;

/* The member `key` of an object, the last one of that name; or NULL. */
const struct value *value_member(const struct value *object, const char *key);

/* The elements of an array; 0 and NULL for anything else. */
size_t value_count(const struct value *array);
const struct value *value_element(const struct value *array, size_t index);

/* The characters of a string, or NULL. `length` may be NULL; text may contain NUL. */
const char *value_text(const struct value *string, size_t *length);

/* Puts an integer into `*integer`; false, and nothing put, when the value is no integer. */
bool value_integer(const struct value *value, int64_t *integer);

/* The text is an element of the array: a flag or an event that is set. */
bool value_has(const struct value *array, const char *text);

bool value_is_true(const struct value *value);
bool value_is_object(const struct value *value);
bool value_is_array(const struct value *value);

/* The key and value of the member number `index` of an object, in the order in which they were
 * written; false past the last one. */
bool value_at(
	const struct value *object, size_t index, const char **key, const struct value **member);

/* A copy for the caller to free with free(3); NULL of NULL. */
struct value *value_copy(const struct value *value);

/* Memory that values and their texts are read into. */
struct value_room {
	struct value *values;
	char *texts;
};

/* The bytes that are enough for so many values in so much text, and a room in these. */
size_t value_room_size(size_t values, size_t length);
struct value_room value_room(void *bytes, size_t values);

/* The value that stands there, where json_scan has passed over it: as good as its room is. NULL
 * where nothing stands. */
const struct value *value_read(struct value_room *room, struct json_span text);

#endif
