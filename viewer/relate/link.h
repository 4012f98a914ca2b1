/* SPDX-License-Identifier: MIT */
/*
 * Calls that belong together in a trace: the send and the receive that took its bytes, the connect
 *and the accept, the close and the end of stream that it makes.
 *
 *	const struct links *links = trace_links(trace);
 *	for (size_t i = links_from(links, call);
 *		i < links->count && links->list[i].from == call; i++)
 *		…
 */
#ifndef VIEWER_LINK_H
#define VIEWER_LINK_H

#include "viewer/model/trace.h"

enum link_kind {
	LINK_DATA,    /* bytes, from the send to the receive */
	LINK_CONNECT, /* from the connect to the accept that took it */
	LINK_CLOSE,   /* from what ended a stream to the receive of its end */
	LINK_FAILED,  /* a connect that made no connection; a close that the peer takes for an error
		       */
	LINK_LOST,    /* sent, and never received by a socket that has ended */
	LINK_ASKED,   /* a connect whose outcome the program never learned */
};

struct link {
	/* Indices of calls. NO_CALL: outside of the trace, or there is no such call. */
	uint32_t from, to;
	enum link_kind kind;
	int64_t bytes;             /* of LINK_DATA and LINK_LOST */
	const struct socket *peer; /* at the end that has no call; NULL: not in the trace */
};

/* In the order of `from`, then of `to`. */
struct links {
	struct link *list; /* owned */
	size_t count, capacity;
};

void links_free(struct links *links);

/* The position of the first link from that call, if there is one. */
size_t links_from(const struct links *links, uint32_t call);

void links_add(struct links *links, struct link link);

#endif
