/* SPDX-License-Identifier: MIT */
/* Tells the log of calls that are under way for long, as they have no record before they end: so
 * a trace that is read while it is made, or whose tracer was killed, has what a thread waits in. */
#ifndef TRACER_LONG_CALLS_H
#define TRACER_LONG_CALLS_H

#include "tracer/follow/tracer.h"

/* From now on there are ticks for it. */
void long_calls_begin(struct tracer *tracer);

/* A whole tick. */
void long_calls_tick(struct tracer *tracer);

#endif
