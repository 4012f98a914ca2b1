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
#include "tracer/proc/tcp_report.h"
#include "tracer/table/blocks.h"

/* What is known of a TCP socket, to ask for more: tcp.c in follow/. */
struct tcp_identity {
	bool is_tcp;
	bool is_connecting; /* the program has not learned yet how its connect ended */
	bool is_over;       /* the kernel has closed it, and nothing more happens on it */
	bool is_elsewhere;  /* sock_diag(7) does not find it */
	struct tcp_name name;
	int64_t asked_ns;           /* when it was asked last, of a listener; 0: never */
	struct kernel_report *last; /* owned: when its process was about to end; or NULL */
};

struct socket_identity {
	uint64_t id;    /* counts from 1 */
	uint64_t inode; /* in the kernel's sockfs; 0 when it could not be learnt */
	unsigned int descriptors;
	uint8_t netlink;  /* 1 + the protocol of a netlink socket; 0: it is none, or not known */
	bool is_internet; /* no descriptors come with its messages; false where that is not known */
	bool is_in_flight; /* may be in a message between processes: not to be forgotten */
	bool is_announced; /* its family and type stand in the trace */
	bool has_address;  /* and its local address */
	int owed_error;    /* owed.h; 0: none */
	/* Calls that sent, and that received, as far as anybody counts them. */
	uint8_t sends, receives;
	struct tcp_identity tcp;
};

struct held_descriptor {
	uint64_t id; /* counts from 1; 0: the number is free */
	struct socket_identity *socket;
	bool is_being_closed; /* the close of it, by some thread, has not been seen to return */
	bool is_being_ended;  /* the same of a call that ends it in another way, such as dup2 */
	bool was_closed;      /* the number is free of sockets since a close of the last one */
};

struct descriptor_table;

/* Who is told what becomes of a table's numbers. Starts as a struct of zeros but for `changed`. */
struct table_watcher {
	/* What the number stands for has changed, or is about to. */
	void (*changed)(
		struct table_watcher *watcher, const struct descriptor_table *table, int fd);
	struct table_watcher *next;
};

/* What a descriptor was that has ended. */
struct ended_descriptor {
	uint64_t id, socket; /* 0: none */
};

/* So many are remembered, and while a table is watched. */
#define TABLE_ENDED 256

struct descriptor_table {
	unsigned int users;            /* threads, */
	unsigned int leaving;          /* and how many of these are about to end */
	bool is_left;                  /* what it leaves open was asked for */
	bool was_shared;               /* has had several since the program was loaded */
	struct held_descriptor *slots; /* owned; the descriptor's number is the index */
	size_t capacity;
	size_t count;
	uint64_t blocks; /* in which there are descriptors, or watched numbers */
	uint32_t in_block[BLOCKS];
	uint64_t likeness;          /* when it was attached to: fds_likeness; 0: not asked for */
	struct interests interests; /* of its epoll instances */
	struct id_map rings;        /* struct ring_number, owned: rings.h */
	struct table_watcher *watchers; /* borrowed */
	struct ended_descriptor *ended; /* owned: the last ones that did; NULL: not remembered */
	size_t ended_count;             /* so many did in all */
};

/* All sockets of the trace. Starts as a struct of zeros. */
struct sockets {
	struct id_map by_inode;
	uint64_t last_socket, last_descriptor;
	unsigned int owing; /* so many have an owed error */
};

void sockets_free(struct sockets *sockets);

/* The socket with that inode, a new one when there is none. */
struct socket_identity *socket_get(struct sockets *sockets, uint64_t inode);

/* A table with one user and no descriptor. */
struct descriptor_table *table_new(void);

/* One user more. */
void table_share(struct descriptor_table *table);

/* One user fewer; the last one's table must be empty, of rings too, and is freed. */
void table_release(struct descriptor_table *table);

/* The descriptor of that number, or NULL when it is no socket's. Good until the table changes. */
const struct held_descriptor *table_get(const struct descriptor_table *table, int fd);

/* Tells the watcher from now on, and no more. */
void table_watcher_begin(struct descriptor_table *table, struct table_watcher *watcher);
void table_watcher_end(struct descriptor_table *table, struct table_watcher *watcher);

/* What the table does not hold itself has changed of what the number stands for. */
void table_changed(const struct descriptor_table *table, int fd);

/* There are more doubts about interest lists: interest.h. */
void table_doubted(const struct descriptor_table *table);

/* Adds a number that is no socket's to those that the filters are to cover, or takes it out. */
void table_watch(struct descriptor_table *table, int fd, bool is_watched);

/* A thread closes `fd`, or has died before that returned. */
void table_set_closing(struct descriptor_table *table, int fd, bool is_being_closed);

/* A thread has another descriptor take the number over, or closes it with others, or is done. */
void table_set_ending(struct descriptor_table *table, int fd, bool is_being_ended);

/* Gives the free number `fd` to a descriptor of `socket`. */
struct held_descriptor table_put(struct sockets *sockets, struct descriptor_table *table, int fd,
	struct socket_identity *socket);

/* Takes `fd` back and returns what it was; its id is 0 when it was nothing. The socket is
 * forgotten with its last descriptor, so only its id may be used: in `*socket_id`. */
struct held_descriptor table_remove(
	struct sockets *sockets, struct descriptor_table *table, int fd, uint64_t *socket_id);

/* The number was a socket's last, and a close has given it back. */
void table_set_closed(struct descriptor_table *table, int fd);
bool table_was_closed(const struct descriptor_table *table, int fd);

/* What socket the descriptor, whose number was or is `fd`, stands for; 0 when that is not known
 * (any more). */
uint64_t table_socket_of(const struct descriptor_table *table, int fd, uint64_t descriptor);

/* The first number in use from `fd` on, or -1. */
int table_next(const struct descriptor_table *table, int fd);

/* The first number in use from `first` to `last`, which are as the program gave them, or -1. */
int table_next_in(const struct descriptor_table *table, uint32_t first, uint32_t last);

#endif
