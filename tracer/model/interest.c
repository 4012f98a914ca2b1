/* SPDX-License-Identifier: MIT */
#include "tracer/model/interest.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

/* The keys of maps are not 0. */
static uint64_t number_key(int fd)
{
	return (uint64_t)fd + 1;
}

/* Two kinds of data have one key, which the members' own data tells apart. */
static uint64_t data_key(uint64_t data)
{
	return data ? data : 1;
}

static void interest_free(struct interest *interest)
{
	free(interest->members);
	id_map_free(&interest->by_data);
	free(interest);
}

void interests_free(struct interests *interests)
{
	struct interest *interest;
	size_t at = 0;

	while ((interest = id_map_next(&interests->by_number, &at)))
		interest_free(interest);
	id_map_free(&interests->by_number);
}

void interests_begin(struct interests *interests, int epoll_fd, unsigned int doubts)
{
	struct interest *interest = xcalloc(1, sizeof(*interest));

	interest->number = epoll_fd;
	interest->doubts = doubts;
	interest->first = -1;
	id_map_put(&interests->by_number, number_key(epoll_fd), interest);
}

static struct interest *interest_of(const struct interests *interests, int epoll_fd)
{
	return epoll_fd >= 0 ? id_map_get(&interests->by_number, number_key(epoll_fd)) : NULL;
}

/* No trace has as many doubts. */
#define UNKNOWN UINT_MAX

bool interests_add_unknown(struct interests *interests, int epoll_fd)
{
	struct interest *interest = interest_of(interests, epoll_fd);
	bool is_new = !interest && epoll_fd >= 0;

	if (is_new) {
		interests_begin(interests, epoll_fd, UNKNOWN);
		interest = interest_of(interests, epoll_fd);
	}
	if (interest)
		interest->has_had_sockets = true;
	return is_new;
}

bool interests_had_sockets(const struct interests *interests, int epoll_fd)
{
	const struct interest *interest = interest_of(interests, epoll_fd);

	return interest && interest->has_had_sockets;
}

bool interests_end(struct interests *interests, int epoll_fd)
{
	struct interest *interest = interest_of(interests, epoll_fd);

	if (!interest)
		return false;
	interest_free(interest);
	id_map_remove(&interests->by_number, number_key(epoll_fd));
	return true;
}

bool interests_has(const struct interests *interests, int epoll_fd)
{
	return interest_of(interests, epoll_fd) != NULL;
}

int interests_find(const struct interests *interests, uint32_t first, uint32_t last)
{
	const struct interest *interest;
	size_t at = 0;

	while ((interest = id_map_next(&interests->by_number, &at)))
		if ((uint32_t)interest->number >= first && (uint32_t)interest->number <= last)
			return interest->number;
	return -1;
}

struct interest *interests_get(const struct interests *interests, int epoll_fd, unsigned int doubts)
{
	struct interest *interest = interest_of(interests, epoll_fd);

	return interest && interest->doubts == doubts ? interest : NULL;
}

struct interest_member *interest_member(const struct interest *interest, int fd)
{
	if (fd < 0 || (size_t)fd >= interest->capacity || !interest->members[fd].is_used)
		return NULL;
	return &interest->members[fd];
}

int interest_with_data(const struct interest *interest, uint64_t data)
{
	return (int)(uintptr_t)id_map_get(&interest->by_data, data_key(data)) - 1;
}

static void put_first_with_data(struct interest *interest, uint64_t data, int fd)
{
	if (fd >= 0)
		id_map_put(&interest->by_data, data_key(data), (void *)((uintptr_t)fd + 1));
	else
		id_map_remove(&interest->by_data, data_key(data));
}

static void link_data(struct interest *interest, int fd)
{
	struct interest_member *member = &interest->members[fd];

	member->last_same = -1;
	member->next_same = interest_with_data(interest, member->data);
	if (member->next_same >= 0)
		interest->members[member->next_same].last_same = fd;
	put_first_with_data(interest, member->data, fd);
}

static void unlink_data(struct interest *interest, const struct interest_member *member)
{
	if (member->last_same >= 0)
		interest->members[member->last_same].next_same = member->next_same;
	else
		put_first_with_data(interest, member->data, member->next_same);
	if (member->next_same >= 0)
		interest->members[member->next_same].last_same = member->last_same;
}

static void link_member(struct interest *interest, int fd)
{
	struct interest_member *member = &interest->members[fd];

	member->previous = -1;
	member->next = interest->first;
	if (interest->first >= 0)
		interest->members[interest->first].previous = fd;
	interest->first = fd;
}

static void reserve(struct interest *interest, size_t fd)
{
	size_t capacity = interest->capacity ? interest->capacity : 16;

	while (capacity <= fd)
		capacity *= 2;
	if (capacity == interest->capacity)
		return;
	interest->members = xrealloc(interest->members, capacity * sizeof(*interest->members));
	memset(interest->members + interest->capacity, 0,
		(capacity - interest->capacity) * sizeof(*interest->members));
	interest->capacity = capacity;
}

void interest_set(
	struct interest *interest, int fd, uint32_t events, uint64_t data, uint64_t descriptor)
{
	if (fd < 0)
		return;
	interest_remove(interest, fd);
	reserve(interest, (size_t)fd);
	interest->members[fd] = (struct interest_member){
		.is_used = true, .events = events, .data = data, .descriptor = descriptor};
	interest->count++;
	interest->has_had_sockets = true;
	link_member(interest, fd);
	link_data(interest, fd);
}

void interest_remove(struct interest *interest, int fd)
{
	struct interest_member *member = interest_member(interest, fd);

	if (!member)
		return;
	unlink_data(interest, member);
	if (member->previous >= 0)
		interest->members[member->previous].next = member->next;
	else
		interest->first = member->next;
	if (member->next >= 0)
		interest->members[member->next].previous = member->previous;
	member->is_used = false;
	interest->count--;
}
