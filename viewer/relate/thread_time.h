/* SPDX-License-Identifier: MIT */
/*
 * Where the time of each thread went, as far as its calls tell: from the beginning of its first
 * call to the end of its last one.
 */
#ifndef VIEWER_THREAD_TIME_H
#define VIEWER_THREAD_TIME_H

#include "viewer/model/selection.h"

enum time_kind {
	TIME_PEER,      /* it waited for the other end of a connection, or for a datagram */
	TIME_CLIENTS,   /* for somebody to connect */
	TIME_LIMIT,     /* for nothing that came: its own limit of time ended the wait */
	TIME_OTHER,     /* in waits that something else than a socket ended */
	TIME_CALLS,     /* in calls that did not wait */
	TIME_ELSEWHERE, /* not in a call of the trace: it computed, slept, waited for a lock or a
			   file */
	TIME_KINDS
};

struct thread_time {
	const struct process *process;
	int32_t tid;
	int64_t begin_ns, end_ns;
	int64_t spent_ns[TIME_KINDS];
	size_t calls;
	uint32_t last; /* its last call, which never returned when it still waits */
};

struct thread_times {
	struct thread_time *list; /* owned: in the order of their first calls */
	size_t count, capacity;
};

/* Of the calls of the selection; for the caller to free with thread_times_free. */
struct thread_times *thread_times_new(const struct selection *selection);
void thread_times_free(struct thread_times *times);

#endif
