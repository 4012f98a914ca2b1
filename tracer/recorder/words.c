/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/words.h"

#include "tracer/model/interest.h"
#include "tracer/recorder/area.h"

static uint64_t word_of_socket(const struct held_descriptor *held)
{
	const struct socket_identity *socket = held->socket;
	uint64_t word = held->id & AREA_WORD_ID;

	/* Of netlink's messages more is kept than a record has room for. An error that is owed is
	 * told in a stop. */
	if (held->is_being_closed || held->is_being_ended || socket->netlink ||
		socket->owed_error != 0)
		return AREA_FD_STOP;
	if (!socket->is_internet)
		word |= AREA_FD_UNIX;
	if (!socket->has_address)
		word |= AREA_FD_UNNAMED;
	return word;
}

static uint64_t word_of(const struct words *words, int fd)
{
	const struct held_descriptor *held = table_get(words->table, fd);
	const struct interests *interests = &words->table->interests;

	if (held)
		return word_of_socket(held);
	if (!interests_has(interests, fd))
		return 0;
	if (!interests_get(interests, fd, *words->doubts))
		return AREA_FD_STOP;
	return words->table->was_shared ? AREA_FD_EPOLL | AREA_FD_SHARED : AREA_FD_EPOLL;
}

static void changed(struct table_watcher *watcher, const struct descriptor_table *table, int fd)
{
	struct words *words = (struct words *)watcher;

	(void)table;
	if (fd >= 0 && (size_t)fd < words->count)
		words->memory[fd] = word_of(words, fd);
}

void words_begin(struct words *words, struct descriptor_table *table, const unsigned int *doubts,
	volatile uint64_t *memory, size_t count)
{
	*words = (struct words){{.changed = changed}, table, doubts, memory, count};
	table_watcher_begin(table, &words->watcher);
	for (int fd = table_next(table, 0); fd >= 0; fd = table_next(table, fd + 1))
		changed(&words->watcher, table, fd);
	table_doubted(table);
}

void words_end(struct words *words)
{
	if (words->table)
		table_watcher_end(words->table, &words->watcher);
	words->table = NULL;
}
