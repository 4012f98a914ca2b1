/* SPDX-License-Identifier: MIT */
/*
 * The waits of threads, by poll(2), select(2) and epoll(7), that no descriptor of the trace ended:
 * their limit of time did, a signal, a descriptor that is no socket, or nothing. One that found a
 * descriptor ready is among the calls of that descriptor: struct descriptor.
 */
#ifndef VIEWER_WAIT_H
#define VIEWER_WAIT_H

#include "viewer/model/trace.h"

/* A thread that waited so, and the indices of these waits, in their order. */
struct waiting_thread {
	const struct process *process;
	int32_t tid;
	const uint32_t *list;
	size_t count;
};

/* Those of a process together, in the order of the processes. */
struct thread_waits {
	struct waiting_thread *threads; /* owned */
	size_t count;
	uint32_t *list; /* owned */
};

struct thread_waits *waits_new(const struct trace *trace);
void waits_free(struct thread_waits *waits);

/* By the number of a process the place of its first thread, and of the one behind its last the next
 * process's; for the caller to free. */
size_t *waits_by_process(const struct thread_waits *waits, const struct trace *trace);

#endif
