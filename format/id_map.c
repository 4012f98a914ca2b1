/* SPDX-License-Identifier: MIT */
#include "format/id_map.h"

#include <stdlib.h>

#include "format/hash.h"
#include "format/memory.h"

/* Open addressing with linear probing; the slots from an id's own one to its place are all used. */
static size_t own_slot(const struct id_map *map, uint64_t id)
{
	/* A log may choose its ids: without the secrets nobody can have them meet in one slot. */
	unsigned __int128 product =
		(unsigned __int128)(id ^ map->secrets[0]) * (map->secrets[1] | 1);

	return (size_t)((uint64_t)(product >> 64) ^ (uint64_t)product) & (map->capacity - 1);
}

static size_t slot_of(const struct id_map *map, uint64_t id)
{
	size_t slot = own_slot(map, id);

	while (map->entries[slot].id != 0 && map->entries[slot].id != id)
		slot = (slot + 1) & (map->capacity - 1);
	return slot;
}

void id_map_free(struct id_map *map)
{
	free(map->entries);
	*map = (struct id_map){0};
}

void *id_map_get(const struct id_map *map, uint64_t id)
{
	return map->capacity ? map->entries[slot_of(map, id)].value : NULL;
}

static void grow(struct id_map *map)
{
	struct id_map old = *map;
	size_t capacity = old.capacity ? old.capacity * 2 : 64;

	map->entries = xcalloc(capacity, sizeof(*map->entries));
	map->capacity = capacity;
	if (old.capacity == 0)
		hash_secrets(map->secrets);
	for (size_t i = 0; i < old.capacity; i++)
		if (old.entries[i].id != 0)
			map->entries[slot_of(map, old.entries[i].id)] = old.entries[i];
	id_map_free(&old);
}

void id_map_put(struct id_map *map, uint64_t id, void *value)
{
	if ((map->count + 1) * 2 > map->capacity)
		grow(map);
	struct id_map_entry *entry = &map->entries[slot_of(map, id)];
	map->count += entry->id == 0;
	*entry = (struct id_map_entry){id, value};
}

void id_map_remove(struct id_map *map, uint64_t id)
{
	size_t mask = map->capacity - 1;

	if (!id_map_get(map, id))
		return;
	size_t hole = slot_of(map, id);
	map->entries[hole] = (struct id_map_entry){0};
	map->count--;
	/* Entries behind the hole must still be found from their own slots. */
	for (size_t slot = (hole + 1) & mask; map->entries[slot].id != 0;
		slot = (slot + 1) & mask) {
		struct id_map_entry moved = map->entries[slot];
		map->entries[slot] = (struct id_map_entry){0};
		map->entries[slot_of(map, moved.id)] = moved;
	}
}

void *id_map_next(const struct id_map *map, size_t *at)
{
	while (*at < map->capacity)
		if (map->entries[(*at)++].id != 0)
			return map->entries[*at - 1].value;
	return NULL;
}
