/* SPDX-License-Identifier: MIT */
/*
 * The sockets in the interest list of an epoll instance, as epoll_ctl(2) has made it, so that the
 * text in /proc need not be read at each epoll_wait. A list is known only if the trace has seen all
 * of its changes; for any other the kernel is asked.
 */
#ifndef TRACER_INTEREST_H
#define TRACER_INTEREST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"

/* One socket in it. */
struct interest_member {
	bool is_used;
	uint32_t events; /* EPOLLIN … */
	uint64_t data;
	uint64_t descriptor; /* with which it was added: its number may be another one's by now */
	int next, previous;  /* numbers of other members; -1: none */
	int next_same, last_same; /* of those that have the same data */
};

struct interest {
	int number;
	unsigned int doubts;             /* of the trace, when it was known last */
	struct interest_member *members; /* owned; the descriptor's number is the index */
	size_t capacity;
	size_t count;         /* of members, some of which may have been closed */
	int first;            /* member; -1: none */
	bool has_had_sockets; /* whether or not any is left */
	struct id_map by_data;
};

/* The epoll instances of one descriptor table by their numbers. Starts as a struct of zeros. */
struct interests {
	struct id_map by_number; /* struct interest, owned */
};

void interests_free(struct interests *interests);

/* The number is that of a new instance, in which there is nothing. */
void interests_begin(struct interests *interests, int epoll_fd, unsigned int doubts);

/* The number stands for an instance with sockets in it, of which nothing else is known. True when
 * it is a new one. */
bool interests_add_unknown(struct interests *interests, int epoll_fd);

/* True when there are sockets in the instance, or have been. */
bool interests_had_sockets(const struct interests *interests, int epoll_fd);

/* The number does not stand for an instance any more; true when it did. */
bool interests_end(struct interests *interests, int epoll_fd);

/* True when the number stands for an instance. */
bool interests_has(const struct interests *interests, int epoll_fd);

/* The first number of those from `first` to `last` that stands for one, or -1. */
int interests_find(const struct interests *interests, uint32_t first, uint32_t last);

/* The instance, or NULL when its list is not known for certain. `doubts` counts the changes in the
 * whole trace that were made by a number which is not known: each may have changed any list. */
struct interest *interests_get(
	const struct interests *interests, int epoll_fd, unsigned int doubts);

/* Adds `fd`, or changes what it was added with. */
void interest_set(
	struct interest *interest, int fd, uint32_t events, uint64_t data, uint64_t descriptor);
void interest_remove(struct interest *interest, int fd);

/* The member number `fd`, or NULL. */
struct interest_member *interest_member(const struct interest *interest, int fd);

/* The first member that has this data, or -1; the others follow as `next_same`. */
int interest_with_data(const struct interest *interest, uint64_t data);

#endif
