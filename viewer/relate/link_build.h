/* SPDX-License-Identifier: MIT */
/* The parts that make links, one after the other. */
#ifndef VIEWER_LINK_BUILD_H
#define VIEWER_LINK_BUILD_H

#include "format/id_map.h"
#include "viewer/relate/link.h"
#include "viewer/relate/socket_calls.h"

/* What is known of a socket, by its number. */
struct end {
	const struct descriptor *last; /* the one that ended last, or is still open */
	uint32_t accept;               /* what made it, or NO_CALL */
};

struct linker {
	const struct trace *trace;
	struct links *links;
	struct end *ends; /* owned */
	const struct socket_calls *calls;
	struct id_map listening; /* sockets, by their address */
};

const struct call *link_call(const struct linker *linker, uint32_t index);

/* The call number `at` on the socket, or NO_CALL past the last one. */
uint32_t link_call_on(const struct linker *linker, const struct socket *socket, size_t at);

/* The receive ended before the send began, by one clock. */
bool link_is_older(const struct linker *linker, uint32_t receive, uint32_t send);

/* What the socket is told of the end of its stream. */
void link_ends(struct linker *linker, const struct socket *socket);

/* Its connects, those that are refused, too. */
void link_connects(struct linker *linker, const struct socket *socket);

#endif
