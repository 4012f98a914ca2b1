/* SPDX-License-Identifier: MIT */
/* What the kernel tells everybody of a socket: its protocol by its file, the rest in the tables of
 * /proc/net and by sock_diag(7). Slower than to ask the socket, and less is known. */
#ifndef TRACER_SOCKET_TABLE_H
#define TRACER_SOCKET_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "format/id_map.h"
#include "format/kernel_report.h"

struct socket_info {
	/* -1: not known. A state is TCP_ESTABLISHED …, also of other streams. */
	int family, type, protocol, state;
	struct sockaddr_storage local, peer;
	socklen_t local_length, peer_length; /* 0: none */
	bool is_partial;                     /* there may be what is not known */
	bool has_report;                     /* of TCP, in `report` */
	struct kernel_report report;
};

/*
 * The tables of /proc/net by inode, as they were read, each once: where many sockets are looked up
 * that do not change meanwhile. Starts as a struct of zeros, which keeps nothing: then a table is
 * read for each socket.
 */
struct socket_tables {
	bool is_kept;
	uint64_t space;      /* the network namespace that they are of */
	unsigned int read;   /* which tables were: bits */
	struct id_map lines; /* owned, and so are the lines */
};

/* From now on tables are kept, or are no more. */
void socket_tables_keep(struct socket_tables *tables);
void socket_tables_forget(struct socket_tables *tables);

/* Fills in what is known of the socket, which stands in `info` as unknown. False when that is
 * nothing. Sets is_partial when something is missing. */
bool socket_table_find(struct socket_tables *tables, pid_t tid, int fd, struct socket_info *info);

#endif
