/* SPDX-License-Identifier: MIT */
/* The threads that waited for a peer when the trace ended, in calls that never returned. */
#ifndef VIEWER_STUCK_H
#define VIEWER_STUCK_H

#include "viewer/relate/thread_time.h"
#include "viewer/term/json_output.h"
#include "viewer/wording/instant.h"

/* Those of `times` that have waited longest. */
void stuck_draw(struct text *text, const struct trace *trace, const struct thread_times *times,
	enum time_mode time);

/* The same as members "waiting" and "waiting_left_out". */
void stuck_tell(
	struct json_output *output, const struct trace *trace, const struct thread_times *times);

/* Marks the sockets that they wait on, and their other ends, by their numbers. */
void stuck_mark(const struct trace *trace, const struct thread_times *times, bool *is_marked);

#endif
