/* SPDX-License-Identifier: MIT */
/* A timer that interrupts the tracer's waiting every few milliseconds, as long as it is wanted;
 * where that is often enough for all who want it, twice a second. */
#ifndef TRACER_TICKS_H
#define TRACER_TICKS_H

#include <stdbool.h>
#include <time.h>

enum tick_use {
	TICK_PINNED = 1,   /* affinity.c */
	TICK_UNKNOWN = 2,  /* follow.c */
	TICK_LIMIT = 4,    /* deadlines.c */
	TICK_RECORDER = 8, /* drain.c */
	TICK_LONG = 16,    /* long_calls.c: twice a second is often enough */
};

/* What the timer's last signal was. */
enum tick {
	TICK_NONE,
	TICK_PART, /* one of those in between, when the pace is higher */
	TICK_WHOLE,
};

/* Starts as a struct of zeros. */
struct ticks {
	unsigned int uses;  /* enum tick_use */
	unsigned int pace;  /* in so many parts each tick comes; 0: in one */
	unsigned int parts; /* of the present one */
	bool has_timer, is_slow;
	timer_t timer;
};

void ticks_want(struct ticks *ticks, enum tick_use use, bool is_wanted);

/* Interrupts so many times as often. Parts are nobody's tick but his who has asked for them. */
void ticks_set_pace(struct ticks *ticks, unsigned int pace);

/* What has come since it was last asked for. */
enum tick ticks_take(struct ticks *ticks);

#endif
