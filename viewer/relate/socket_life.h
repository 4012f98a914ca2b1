/* SPDX-License-Identifier: MIT */
/*
 * The life of one socket, from its birth until the kernel has it back: the calls on all
 * descriptors that stand for it, and how these began and ended, in the order of time.
 */
#ifndef VIEWER_SOCKET_LIFE_H
#define VIEWER_SOCKET_LIFE_H

#include "viewer/model/selection.h"

enum life_kind {
	LIFE_BEGIN, /* of a descriptor; `call` made it, or it was inherited */
	LIFE_CALL,
	LIFE_TRANSFERS, /* a run of sends and receives that worked, or said at once that they would
			   block */
	LIFE_ACCEPTS,   /* the same of accepts, on one that listens */
	LIFE_END,       /* of a descriptor without a close of its own */
};

struct life_event {
	enum life_kind kind;
	int64_t time_ns;
	const struct descriptor *descriptor;
	const struct call *call; /* of a run, the first; NULL: none */
	size_t count;            /* of a run: of the receives, where there are sends, too */
	size_t sends;
	size_t blocked; /* of a run: calls that said EAGAIN */
	int64_t bytes_in, bytes_out;
	size_t open;      /* descriptors that stand for the socket after it */
	bool is_left_out; /* the user did not ask for it: it is in no run, and only to be learned
			     from */
};

struct life {
	const struct trace *trace;
	struct life_event *list; /* owned */
	size_t count, capacity;
};

/* Waits are not in it. `is_full`: no runs. */
struct life life_of(const struct selection *selection, const struct socket *socket, bool is_full);
void life_free(struct life *life);

#endif
