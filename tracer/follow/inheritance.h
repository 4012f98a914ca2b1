/* SPDX-License-Identifier: MIT */
/* A thread gets a descriptor table of its own that is filled with what another one holds. */
#ifndef TRACER_INHERITANCE_H
#define TRACER_INHERITANCE_H

#include "tracer/follow/tracer.h"

/*
 * Makes a table for the stopped thread and records each socket in it, as inherited from the table
 * `from` of the process `from_pid`. NULL: from outside of the trace. Both stay the caller's.
 */
void inheritance_take(struct tracer *tracer, struct thread *child,
	const struct descriptor_table *from, pid_t from_pid, const char *reason);

/* Gives the stopped thread a copy of the table that it shares with others: unshare(2). Nothing
 * happens when no other thread has the table. */
void inheritance_unshare(struct tracer *tracer, struct thread *thread, const char *reason);

#endif
