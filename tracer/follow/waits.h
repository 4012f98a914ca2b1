/* SPDX-License-Identifier: MIT */
/* The descriptors that poll, select and epoll wait for: those of them that are sockets. */
#ifndef TRACER_WAITS_H
#define TRACER_WAITS_H

#include <stdbool.h>

#include "tracer/follow/tracer.h"
#include "tracer/recorder/ring.h"

/* At the entry of a call: adds what it waits for as PART_WAITS. False when no socket is in it, nor
 * has been in the epoll instance. */
bool waits_enter(struct tracer *tracer, const struct thread *thread, struct captured_call **call);

/* At its exit: says which of them are ready, and adds those ready ones that were not listed as
 * PART_MORE_WAITS. */
void waits_exit(struct tracer *tracer, const struct thread *thread, struct captured_call **call);

/* Both, of a call that the tracee has recorded with what it has listed. `is_entered`: what it waits
 * for is in the call already. False when no socket is in it. */
bool waits_recorded(struct tracer *tracer, const struct thread *thread, struct captured_call **call,
	const struct ring_list *given, bool is_entered);

/* Any interest list may have changed, and the trace not know it. */
void waits_doubt(struct tracer *tracer);

#endif
