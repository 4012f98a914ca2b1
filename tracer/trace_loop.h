/* SPDX-License-Identifier: MIT */
/* The tracer's thread: takes one stop after the other until no tracee is left. */
#ifndef TRACER_TRACE_LOOP_H
#define TRACER_TRACE_LOOP_H

#include "tracer/follow/tracer.h"

/* Traces the processes that were launched or attached to, and all that they start. */
void trace_loop(struct tracer *tracer);

#endif
