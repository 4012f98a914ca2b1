/* SPDX-License-Identifier: MIT */
#include "tracer/follow/uring_pending.h"

#include <stdlib.h>

#include "format/memory.h"

/* The keys of maps are not 0, which many programs give. Two kinds of user_data have one key, which
 * the operations' own tells apart. */
static uint64_t key_of(uint64_t user_data)
{
	const uint64_t unlikely = 0x736f636b6c696e65;

	return user_data == unlikely ? 1 : user_data ^ unlikely;
}

static void put_first(struct pending *pending, struct operation *operation)
{
	id_map_put(&pending->by_user_data, key_of(operation->user_data), operation);
}

static void link_same(struct pending *pending, struct operation *operation)
{
	struct operation *first = id_map_get(&pending->by_user_data, key_of(operation->user_data));

	operation->next_same = operation->previous_same = operation;
	if (!first) {
		put_first(pending, operation);
		return;
	}
	operation->previous_same = first->previous_same;
	operation->next_same = first;
	first->previous_same->next_same = operation;
	first->previous_same = operation;
}

static void unlink_same(struct pending *pending, struct operation *operation)
{
	bool is_first =
		id_map_get(&pending->by_user_data, key_of(operation->user_data)) == operation;

	if (operation->next_same == operation) {
		id_map_remove(&pending->by_user_data, key_of(operation->user_data));
		return;
	}
	operation->previous_same->next_same = operation->next_same;
	operation->next_same->previous_same = operation->previous_same;
	if (is_first)
		put_first(pending, operation->next_same);
}

struct operation *pending_add(
	struct pending *pending, uint64_t user_data, struct captured_call *call)
{
	struct operation *operation = xcalloc(1, sizeof(*operation));

	operation->user_data = user_data;
	operation->older = pending->newest;
	if (pending->newest)
		pending->newest->newer = operation;
	else
		pending->oldest = operation;
	pending->newest = operation;
	pending->count++;
	link_same(pending, operation);
	pending_set_call(pending, operation, call);
	return operation;
}

struct operation *pending_find(const struct pending *pending, uint64_t user_data)
{
	struct operation *first = id_map_get(&pending->by_user_data, key_of(user_data));
	struct operation *operation = first;

	while (operation && operation->user_data != user_data)
		operation = operation->next_same == first ? NULL : operation->next_same;
	return operation;
}

void pending_rename(struct pending *pending, uint64_t from, uint64_t to)
{
	struct operation *operation = pending_find(pending, from);

	if (!operation)
		return;
	unlink_same(pending, operation);
	operation->user_data = to;
	link_same(pending, operation);
}

struct captured_call *pending_take_call(struct pending *pending, struct operation *operation)
{
	struct captured_call *call = operation->call;

	pending->calls -= call != NULL;
	operation->call = NULL;
	return call;
}

void pending_set_call(
	struct pending *pending, struct operation *operation, struct captured_call *call)
{
	operation->call = call;
	pending->calls += call != NULL;
}

void pending_remove(struct pending *pending, struct operation *operation)
{
	if (operation->submitter)
		*operation->submitter = NULL;
	unlink_same(pending, operation);
	if (operation->older)
		operation->older->newer = operation->newer;
	else
		pending->oldest = operation->newer;
	if (operation->newer)
		operation->newer->older = operation->older;
	else
		pending->newest = operation->older;
	pending->count--;
	free(pending_take_call(pending, operation));
	free(operation);
}

void pending_free(struct pending *pending)
{
	id_map_free(&pending->by_user_data);
}
