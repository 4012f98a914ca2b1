/* SPDX-License-Identifier: MIT */
/* Shared by the files that make links: the sockets and their calls. */
#ifndef VIEWER_LINKER_H
#define VIEWER_LINKER_H

#include "format/id_map.h"
#include "viewer/relate/link.h"
#include "viewer/relate/socket_calls.h"

struct linker {
	const struct trace *trace;
	struct links *links;
	uint32_t *accepts; /* owned: what made a socket, by its number, or NO_CALL */
	const struct socket_calls *calls;
	struct id_map listening; /* sockets, by their address */
};

const struct call *linker_call(const struct linker *linker, uint32_t index);

/* The call number `at` on the socket, or NO_CALL past the last one. */
uint32_t linker_call_on(const struct linker *linker, const struct socket *socket, size_t at);

/* The receive ended before the send began, by one clock. */
bool linker_is_older(const struct linker *linker, uint32_t receive, uint32_t send);

#endif
