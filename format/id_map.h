/* SPDX-License-Identifier: MIT */
/* A map from numbers that are not 0 to pointers: threads by tid, sockets by inode, and the like. */
#ifndef FORMAT_ID_MAP_H
#define FORMAT_ID_MAP_H

#include <stddef.h>
#include <stdint.h>

struct id_map_entry {
	uint64_t id; /* 0: free */
	void *value;
};

struct id_map {
	struct id_map_entry *entries; /* owned; the values are the caller's */
	size_t count;
	size_t capacity; /* a power of two, or 0 */
	uint64_t secrets[2];
};

/* The map starts as a struct of zeros. */
void id_map_free(struct id_map *map);

/* The value of `id`, or NULL. */
void *id_map_get(const struct id_map *map, uint64_t id);

/* Sets the value of `id`, which is not NULL. */
void id_map_put(struct id_map *map, uint64_t id, void *value);

/* Takes `id` out; it need not be there. */
void id_map_remove(struct id_map *map, uint64_t id);

/* The next value after position `*at`, which starts at 0; NULL at the end. The map must not
 * change meanwhile. */
void *id_map_next(const struct id_map *map, size_t *at);

#endif
