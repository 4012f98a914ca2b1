/* SPDX-License-Identifier: MIT */
/*
 * Keeps every descriptor that is a socket under watch: a filter covers its number, or its process
 * is stepped, which sees all calls.
 */
#ifndef TRACER_COVERAGE_H
#define TRACER_COVERAGE_H

#include "tracer/tracer.h"

/* True while the thread has to stop at each of its calls. */
bool coverage_is_stepped(const struct thread *thread);

/*
 * The thread is at the exit of a call: has it install the filters that are due. Afterwards
 * tracer->now.is_handed_over says whether its next stop has come meanwhile.
 */
void coverage_settle(struct tracer *tracer, struct thread *thread);

/* It is at the entry of a call, after which others that stop at nothing share its table: has it
 * cover all numbers before. */
void coverage_prepare_sharing(struct tracer *tracer, struct thread *thread);

/* From now on filters are no business of ours in that process: it is stepped, whatever happens. */
void coverage_give_up(struct tracer *tracer, struct thread *thread, const char *why);

/* The process of the new `child` has the filters that the one of `parent` had. */
void coverage_inherit(struct thread *child, const struct thread *parent);

#endif
