/* SPDX-License-Identifier: MIT */
#include "viewer/views/row_set.h"

#include <stdlib.h>
#include <string.h>

#include "format/hash.h"
#include "format/memory.h"

size_t row_set_put(struct row_set *set, const int64_t *row)
{
	size_t size = set->width * sizeof(*row);
	uint64_t key = hash_of(row, size);
	uintptr_t found;

	/* Different rows may have the same hash. */
	while ((found = (uintptr_t)id_map_get(&set->by_hash, key))) {
		if (memcmp(&set->rows[(found - 1) * set->width], row, size) == 0)
			return found - 1;
		key = key == UINT64_MAX ? 1 : key + 1;
	}
	set->rows = array_grow(set->rows, set->count, &set->capacity, size);
	memcpy(&set->rows[set->count * set->width], row, size);
	id_map_put(&set->by_hash, key, (void *)(uintptr_t)++set->count);
	return set->count - 1;
}

void row_set_tell(struct row_set *set, struct json_output *output, const char *key)
{
	json_object_begin(&output->writer, key);
	for (size_t i = 0; i < set->width; i++) {
		json_array_begin(&output->writer, set->names[i]);
		for (size_t j = 0; j < set->count; j++) {
			json_number(&output->writer, NULL, set->rows[j * set->width + i]);
			json_output_some(output);
		}
		json_array_end(&output->writer);
	}
	json_object_end(&output->writer);
	id_map_free(&set->by_hash);
	free(set->rows);
	set->rows = NULL;
	set->count = set->capacity = 0;
}
