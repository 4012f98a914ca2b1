/* SPDX-License-Identifier: MIT */
/*
 * Takes the calls that tracees have recorded themselves out of their rings, into the trace. There
 * is one order: those that have ended before a stop is handled are in the trace before it, in the
 * order in which they ended; so the model is what it was when they were made, but for waits that
 * were under way when it changed, of which is kept what they waited for.
 */
#ifndef TRACER_DRAIN_H
#define TRACER_DRAIN_H

#include <stdbool.h>

#include "tracer/follow/tracer.h"

/* Takes all that has been recorded by now. Afterwards recorder.has_broken says whether some ring
 * cannot be read any more. */
void drain_all(struct tracer *tracer);

/* A stop of the thread, which is NULL where it is not known, is handled next. */
void drain_before_stop(struct tracer *tracer, const struct thread *thread);

/* A stop was handled: while there are threads that record, also since it, there are ticks. */
void drain_after_stop(struct tracer *tracer);

/* A tick: records are in the log soon, and after whole ticks calls that take long are known, should
 * they never return. Ticks are in a hurry while rings fill quickly, so that few calls find one
 * full. */
void drain_tick(struct tracer *tracer, enum tick tick);

/*
 * The thread has stopped while it was in a call that it had begun in the recorder; all rings are
 * drained. thread->call becomes that call, as calls_enter() would have made it. False when there is
 * none.
 */
bool drain_pending(struct tracer *tracer, struct thread *thread);

/* The call that the thread, which runs, was in at the last tick and is in still, begun in the
 * recorder. NULL: none. */
struct captured_call *drain_long_call(const struct thread *thread);

/* The thread records no more, or has ended: takes its last calls. The one that it died in is its
 * thread->call then, in which it is. */
void drain_end(struct tracer *tracer, struct thread *thread);

/* No thread records any more. */
void drain_free(struct tracer *tracer);

#endif
