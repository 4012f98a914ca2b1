/* SPDX-License-Identifier: MIT */
/*
 * A JSON value of open shape inside a record (the arguments of a call, an address), to look into
 * without knowing the JSON library. Every function takes NULL for "not there", and answers so.
 */
#ifndef FORMAT_VALUE_H
#define FORMAT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct value; /* borrowed from the record that it was found in */

/* The member `key` of an object, or NULL. */
const struct value *value_member(const struct value *object, const char *key);

/* The elements of an array; 0 and NULL for anything else. */
size_t value_count(const struct value *array);
const struct value *value_element(const struct value *array, size_t index);

/* The characters of a string, or NULL. `length` may be NULL; text may contain NUL. */
const char *value_text(const struct value *string, size_t *length);

/* Puts an integer into `*integer`; false, and nothing put, when the value is no integer. */
bool value_integer(const struct value *value, int64_t *integer);

/* Keeps the value alive when its record is released; value_drop gives it back. Both take NULL. */
const struct value *value_keep(const struct value *value);
void value_drop(const struct value *value);

/* The text is an element of the array: a flag or an event that is set. */
bool value_has(const struct value *array, const char *text);

bool value_is_true(const struct value *value);
bool value_is_object(const struct value *value);
bool value_is_array(const struct value *value);

/* The key and value of the member number `index` of an object, in the order in which they were
 * written; false past the last one. */
bool value_at(
	const struct value *object, size_t index, const char **key, const struct value **member);

#endif
