/* SPDX-License-Identifier: MIT */
#include "tracer/affinity.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/model/kernel.h"
#include "tracer/ptrace/clock.h"
#include "tracer/tracer.h"

/* A thread is looked at after so many stops, and later each time it had to be given up. */
#define FIRST_WINDOW 64
#define LAST_WINDOW  32768

/* Who stops less often than this gains little. */
#define RARE_NS 2000000

/* Who has to wait for the processor for longer than this for each stop loses by sharing it: a stop
 * is about 40 us faster there, of which others run meanwhile (docs/performance.md). */
#define CROWDED_NS 25000

#define IDLE_TICKS   100
#define LOOKS_A_TICK 16

static void link_in(struct affinity *affinity, struct thread *thread)
{
	thread->seat.next = affinity->seated;
	thread->seat.previous = NULL;
	if (affinity->seated)
		affinity->seated->seat.previous = thread;
	affinity->seated = thread;
}

static void link_out(struct affinity *affinity, struct thread *thread)
{
	if (thread->seat.previous)
		thread->seat.previous->seat.next = thread->seat.next;
	else
		affinity->seated = thread->seat.next;
	if (thread->seat.next)
		thread->seat.next->seat.previous = thread->seat.previous;
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

/* The tracer's processor, or one that both may use: a program that keeps to one has the tracer come
 * there. -1: there is none, or no choice for either. */
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

/* The tracer sits down first. */
static bool begin(struct tracer *tracer, const struct seat *seat)
{
	struct affinity *affinity = &tracer->affinity;

	if (sched_getaffinity(0, sizeof(affinity->own), &affinity->own) != 0)
		return false;
	affinity->core = choose_core(&affinity->own, &seat->own);
	if (affinity->core < 0 || !set_core(0, affinity->core))
		return false;
	ticks_want(&tracer->ticks, TICK_SEATS, true);
	return true;
}

static void end(struct tracer *tracer)
{
	struct affinity *affinity = &tracer->affinity;

	ticks_want(&tracer->ticks, TICK_SEATS, false);
	sched_setaffinity(0, sizeof(affinity->own), &affinity->own);
}

/* A thread that the scheduler prefers would keep the tracer from running; and in another PID
 * namespace the numbers that it asks for masks by are not ours. */
static bool is_ordinary(pid_t tid)
{
	int policy = sched_getscheduler(tid);

	return (policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE) &&
	       !kernel_is_nested(tid);
}

static void take_seat(struct tracer *tracer, struct thread *thread)
{
	struct affinity *affinity = &tracer->affinity;
	struct seat *seat = &thread->seat;

	if (!is_ordinary(thread->tid))
		return;
	seat->has_own = sched_getaffinity(thread->tid, sizeof(seat->own), &seat->own) == 0;
	if (!seat->has_own || (!affinity->seated && !begin(tracer, seat)))
		return;
	seat->is_taken =
		CPU_ISSET(affinity->core, &seat->own) && set_core(thread->tid, affinity->core);
	seat->idle_ticks = 0;
	seat->core = affinity->core;
	CPU_SET(seat->core, &affinity->cores);
	affinity->last_own = seat->own;
	if (seat->is_taken)
		link_in(affinity, thread);
	else if (!affinity->seated)
		end(tracer);
}

static void leave_seat(struct tracer *tracer, struct thread *thread)
{
	struct affinity *affinity = &tracer->affinity;

	thread->seat.is_taken = false;
	link_out(affinity, thread);
	if (!affinity->seated)
		end(tracer);
}

/* Somebody else may have given it another mask meanwhile. */
static void give_seat_up(struct tracer *tracer, struct thread *thread)
{
	const struct seat *seat = &thread->seat;

	if (!seat->is_taken)
		return;
	if (has_core(thread->tid, seat->core))
		sched_setaffinity(thread->tid, sizeof(seat->own), &seat->own);
	leave_seat(tracer, thread);
}

void affinity_stopped(struct tracer *tracer, struct thread *thread)
{
	struct seat *seat = &thread->seat;
	unsigned int stops = ++seat->stops;

	if (seat->is_taken || stops < seat->window || tracer->affinity.is_free)
		return;
	int64_t now = clock_ns();
	bool is_frequent = seat->window > 0 && now - seat->since_ns < (int64_t)stops * RARE_NS;
	if (seat->window == 0)
		seat->window = FIRST_WINDOW;
	seat->since_ns = now;
	seat->stops = 0;
	if (!is_frequent)
		return;
	seat->delay_ns = kernel_delay_ns(thread->tid);
	take_seat(tracer, thread);
}

/* False when the thread is to have its own mask again. */
static bool deserves_seat(struct thread *thread)
{
	struct seat *seat = &thread->seat;
	unsigned int stops = seat->stops;
	uint64_t delay = kernel_delay_ns(thread->tid), passed = delay - seat->delay_ns;

	seat->delay_ns = delay;
	seat->stops = 0;
	seat->idle_ticks = stops == 0 ? seat->idle_ticks + 1 : 0;
	if (passed <= (stops + 1ull) * CROWDED_NS)
		return seat->idle_ticks < IDLE_TICKS;
	if (seat->window < LAST_WINDOW)
		seat->window *= 8;
	return false;
}

void affinity_tick(struct tracer *tracer)
{
	struct affinity *affinity = &tracer->affinity;
	struct thread *thread = affinity->seated, *last;

	for (int i = 0; thread && i < LOOKS_A_TICK; i++) {
		struct thread *next = thread->seat.next;
		if (!deserves_seat(thread))
			give_seat_up(tracer, thread);
		thread = next;
	}
	if (!thread)
		return;
	/* The others' turn is next. */
	for (last = thread; last->seat.next;)
		last = last->seat.next;
	last->seat.next = affinity->seated;
	affinity->seated->seat.previous = last;
	thread->seat.previous->seat.next = NULL;
	thread->seat.previous = NULL;
	affinity->seated = thread;
}

void affinity_inherit(const struct thread *child, const struct thread *parent)
{
	const struct seat *seat = &parent->seat;

	if (!seat->has_own || !has_core(child->tid, seat->core))
		return;
	/* It may have lost its seat since. */
	if (seat->is_taken || !has_core(parent->tid, seat->core))
		sched_setaffinity(child->tid, sizeof(seat->own), &seat->own);
}

void affinity_adopt(struct tracer *tracer, const struct thread *child)
{
	const struct affinity *affinity = &tracer->affinity;
	cpu_set_t mask, both;

	if (sched_getaffinity(child->tid, sizeof(mask), &mask) != 0 || CPU_COUNT(&mask) != 1)
		return;
	CPU_AND(&both, &mask, &affinity->cores);
	if (CPU_COUNT(&both) == 1)
		sched_setaffinity(child->tid, sizeof(affinity->last_own), &affinity->last_own);
}

void affinity_reveal(struct tracer *tracer, struct thread *caller, int32_t tid)
{
	struct thread *thread = tid == 0 ? caller : tracees_find(&tracer->tracees, tid);

	if (!thread)
		return;
	give_seat_up(tracer, thread);
	thread->seat.has_own = false;
}

void affinity_release(struct tracer *tracer)
{
	tracer->affinity.is_free = true;
	while (tracer->affinity.seated)
		give_seat_up(tracer, tracer->affinity.seated);
}

void affinity_leave(struct tracer *tracer, struct thread *thread)
{
	if (thread->seat.is_taken)
		leave_seat(tracer, thread);
}
