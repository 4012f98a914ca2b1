/* SPDX-License-Identifier: MIT */
#include "tracer/ptrace/ticks.h"

#include <signal.h>
#include <unistd.h>

#define TICK_NS      4000000
#define SLOW_TICK_NS 500000000

/* The one state that a signal handler can reach. */
static volatile sig_atomic_t is_due;

static void on_tick(int signal)
{
	(void)signal;
	is_due = 1;
}

static bool is_slow(unsigned int uses)
{
	return uses == TICK_LONG;
}

static void set_pace(struct ticks *ticks)
{
	const long fast_ns = ticks->pace > 0 ? TICK_NS / (long)ticks->pace : TICK_NS;
	const long step_ns = is_slow(ticks->uses) ? SLOW_TICK_NS : fast_ns;
	const struct itimerspec often = {{0, step_ns}, {0, step_ns}};

	ticks->is_slow = is_slow(ticks->uses);
	if (ticks->has_timer)
		timer_settime(ticks->timer, 0, &often, NULL);
}

static void start(struct ticks *ticks)
{
	/* Without SA_RESTART, so that the signal ends a wait. */
	struct sigaction action = {.sa_handler = on_tick};
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN};

	event._sigev_un._tid = gettid();
	sigaction(SIGRTMIN, &action, NULL);
	ticks->has_timer = timer_create(CLOCK_MONOTONIC, &event, &ticks->timer) == 0;
	set_pace(ticks);
}

void ticks_want(struct ticks *ticks, enum tick_use use, bool is_wanted)
{
	unsigned int before = ticks->uses;

	ticks->uses = is_wanted ? before | use : before & ~(unsigned int)use;
	if (before == 0 && ticks->uses != 0)
		start(ticks);
	else if (ticks->is_slow && !is_slow(ticks->uses))
		set_pace(ticks);
	if (before != 0 && ticks->uses == 0 && ticks->has_timer)
		timer_delete(ticks->timer);
	if (ticks->uses == 0)
		ticks->has_timer = false;
}

void ticks_set_pace(struct ticks *ticks, unsigned int pace)
{
	if (ticks->pace == pace)
		return;
	ticks->pace = pace;
	ticks->parts = 0;
	set_pace(ticks);
}

enum tick ticks_take(struct ticks *ticks)
{
	if (!is_due)
		return TICK_NONE;
	is_due = 0;
	/* Only now: what is wanted for a moment, again and again, must not put each tick off. */
	if (!ticks->is_slow && is_slow(ticks->uses))
		set_pace(ticks);
	if (!is_slow(ticks->uses) && ++ticks->parts < ticks->pace)
		return TICK_PART;
	ticks->parts = 0;
	return TICK_WHOLE;
}
