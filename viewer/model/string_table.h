/* SPDX-License-Identifier: MIT */
/* The strings that calls share (names, errors, addresses), each kept once and known by its number.
 */
#ifndef VIEWER_STRING_TABLE_H
#define VIEWER_STRING_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"

/* Starts as a struct of zeros. */
struct string_table {
	char **list; /* owned; number 0 is the empty string */
	size_t count, capacity;
	struct id_map by_hash; /* numbers */
	uint64_t secret;       /* of the hashes */
};

void string_table_free(struct string_table *table);

/* The number of the string; 0 for NULL and "". */
uint32_t string_table_number(struct string_table *table, const char *string);

/* The same of a string that may not be there: NO_STRING. */
#define NO_STRING UINT32_MAX
uint32_t string_table_find(const struct string_table *table, const char *string);

/* The string of that number. */
const char *string_table_get(const struct string_table *table, uint32_t number);

#endif
