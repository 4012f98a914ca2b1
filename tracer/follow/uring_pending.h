/* SPDX-License-Identifier: MIT */
/*
 * The operations of one io_uring(7) instance that have no last result yet, found by the user_data
 * that the program gives them, and kept in the order in which they were submitted. Several may have
 * the same: then the one that was submitted first is the one that is found.
 */
#ifndef TRACER_URING_PENDING_H
#define TRACER_URING_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"
#include "tracer/call/call.h"

struct operation {
	uint64_t user_data;
	int64_t submitted_ns;
	struct captured_call *call; /* owned; NULL: nothing to do with sockets, or written */
	bool is_zero_copy;          /* its second result is none */
	bool skips_success;         /* it has a result only if it fails */
	bool renames;               /* when it succeeds, another one goes by another user_data: */
	uint64_t old_name, new_name;
	struct operation **submitter; /* where the thread that is submitting it has it; or NULL */
	struct operation *newer, *older;
	struct operation *next_same,
		*previous_same; /* a ring; the first one's previous is the last */
};

/* Starts as a struct of zeros. */
struct pending {
	struct id_map by_user_data; /* the first of each */
	struct operation *oldest, *newest;
	size_t count;
	size_t calls; /* of which so many have a call */
};

/* Adds an operation; the call is the pending operation's from now on. */
struct operation *pending_add(
	struct pending *pending, uint64_t user_data, struct captured_call *call);

/* The first operation with that user_data, or NULL. */
struct operation *pending_find(const struct pending *pending, uint64_t user_data);

/* The call is the caller's now, who may give it back by setting it: pending_set_call. */
struct captured_call *pending_take_call(struct pending *pending, struct operation *operation);
void pending_set_call(
	struct pending *pending, struct operation *operation, struct captured_call *call);

/* The first operation with the user_data `from` goes by `to` from now on, if there is one. */
void pending_rename(struct pending *pending, uint64_t from, uint64_t to);

/* Frees the operation and its call. */
void pending_remove(struct pending *pending, struct operation *operation);

/* Frees what is left of an empty one. */
void pending_free(struct pending *pending);

#endif
