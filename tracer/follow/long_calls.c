/* SPDX-License-Identifier: MIT */
#include "tracer/follow/long_calls.h"

#include "tracer/follow/drain.h"
#include "tracer/follow/recording.h"

#define LONG_NS INT64_C(1000000000)

/* All threads are looked at no more often: at each slow tick, also where that comes a little early
 * (ticks.c), so that a call is told of within half a second from when it is due. */
#define LOOK_NS INT64_C(400000000)

void long_calls_begin(struct tracer *tracer)
{
	ticks_want(&tracer->ticks, TICK_LONG, true);
}

void long_calls_tick(struct tracer *tracer)
{
	int64_t now_ns = log_now(&tracer->log);
	struct thread *thread;
	size_t at = 0;

	if (now_ns - tracer->long_calls_ns < LOOK_NS)
		return;
	tracer->long_calls_ns = now_ns;
	while ((thread = tracees_next(&tracer->tracees, &at))) {
		struct captured_call *call =
			thread->state == THREAD_IN_CALL ? thread->call : drain_long_call(thread);
		if (call && thread->process && now_ns - call->time_ns >= LONG_NS)
			recording_tell_pending(tracer, thread, call);
	}
}
