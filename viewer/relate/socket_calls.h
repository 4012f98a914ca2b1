/* SPDX-License-Identifier: MIT */
/* The calls that were made on each socket of a trace, on whatever descriptor, in the order of their
 * ends; whatever the user left out is there, too. */
#ifndef VIEWER_SOCKET_CALLS_H
#define VIEWER_SOCKET_CALLS_H

#include "viewer/model/trace.h"

struct socket_calls {
	uint32_t *list; /* owned: indices of calls, those of a socket together */
	size_t *first;  /* owned: where those of each socket begin; one more than sockets */
};

/* For the caller to free with socket_calls_free. */
struct socket_calls socket_calls_of(const struct trace *trace);
void socket_calls_free(struct socket_calls *calls);

static inline size_t socket_calls_count(
	const struct socket_calls *calls, const struct socket *socket)
{
	return calls->first[socket->number + 1] - calls->first[socket->number];
}

/* The index of the call number `at` on the socket. */
static inline uint32_t socket_calls_at(
	const struct socket_calls *calls, const struct socket *socket, size_t at)
{
	return calls->list[calls->first[socket->number] + at];
}

#endif
