/* SPDX-License-Identifier: MIT */
#include "tracer/follow/affinity.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/proc/status.h"
#include "tracer/ptrace/clock.h"

/* A thread is looked at after so many stops, and after more each time it had to be unpinned. */
#define FIRST_WINDOW 64
#define LAST_WINDOW  32768

/* A thread that stops less often than this gains little. */
#define RARE_NS 2000000

/* A thread that waits longer than this for the processor at each stop loses by sharing it: a stop
 * is about 40 us faster on the tracer's processor (docs/performance.md). */
#define CROWDED_NS 25000

#define IDLE_TICKS   100
#define LOOKS_A_TICK 16

static void link_in(struct affinity *affinity, struct thread *thread)
{
	thread->pinning.next = affinity->pinned;
	thread->pinning.previous = NULL;
	if (affinity->pinned)
		affinity->pinned->pinning.previous = thread;
	affinity->pinned = thread;
}

static void link_out(struct affinity *affinity, struct thread *thread)
{
	if (thread->pinning.previous)
		thread->pinning.previous->pinning.next = thread->pinning.next;
	else
		affinity->pinned = thread->pinning.next;
	if (thread->pinning.next)
		thread->pinning.next->pinning.previous = thread->pinning.previous;
}

static bool set_core(pid_t tid, int core)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(core, &one);
	return sched_setaffinity(tid, sizeof(one), &one) == 0;
}

static bool is_core(const cpu_set_t *mask, int core)
{
	return CPU_COUNT(mask) == 1 && CPU_ISSET(core, mask);
}

static bool has_core(pid_t tid, int core)
{
	cpu_set_t mask;

	return sched_getaffinity(tid, sizeof(mask), &mask) == 0 && is_core(&mask, core);
}

/* The tracer's processor if the thread may use it, or another one that both may use. -1: there is
 * none, or both have the same one already. */
static int choose_core(const cpu_set_t *tracers, const cpu_set_t *threads)
{
	cpu_set_t both;
	int core = sched_getcpu();

	CPU_AND(&both, tracers, threads);
	if (CPU_COUNT(&both) == 0 || (CPU_COUNT(tracers) < 2 && CPU_COUNT(threads) < 2))
		return -1;
	for (int i = 0; !CPU_ISSET(core, &both); i++)
		core = i;
	return core;
}

/* The tracer itself is pinned before the first thread is. */
static bool pin_tracer(struct affinity *affinity, const struct pinning *pinning)
{
	if (sched_getaffinity(0, sizeof(affinity->own), &affinity->own) != 0)
		return false;
	affinity->core = choose_core(&affinity->own, &pinning->own);
	if (affinity->core < 0 || !set_core(0, affinity->core))
		return false;
	ticks_want(affinity->ticks, TICK_PINNED, true);
	return true;
}

static void unpin_tracer(struct affinity *affinity)
{
	ticks_want(affinity->ticks, TICK_PINNED, false);
	sched_setaffinity(0, sizeof(affinity->own), &affinity->own);
}

/* A thread of a real-time policy would keep the tracer from running on the same processor. A thread
 * in another PID namespace asks for masks by numbers that are not ours, so that its own mask could
 * not be shown. */
static bool is_ordinary(pid_t tid)
{
	int policy = sched_getscheduler(tid);

	return (policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE) &&
	       !status_is_nested(tid);
}

static void pin(struct affinity *affinity, struct thread *thread)
{
	struct pinning *pinning = &thread->pinning;

	if (!is_ordinary(thread->tid))
		return;
	pinning->has_own = sched_getaffinity(thread->tid, sizeof(pinning->own), &pinning->own) == 0;
	if (!pinning->has_own || (!affinity->pinned && !pin_tracer(affinity, pinning)))
		return;
	pinning->is_pinned =
		CPU_ISSET(affinity->core, &pinning->own) && set_core(thread->tid, affinity->core);
	pinning->idle_ticks = 0;
	pinning->core = affinity->core;
	CPU_SET(pinning->core, &affinity->cores);
	affinity->last_own = pinning->own;
	if (pinning->is_pinned)
		link_in(affinity, thread);
	else if (!affinity->pinned)
		unpin_tracer(affinity);
}

static void forget_pin(struct affinity *affinity, struct thread *thread)
{
	thread->pinning.is_pinned = false;
	link_out(affinity, thread);
	if (!affinity->pinned)
		unpin_tracer(affinity);
}

/* Another process may have set the thread's mask meanwhile: that stays. */
static void unpin(struct affinity *affinity, struct thread *thread)
{
	const struct pinning *pinning = &thread->pinning;

	if (!pinning->is_pinned)
		return;
	if (has_core(thread->tid, pinning->core))
		sched_setaffinity(thread->tid, sizeof(pinning->own), &pinning->own);
	forget_pin(affinity, thread);
}

void affinity_stopped(struct affinity *affinity, struct thread *thread)
{
	struct pinning *pinning = &thread->pinning;
	unsigned int stops = ++pinning->stops;

	if (pinning->is_pinned || stops < pinning->window || affinity->is_free || thread->hot)
		return;
	int64_t now = clock_ns();
	bool is_frequent =
		pinning->window > 0 && now - pinning->since_ns < (int64_t)stops * RARE_NS;
	if (pinning->window == 0)
		pinning->window = FIRST_WINDOW;
	pinning->since_ns = now;
	pinning->stops = 0;
	if (!is_frequent)
		return;
	pinning->delay_ns = status_delay_ns(thread->tid);
	pin(affinity, thread);
}

/* False when the thread is to have its own mask again. */
static bool deserves_pin(struct thread *thread)
{
	struct pinning *pinning = &thread->pinning;
	unsigned int stops = pinning->stops;
	uint64_t delay = status_delay_ns(thread->tid), passed = delay - pinning->delay_ns;

	pinning->delay_ns = delay;
	pinning->stops = 0;
	pinning->idle_ticks = stops == 0 ? pinning->idle_ticks + 1 : 0;
	if (passed <= (stops + 1ull) * CROWDED_NS)
		return pinning->idle_ticks < IDLE_TICKS;
	if (pinning->window < LAST_WINDOW)
		pinning->window *= 8;
	return false;
}

void affinity_tick(struct affinity *affinity)
{
	struct thread *thread = affinity->pinned, *last;

	for (int i = 0; thread && i < LOOKS_A_TICK; i++) {
		struct thread *next = thread->pinning.next;
		if (!deserves_pin(thread))
			unpin(affinity, thread);
		thread = next;
	}
	if (!thread)
		return;
	/* The others' turn is next. */
	for (last = thread; last->pinning.next;)
		last = last->pinning.next;
	last->pinning.next = affinity->pinned;
	affinity->pinned->pinning.previous = last;
	thread->pinning.previous->pinning.next = NULL;
	thread->pinning.previous = NULL;
	affinity->pinned = thread;
}

void affinity_inherit(const struct thread *child, const struct thread *parent)
{
	const struct pinning *pinning = &parent->pinning;

	if (!pinning->has_own || !has_core(child->tid, pinning->core))
		return;
	/* The parent may have been given its own mask again since. */
	if (pinning->is_pinned || !has_core(parent->tid, pinning->core))
		sched_setaffinity(child->tid, sizeof(pinning->own), &pinning->own);
}

void affinity_adopt(const struct affinity *affinity, const struct thread *child)
{
	cpu_set_t mask, both;

	if (sched_getaffinity(child->tid, sizeof(mask), &mask) != 0 || CPU_COUNT(&mask) != 1)
		return;
	CPU_AND(&both, &mask, &affinity->cores);
	if (CPU_COUNT(&both) == 1)
		sched_setaffinity(child->tid, sizeof(affinity->last_own), &affinity->last_own);
}

void affinity_reveal(struct affinity *affinity, struct thread *thread)
{
	unpin(affinity, thread);
	thread->pinning.has_own = false;
}

void affinity_release(struct affinity *affinity)
{
	affinity->is_free = true;
	while (affinity->pinned)
		unpin(affinity, affinity->pinned);
}

void affinity_leave(struct affinity *affinity, struct thread *thread)
{
	if (thread->pinning.is_pinned)
		forget_pin(affinity, thread);
}
