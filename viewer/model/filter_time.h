/* SPDX-License-Identifier: MIT */
/* Times on the command line: how long, and when, as views print both. */
#ifndef VIEWER_FILTER_TIME_H
#define VIEWER_FILTER_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "viewer/model/trace.h"

/* When. Starts as zeros, which is not given. */
struct filter_instant {
	bool is_given;
	bool is_clock,
		has_date;       /* of the clock on the wall, on that date or on the trace's first */
	struct tm local;        /* if so, in the local zone, and these nanoseconds more */
	int64_t since_begin_ns; /* else since the beginning of the trace: filter_instant_settle */
	int64_t clock_ns;
};

/* "1.5s", "200ms", "30us", "5m", "17" (nanoseconds). False when it is none. */
bool filter_duration(const char *text, int64_t *time_ns);

/* "1.213405 s", "3.405ms", "+3.405 ms", "10:07:25.123456", "2026-11-25 10:07:25". False when it is
 * none. */
bool filter_instant(const char *text, struct filter_instant *instant);

/* Fills in `since_begin_ns`, which counts for calls. `is_last`: all of the microsecond that was
 * printed belongs to it. False: it is of the clock, and the trace does not say when it began. */
bool filter_instant_settle(struct filter_instant *instant, const struct trace *trace, bool is_last);

#endif
