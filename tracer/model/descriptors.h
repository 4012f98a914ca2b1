/* SPDX-License-Identifier: MIT */
/*
 * The descriptors of each process and the sockets that they stand for: the model that gives every
 * socket one identity through dup, fork, exec and descriptor passing.
 *
 * A descriptor table is what the kernel calls files_struct: threads share one, fork copies it,
 * exec makes it its own (clone(2), CLONE_FILES; execve(2)). It holds sockets only.
 */
#ifndef TRACER_DESCRIPTORS_H
#define TRACER_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"
#include "tracer/model/interest.h"
#include "tracer/table/blocks.h"

struct socket_identity {
	uint64_t id;    /* counts from 1 */
	uint64_t inode; /* in the kernel's sockfs; 0 when it could not be learnt */
	unsigned int descriptors;
	bool is_in_flight; /* may be in a message between processes: not to be forgotten */
	bool is_announced; /* its family and type stand in the trace */
	bool has_address;  /* and its local address */
};

struct held_descriptor {
	uint64_t id; /* counts from 1; 0: the number is free */
	struct socket_identity *socket;
	bool is_being_closed; /* the close of it, by some thread, has not been seen to return */
};

struct descriptor_table {
	unsigned int users;            /* threads */
	struct held_descriptor *slots; /* owned; the descriptor's number is the index */
	size_t capacity;
	size_t count;
	uint64_t blocks; /* in which there are descriptors, or watched numbers */
	uint32_t in_block[BLOCKS];
	struct interests interests; /* of its epoll instances */
};

/* All sockets of the trace. Starts as a struct of zeros. */
struct sockets {
	struct id_map by_inode;
	uint64_t last_socket, last_descriptor;
};

void sockets_free(struct sockets *sockets);

/* The socket with that inode, a new one when there is none. */
struct socket_identity *socket_get(struct sockets *sockets, uint64_t inode);

/* A table with one user and no descriptor. */
struct descriptor_table *table_new(void);

/* One user fewer; the last one's table must be empty, and is freed. */
void table_release(struct descriptor_table *table);

/* The descriptor of that number, or NULL when it is no socket's. Good until the table changes. */
const struct held_descriptor *table_get(const struct descriptor_table *table, int fd);

/* Adds a number that is no socket's to those that the filters are to cover, or takes it out. */
void table_watch(struct descriptor_table *table, int fd, bool is_watched);

/* A thread closes `fd`, or has died before that returned. */
void table_set_closing(struct descriptor_table *table, int fd, bool is_being_closed);

/* Gives the free number `fd` to a descriptor of `socket`. */
struct held_descriptor table_put(struct sockets *sockets, struct descriptor_table *table, int fd,
	struct socket_identity *socket);

/* Takes `fd` back and returns what it was; its id is 0 when it was nothing. The socket is
 * forgotten with its last descriptor, so only its id may be used: in `*socket_id`. */
struct held_descriptor table_remove(
	struct sockets *sockets, struct descriptor_table *table, int fd, uint64_t *socket_id);

/* The first number in use from `fd` on, or -1. */
int table_next(const struct descriptor_table *table, int fd);

/* The first number in use from `first` to `last`, which are as the program gave them, or -1. */
int table_next_in(const struct descriptor_table *table, uint32_t first, uint32_t last);

#endif
