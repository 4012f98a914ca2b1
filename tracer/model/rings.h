/* SPDX-License-Identifier: MIT */
/*
 * Which io_uring(7) instance a descriptor's number stands for: as a socket, a ring has one identity
 * through dup, fork and whatever numbers it has. It is that of its file, whose inode is its own
 * since Linux 5.16 (anon_inode_create_getfile in io_uring/io_uring.c); addresses are used again.
 */
#ifndef TRACER_RINGS_H
#define TRACER_RINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"
#include "tracer/model/descriptors.h"

struct ring_identity {
	uint64_t id;                /* the inode of its file, or a number of ours */
	unsigned int references;    /* by numbers, by indexes of threads, by who submits to it */
	struct ring_identity *next; /* of those that have ended */
};

/* A number of a descriptor table. */
struct ring_number {
	int fd;
	struct ring_identity *ring;
};

/* All rings of the trace. Starts as a struct of zeros. */
struct rings {
	struct id_map by_id;         /* struct ring_identity */
	struct ring_identity *ended; /* nothing refers to them any more: uring.c forgets them */
	uint64_t last_own;           /* of the numbers of ours */
	bool are_opaque; /* what goes through some ring is not seen: not even what epoll_ctl does */
};

/* Frees what has only rings that have ended. */
void rings_free(struct rings *rings);

/* The ring with that inode, or NULL. */
struct ring_identity *rings_find(const struct rings *rings, uint64_t inode);

/* Adds one, which nothing refers to yet. An inode of 0: it has no descriptor. */
void rings_add(struct rings *rings, struct ring_identity *ring, uint64_t inode);

/* One reference more, or fewer: the last one ends the ring. */
void ring_hold(struct ring_identity *ring);
void ring_drop(struct rings *rings, struct ring_identity *ring);

/* What the number stands for, or NULL. */
struct ring_identity *ring_of_number(const struct descriptor_table *table, int fd);

/* The number stands for the ring from now on, or for none. */
void ring_number_put(
	struct rings *rings, struct descriptor_table *table, int fd, struct ring_identity *ring);
void ring_number_remove(struct rings *rings, struct descriptor_table *table, int fd);

/* The same of all numbers from `first` to `last`. */
void ring_numbers_remove(
	struct rings *rings, struct descriptor_table *table, uint32_t first, uint32_t last);

/* One number after the other: `*at` starts at 0. NULL after the last one. */
const struct ring_number *ring_number_next(const struct descriptor_table *table, size_t *at);

/* The numbers of `from` stand for the same in the new table `to`. */
void ring_numbers_copy(
	struct rings *rings, struct descriptor_table *to, const struct descriptor_table *from);

#endif
