/* SPDX-License-Identifier: MIT */
/* Addresses and state of a tracee's socket, as the kernel knows them. */
#ifndef TRACER_SOCKET_INFO_H
#define TRACER_SOCKET_INFO_H

#include "tracer/proc/socket_table.h"

/* An option of a socket of ours that is an int; -1 when it has none. */
int socket_info_option(int fd, int level, int option);

/* Asks a copy of the descriptor, which is closed again at once: pidfd_getfd(2). False, and all
 * unknown, when the kernel does not hand one out. */
bool socket_info_ask(pid_t pid, pid_t tid, int fd, struct socket_info *info);

/* The same; where there is no copy, takes what the kernel tells everybody: socket_table.h. */
bool socket_info_get(
	struct socket_tables *tables, pid_t pid, pid_t tid, int fd, struct socket_info *info);

/* True when the kernel hands out no copies, not even of our own descriptors, as where a seccomp
 * filter forbids it. */
bool socket_info_is_refused(void);

#endif
