/* SPDX-License-Identifier: MIT */
/* Asks the kernel what TCP was doing on a socket. */
#ifndef TRACER_TCP_REPORT_H
#define TRACER_TCP_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "format/kernel_report.h"

/* The addresses by which the kernel finds a TCP socket. A struct of zeros names none. */
struct tcp_name {
	uint16_t family;
	uint16_t port, peer_port; /* as they are sent */
	uint32_t interface;
	uint32_t address[4], peer[4];
};

/* Names the socket of these addresses; a listener has no peer. Does nothing where `local` is of
 * another family. */
void tcp_name_set(struct tcp_name *name, const struct sockaddr_storage *local,
	socklen_t local_length, const struct sockaddr *peer, socklen_t peer_length);

/* A socket of our own to ask with. Starts as a struct of zeros. */
struct tcp_diag {
	bool is_open, is_refused;
	int fd;
	uint32_t sequence;
};

void tcp_diag_close(struct tcp_diag *diag);

/* Looks the socket up by sock_diag(7), which takes no reference of the program's file. False where
 * our network namespace has none of that name and inode: also when the connection is over. */
bool tcp_diag_ask(struct tcp_diag *diag, const struct tcp_name *name, uint64_t inode,
	struct kernel_report *report);

/* Asks a descriptor of ours. False when it is no TCP socket's. */
bool tcp_report_ask(int fd, struct kernel_report *report);

#endif
