/* SPDX-License-Identifier: MIT */
#include "tracer/model/rings.h"

#include <stdlib.h>

#include "format/memory.h"

/* No inode: they have 32 bits. */
#define OWN_ID (UINT64_C(1) << 63)

static uint64_t key_of(int fd)
{
	return (uint64_t)fd + 1;
}

void rings_free(struct rings *rings)
{
	id_map_free(&rings->by_id);
}

struct ring_identity *rings_find(const struct rings *rings, uint64_t inode)
{
	return inode ? id_map_get(&rings->by_id, inode) : NULL;
}

void rings_add(struct rings *rings, struct ring_identity *ring, uint64_t inode)
{
	ring->id = inode ? inode : OWN_ID | ++rings->last_own;
	id_map_put(&rings->by_id, ring->id, ring);
}

void ring_hold(struct ring_identity *ring)
{
	ring->references++;
}

void ring_drop(struct rings *rings, struct ring_identity *ring)
{
	if (!ring || --ring->references > 0)
		return;
	id_map_remove(&rings->by_id, ring->id);
	ring->next = rings->ended;
	rings->ended = ring;
}

static struct ring_number *number_of(const struct descriptor_table *table, int fd)
{
	return fd >= 0 ? id_map_get(&table->rings, key_of(fd)) : NULL;
}

struct ring_identity *ring_of_number(const struct descriptor_table *table, int fd)
{
	const struct ring_number *number = number_of(table, fd);

	return number ? number->ring : NULL;
}

void ring_number_put(
	struct rings *rings, struct descriptor_table *table, int fd, struct ring_identity *ring)
{
	struct ring_number *number;

	if (fd < 0 || ring_of_number(table, fd) == ring)
		return;
	ring_hold(ring);
	ring_number_remove(rings, table, fd);
	number = xcalloc(1, sizeof(*number));
	*number = (struct ring_number){fd, ring};
	id_map_put(&table->rings, key_of(fd), number);
	table_watch(table, fd, true);
}

void ring_number_remove(struct rings *rings, struct descriptor_table *table, int fd)
{
	struct ring_number *number = number_of(table, fd);

	if (!number)
		return;
	id_map_remove(&table->rings, key_of(fd));
	table_watch(table, fd, false);
	ring_drop(rings, number->ring);
	free(number);
}

void ring_numbers_remove(
	struct rings *rings, struct descriptor_table *table, uint32_t first, uint32_t last)
{
	const struct ring_number *number;
	size_t at = 0, count = 0;

	if (table->rings.count == 0)
		return;
	/* The map must not change while it is walked through. */
	int *numbers = xcalloc(table->rings.count, sizeof(*numbers));
	while ((number = ring_number_next(table, &at)))
		if ((uint32_t)number->fd >= first && (uint32_t)number->fd <= last)
			numbers[count++] = number->fd;
	for (size_t i = 0; i < count; i++)
		ring_number_remove(rings, table, numbers[i]);
	free(numbers);
}

const struct ring_number *ring_number_next(const struct descriptor_table *table, size_t *at)
{
	return id_map_next(&table->rings, at);
}

void ring_numbers_copy(
	struct rings *rings, struct descriptor_table *to, const struct descriptor_table *from)
{
	const struct ring_number *number;

	for (size_t at = 0; (number = ring_number_next(from, &at));)
		ring_number_put(rings, to, number->fd, number->ring);
}
