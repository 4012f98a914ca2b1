/* SPDX-License-Identifier: MIT */
#include "tracer/model/descriptors.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

void sockets_free(struct sockets *sockets)
{
	struct socket_identity *socket;
	size_t at = 0;

	while ((socket = id_map_next(&sockets->by_inode, &at))) {
		free(socket->tcp.last);
		free(socket);
	}
	id_map_free(&sockets->by_inode);
}

struct socket_identity *socket_get(struct sockets *sockets, uint64_t inode)
{
	struct socket_identity *socket = inode ? id_map_get(&sockets->by_inode, inode) : NULL;

	if (socket)
		return socket;
	socket = xcalloc(1, sizeof(*socket));
	socket->id = ++sockets->last_socket;
	socket->inode = inode;
	if (inode)
		id_map_put(&sockets->by_inode, inode, socket);
	return socket;
}

static void socket_release(struct sockets *sockets, struct socket_identity *socket)
{
	if (--socket->descriptors > 0 || socket->is_in_flight)
		return;
	id_map_remove(&sockets->by_inode, socket->inode);
	sockets->owing -= socket->owed_error != 0;
	free(socket->tcp.last);
	free(socket);
}

struct descriptor_table *table_new(void)
{
	struct descriptor_table *table = xcalloc(1, sizeof(*table));

	table->users = 1;
	return table;
}

void table_share(struct descriptor_table *table)
{
	table->users++;
	if (table->was_shared)
		return;
	table->was_shared = true;
	table_doubted(table);
}

void table_release(struct descriptor_table *table)
{
	if (--table->users > 0)
		return;
	interests_free(&table->interests);
	id_map_free(&table->rings);
	free(table->slots);
	free(table->ended);
	free(table);
}

const struct held_descriptor *table_get(const struct descriptor_table *table, int fd)
{
	if (fd < 0 || (size_t)fd >= table->capacity || table->slots[fd].id == 0)
		return NULL;
	return &table->slots[fd];
}

void table_watcher_begin(struct descriptor_table *table, struct table_watcher *watcher)
{
	if (!table->ended)
		table->ended = xcalloc(TABLE_ENDED, sizeof(*table->ended));
	watcher->next = table->watchers;
	table->watchers = watcher;
}

void table_watcher_end(struct descriptor_table *table, struct table_watcher *watcher)
{
	struct table_watcher **at = &table->watchers;

	while (*at && *at != watcher)
		at = &(*at)->next;
	if (*at)
		*at = watcher->next;
}

void table_changed(const struct descriptor_table *table, int fd)
{
	for (struct table_watcher *it = table->watchers; it; it = it->next)
		it->changed(it, table, fd);
}

void table_doubted(const struct descriptor_table *table)
{
	const struct interest *interest;
	size_t at = 0;

	while (table->watchers && (interest = id_map_next(&table->interests.by_number, &at)))
		table_changed(table, interest->number);
}

void table_set_closing(struct descriptor_table *table, int fd, bool is_being_closed)
{
	if (!table_get(table, fd))
		return;
	table->slots[fd].is_being_closed = is_being_closed;
	table_changed(table, fd);
}

void table_set_ending(struct descriptor_table *table, int fd, bool is_being_ended)
{
	if (!table_get(table, fd))
		return;
	table->slots[fd].is_being_ended = is_being_ended;
	table_changed(table, fd);
}

static void reserve(struct descriptor_table *table, size_t fd)
{
	size_t capacity = table->capacity ? table->capacity : 16;

	while (capacity <= fd)
		capacity *= 2;
	if (capacity == table->capacity)
		return;
	table->slots = xrealloc(table->slots, capacity * sizeof(*table->slots));
	memset(table->slots + table->capacity, 0,
		(capacity - table->capacity) * sizeof(*table->slots));
	table->capacity = capacity;
}

void table_watch(struct descriptor_table *table, int fd, bool is_watched)
{
	table->in_block[block_of(fd)] += is_watched ? 1 : -1u;
	if (table->in_block[block_of(fd)] > 0)
		table->blocks |= block_bit(fd);
	else
		table->blocks &= ~block_bit(fd);
	table_changed(table, fd);
}

struct held_descriptor table_put(struct sockets *sockets, struct descriptor_table *table, int fd,
	struct socket_identity *socket)
{
	reserve(table, (size_t)fd);
	table->slots[fd] = (struct held_descriptor){++sockets->last_descriptor, socket};
	table->count++;
	table_watch(table, fd, true);
	socket->descriptors++;
	return table->slots[fd];
}

static void remember(struct descriptor_table *table, const struct held_descriptor *ended)
{
	if (table->ended)
		table->ended[table->ended_count++ % TABLE_ENDED] =
			(struct ended_descriptor){ended->id, ended->socket->id};
}

void table_set_closed(struct descriptor_table *table, int fd)
{
	if (fd >= 0 && (size_t)fd < table->capacity && table->slots[fd].id == 0)
		table->slots[fd].was_closed = true;
}

bool table_was_closed(const struct descriptor_table *table, int fd)
{
	return fd >= 0 && (size_t)fd < table->capacity && table->slots[fd].id == 0 &&
	       table->slots[fd].was_closed;
}

uint64_t table_socket_of(const struct descriptor_table *table, int fd, uint64_t descriptor)
{
	const struct held_descriptor *held = table_get(table, fd);

	if (held && held->id == descriptor)
		return held->socket->id;
	for (size_t i = 0; table->ended && i < TABLE_ENDED; i++)
		if (descriptor != 0 && table->ended[i].id == descriptor)
			return table->ended[i].socket;
	return 0;
}

struct held_descriptor table_remove(
	struct sockets *sockets, struct descriptor_table *table, int fd, uint64_t *socket_id)
{
	const struct held_descriptor *held = table_get(table, fd);

	if (!held)
		return (struct held_descriptor){0};
	struct held_descriptor removed = *held;
	*socket_id = removed.socket->id;
	remember(table, &removed);
	table->slots[fd] = (struct held_descriptor){0};
	table->count--;
	table_watch(table, fd, false);
	socket_release(sockets, removed.socket);
	removed.socket = NULL;
	return removed;
}

int table_next(const struct descriptor_table *table, int fd)
{
	if (table->count == 0)
		return -1;
	for (size_t i = (size_t)fd; i < table->capacity; i++)
		if (table->slots[i].id != 0)
			return (int)i;
	return -1;
}

int table_next_in(const struct descriptor_table *table, uint32_t first, uint32_t last)
{
	int fd = first <= INT_MAX ? table_next(table, (int)first) : -1;

	return fd >= 0 && (uint32_t)fd <= last ? fd : -1;
}
