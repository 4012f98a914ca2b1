/* SPDX-License-Identifier: MIT */
/*
 * Threads that stop often run on the tracer's processor, because a stop that has to wake another
 * one takes several times as long. They get their own mask back when they have to wait there
 * because others run; the program sees that mask all the time.
 */
#ifndef TRACER_AFFINITY_H
#define TRACER_AFFINITY_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

struct thread;
struct tracer;

/* The tracer's. Starts as a struct of zeros. */
struct affinity {
	bool is_free; /* --affinity=free: nobody is moved */
	int core;     /* where the tracer sits, while anybody else does */
	cpu_set_t own;
	struct thread *seated;
	cpu_set_t cores;    /* on which anybody has had a seat, */
	cpu_set_t last_own; /* and what the last one had before */
};

/* The thread stopped at a call. */
void affinity_stopped(struct tracer *tracer, struct thread *thread);

/* Looks at those that have a seat; called at each tick: ticks.h. */
void affinity_tick(struct tracer *tracer);

/* The child of a seated parent has the mask that it would have without a tracer. */
void affinity_inherit(const struct thread *child, const struct thread *parent);

/* The same for a child whose parent is not known any more. */
void affinity_adopt(struct tracer *tracer, const struct thread *child);

/* The thread `tid`, or 0 for the calling one, is about to be asked for its mask or given one. */
void affinity_reveal(struct tracer *tracer, struct thread *caller, int32_t tid);

/* All have their own masks again. */
void affinity_release(struct tracer *tracer);

/* The thread is gone. */
void affinity_leave(struct tracer *tracer, struct thread *thread);

#endif
