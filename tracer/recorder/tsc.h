/* SPDX-License-Identifier: MIT */
/*
 * The processor's clock (rdtsc), by which a tracee says when its calls began and ended, as the time
 * of the log:
 *
 *	tsc_begin(); then now and then tsc_sample(), and tsc_ns() of what happened since, or not
 *long before.
 *
 * A time that was converted stands: later samples bend the line, and do not break it.
 */
#ifndef TRACER_TSC_H
#define TRACER_TSC_H

#include <stdbool.h>
#include <stdint.h>

struct tsc_clock {
	uint64_t begin; /* of the line */
	int64_t begin_ns;
	double ns_per_tick;
	uint64_t base; /* the sample that the slope is measured from */
	int64_t base_ns;
};

/* True where all processors have one clock that never stops nor changes its pace. */
bool tsc_is_usable(void);

uint64_t tsc_now(void);

/* The clock of the log says `now_ns` at `now`; the first sample comes some time later. */
void tsc_begin(struct tsc_clock *clock, uint64_t now, int64_t now_ns);

/* The same, later. */
void tsc_sample(struct tsc_clock *clock, uint64_t now, int64_t now_ns);

/* True when the last sample is older than a millisecond. */
bool tsc_wants_sample(const struct tsc_clock *clock, uint64_t now);

int64_t tsc_ns(const struct tsc_clock *clock, uint64_t ticks);

#endif
