/* SPDX-License-Identifier: MIT */
/*
 * Goes on without a trace when memory has run out: answers the stops so that the processes run on
 * as they would, and keeps nothing of them. None of this needs memory.
 */
#ifndef TRACER_PASSTHROUGH_H
#define TRACER_PASSTHROUGH_H

#include "tracer/follow/tracer.h"

/*
 * Memory ran out while the stop tracer->stop was handled: answers it, and says so on stderr.
 * Detaches from processes that were attached to.
 */
void passthrough_begin(struct tracer *tracer);

/* Answers a stop. */
void passthrough_answer(struct tracer *tracer, const struct stop *stop);

#endif
