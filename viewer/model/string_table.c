/* SPDX-License-Identifier: MIT */
#include "viewer/model/string_table.h"

#include <stdlib.h>
#include <string.h>

#include "format/hash.h"
#include "format/memory.h"

void string_table_free(struct string_table *table)
{
	for (size_t i = 1; i < table->count; i++)
		free(table->list[i]);
	free(table->list);
	id_map_free(&table->by_hash);
	*table = (struct string_table){0};
}

static uint32_t add(struct string_table *table, uint64_t key, const char *string)
{
	table->list = array_grow(table->list, table->count, &table->capacity, sizeof(*table->list));
	table->list[table->count] = xstrdup(string);
	id_map_put(&table->by_hash, key, (void *)(uintptr_t)table->count);
	return (uint32_t)table->count++;
}

/* A log may choose its strings. */
static void begin(struct string_table *table)
{
	uint64_t secrets[2];

	hash_secrets(secrets);
	table->secret = secrets[0];
	table->count = 1;
}

/* The number of the string; 0: it is not there, and would stand at the key. */
static uint32_t look_up(const struct string_table *table, const char *string, uint64_t *key)
{
	/* Another string with the same hash pushes this one to the next key. */
	for (*key = hash_from(table->secret, string, strlen(string));;
		*key = *key + 1 ? *key + 1 : 1) {
		uint32_t number = (uint32_t)(uintptr_t)id_map_get(&table->by_hash, *key);
		if (number == 0 || strcmp(table->list[number], string) == 0)
			return number;
	}
}

uint32_t string_table_number(struct string_table *table, const char *string)
{
	uint64_t key;

	if (!string || !*string)
		return 0;
	if (table->count == 0)
		begin(table);
	uint32_t number = look_up(table, string, &key);
	return number ? number : add(table, key, string);
}

uint32_t string_table_find(const struct string_table *table, const char *string)
{
	uint64_t key;
	uint32_t number = look_up(table, string, &key);

	return number ? number : NO_STRING;
}

const char *string_table_get(const struct string_table *table, uint32_t number)
{
	return number > 0 && number < table->count ? table->list[number] : "";
}
