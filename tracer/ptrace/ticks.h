/* SPDX-License-Identifier: MIT */
/* A timer that interrupts the tracer's waiting every few milliseconds, as long as it is wanted. */
#ifndef TRACER_TICKS_H
#define TRACER_TICKS_H

#include <stdbool.h>
#include <time.h>

enum tick_use {
	TICK_PINNED = 1,  /* affinity.c */
	TICK_UNKNOWN = 2, /* follow.c */
};

/* Starts as a struct of zeros. */
struct ticks {
	unsigned int uses; /* enum tick_use */
	bool has_timer;
	timer_t timer;
};

void ticks_want(struct ticks *ticks, enum tick_use use, bool is_wanted);

/* True once after each tick. */
bool ticks_take(void);

#endif
