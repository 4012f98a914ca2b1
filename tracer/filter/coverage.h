/* SPDX-License-Identifier: MIT */
/*
 * Sees to it that the calls on every socket's descriptor stop: a filter covers its number, or its
 * process is stepped, and stops at all calls.
 */
#ifndef TRACER_COVERAGE_H
#define TRACER_COVERAGE_H

#include <stdbool.h>

#include "tracer/filter/filter.h"
#include "tracer/log/trace_log.h"
#include "tracer/model/tracees.h"
#include "tracer/ptrace/stop.h"

/* Starts as a struct of zeros and what is borrowed. */
struct coverage {
	struct filters filters;
	struct stop_queue *stops; /* borrowed, as are these two */
	const struct tracees *tracees;
	struct trace_log *log;
	bool has_next_stop; /* the next stop of the thread that was worked on has come already */
};

/* True while the thread has to stop at each of its calls. */
bool coverage_is_stepped(const struct thread *thread);

/* True when the thread is alone in its process, and alone has its descriptor table. */
bool coverage_is_alone(const struct thread *thread);

/* True when the thread has filters of ours and no others: of its own, or inherited from us. */
bool coverage_has_only_ours(const struct thread *thread);

/*
 * The thread is at the exit of a call: has it install the filters that are due. Afterwards
 * coverage->has_next_stop says whether its next stop has come meanwhile.
 */
void coverage_settle(struct coverage *coverage, struct thread *thread);

/* The thread is at the entry of a call that makes a process which shares its descriptor table. A
 * filter that one of the two installs later does not hold for the other: has the thread install one
 * for all numbers before. */
void coverage_prepare_sharing(struct coverage *coverage, struct thread *thread);

/* No filter is installed in the process from now on: it is stepped, whatever happens. */
void coverage_give_up(struct coverage *coverage, struct thread *thread, const char *why);

/* The process of the new `child` has the filters that the one of `parent` had. */
void coverage_inherit(struct thread *child, const struct thread *parent);

#endif
