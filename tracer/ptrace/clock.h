/* SPDX-License-Identifier: MIT */
/* The clock that a trace is timed with: it goes on whatever the date is set to. */
#ifndef TRACER_CLOCK_H
#define TRACER_CLOCK_H

#include <stdint.h>

/* Nanoseconds since a fixed point in time: CLOCK_MONOTONIC, clock_gettime(2). */
int64_t clock_ns(void);

#endif
