#include "tracer/affinity.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/kernel.h"
#include "tracer/tracer.h"

/* A thread is looked at after so many stops, and later each time it had to be given up. */
#define FIRST_WINDOW 64
#define LAST_WINDOW  32768

/* Who stops less often than this gains little. */
#define RARE_NS 2000000

/* Who has to wait for the processor for longer than this for each stop loses by sharing it: a stop
 * is about 40 us faster there, of which others run meanwhile (docs/performance.md). */
#define CROWDED_NS 25000

#define TICK_NS      4000000
#define IDLE_TICKS   100
#define LOOKS_A_TICK 16

/* The one state that a signal handler can reach. */
static volatile sig_atomic_t is_due;

static void on_tick(int signal)
{
	(void)signal;
	is_due = 1;
}

/* A timer that interrupts the tracer's waiting. */
static void start_timer(struct affinity *affinity)
{
	struct sigaction action = {.sa_handler = on_tick};
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN};
	const struct itimerspec often = {{0, TICK_NS}, {0, TICK_NS}};

	event._sigev_un._tid = gettid();
	sigaction(SIGRTMIN, &action, NULL);
	affinity->has_timer = timer_create(CLOCK_MONOTONIC, &event, &affinity->timer) == 0;
	if (affinity->has_timer)
		timer_settime(affinity->timer, 0, &often, NULL);
}

static void stop_timer(struct affinity *affinity)
{
	if (affinity->has_timer)
		timer_delete(affinity->timer);
	affinity->has_timer = false;
}

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
static bool begin(struct affinity *affinity, const struct seat *seat)
{
	if (sched_getaffinity(0, sizeof(affinity->own), &affinity->own) != 0)
		return false;
	affinity->core = choose_core(&affinity->own, &seat->own);
	if (affinity->core < 0 || !set_core(0, affinity->core))
		return false;
	start_timer(affinity);
	return true;
}

static void end(struct affinity *affinity)
{
	stop_timer(affinity);
	sched_setaffinity(0, sizeof(affinity->own), &affinity->own);
}

static void take_seat(struct affinity *affinity, struct thread *thread)
{
	struct seat *seat = &thread->seat;

	seat->has_own = sched_getaffinity(thread->tid, sizeof(seat->own), &seat->own) == 0;
	if (!seat->has_own || (!affinity->seated && !begin(affinity, seat)))
		return;
	seat->is_taken =
		CPU_ISSET(affinity->core, &seat->own) && set_core(thread->tid, affinity->core);
	seat->idle_ticks = 0;
	if (seat->is_taken)
		link_in(affinity, thread);
	else if (!affinity->seated)
		end(affinity);
}

/* Somebody else may have given it another mask meanwhile. */
static void give_seat_up(struct affinity *affinity, struct thread *thread)
{
	cpu_set_t now;

	if (!thread->seat.is_taken)
		return;
	thread->seat.is_taken = false;
	link_out(affinity, thread);
	if (sched_getaffinity(thread->tid, sizeof(now), &now) == 0 && is_core(&now, affinity->core))
		sched_setaffinity(thread->tid, sizeof(thread->seat.own), &thread->seat.own);
	if (!affinity->seated)
		end(affinity);
}

void affinity_stopped(struct tracer *tracer, struct thread *thread)
{
	struct seat *seat = &thread->seat;
	unsigned int stops = ++seat->stops;

	if (seat->is_taken || stops < seat->window || tracer->affinity.is_free)
		return;
	int64_t now = tracer_now(tracer);
	bool is_frequent = seat->window > 0 && now - seat->since_ns < (int64_t)stops * RARE_NS;
	if (seat->window == 0)
		seat->window = FIRST_WINDOW;
	seat->since_ns = now;
	seat->stops = 0;
	if (!is_frequent)
		return;
	seat->delay_ns = kernel_delay_ns(thread->tid);
	take_seat(&tracer->affinity, thread);
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

	if (!is_due)
		return;
	is_due = 0;
	for (int i = 0; thread && i < LOOKS_A_TICK; i++) {
		struct thread *next = thread->seat.next;
		if (!deserves_seat(thread))
			give_seat_up(affinity, thread);
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

void affinity_inherit(
	struct tracer *tracer, const struct thread *child, const struct thread *parent)
{
	const struct seat *seat = &parent->seat;
	cpu_set_t mask;

	if (!seat->has_own || sched_getaffinity(child->tid, sizeof(mask), &mask) != 0 ||
		!is_core(&mask, tracer->affinity.core))
		return;
	/* It may have lost its seat since. */
	if (seat->is_taken || (sched_getaffinity(parent->tid, sizeof(mask), &mask) == 0 &&
				      !is_core(&mask, tracer->affinity.core)))
		sched_setaffinity(child->tid, sizeof(seat->own), &seat->own);
}

void affinity_reveal(struct tracer *tracer, struct thread *caller, int32_t tid)
{
	struct thread *thread = tid == 0 ? caller : id_map_get(&tracer->threads, (uint32_t)tid);

	if (!thread)
		return;
	give_seat_up(&tracer->affinity, thread);
	thread->seat.has_own = false;
}

void affinity_leave(struct tracer *tracer, struct thread *thread)
{
	struct seat *seat = &thread->seat;

	if (!seat->is_taken)
		return;
	seat->is_taken = false;
	link_out(&tracer->affinity, thread);
	if (!tracer->affinity.seated)
		end(&tracer->affinity);
}
