/* SPDX-License-Identifier: MIT */
/*
 * Threads that stop often are pinned to the tracer's processor, because a stop that has to wake
 * another one takes several times as long. They get their own mask back when they have to wait
 * there because others run; the program sees that mask all the time.
 */
#ifndef TRACER_AFFINITY_H
#define TRACER_AFFINITY_H

#include <sched.h>
#include <stdbool.h>

#include "tracer/model/tracees.h"
#include "tracer/ptrace/ticks.h"

/* Starts as a struct of zeros and `ticks`. */
struct affinity {
	struct ticks *ticks; /* borrowed: run while any thread is pinned */
	bool is_free;        /* --affinity=free: no thread is pinned */
	int core;            /* to which the tracer is pinned, while any thread is */
	cpu_set_t own;       /* the tracer's own mask */
	struct thread *pinned;
	cpu_set_t cores;    /* to which any thread has been pinned, */
	cpu_set_t last_own; /* and the own mask of the last one */
};

/* The thread stopped at a call. */
void affinity_stopped(struct affinity *affinity, struct thread *thread);

/* Looks at those that are pinned; called at each tick: ticks.h. */
void affinity_tick(struct affinity *affinity);

/* The child of a pinned parent has the mask that it would have without a tracer. */
void affinity_inherit(const struct thread *child, const struct thread *parent);

/* The same for a child whose parent is not known any more. */
void affinity_adopt(const struct affinity *affinity, const struct thread *child);

/* Some program is about to ask for the thread's mask, or to set it. */
void affinity_reveal(struct affinity *affinity, struct thread *thread);

/* All have their own masks again. */
void affinity_release(struct affinity *affinity);

/* The thread is gone. */
void affinity_leave(struct affinity *affinity, struct thread *thread);

#endif
