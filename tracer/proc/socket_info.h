/* SPDX-License-Identifier: MIT */
/* Addresses and state of a tracee's socket, as the kernel knows them. */
#ifndef TRACER_SOCKET_INFO_H
#define TRACER_SOCKET_INFO_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

struct socket_info {
	/* -1: not known. A state is TCP_ESTABLISHED …, also of other streams. */
	int family, type, protocol, state;
	struct sockaddr_storage local, peer;
	socklen_t local_length, peer_length; /* 0: none */
};

/* Asks a copy of the descriptor, which is closed again at once: pidfd_getfd(2). False, and all
 * unknown, when the kernel does not hand one out. */
bool socket_info_get(pid_t pid, pid_t tid, int fd, struct socket_info *info);

#endif
