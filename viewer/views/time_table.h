/* SPDX-License-Identifier: MIT */
/* Where the time of each thread went, a line each. */
#ifndef VIEWER_TIME_TABLE_H
#define VIEWER_TIME_TABLE_H

#include "viewer/relate/thread_time.h"
#include "viewer/term/json_output.h"

/* Of at most that many threads; threads of one program are taken together when they are more. */
void time_table_draw(struct text *text, const struct thread_times *times, size_t most);

/* The same as members "threads" and "threads_left_out". */
void time_table_tell(struct json_output *output, const struct trace *trace,
	const struct thread_times *times, size_t most);

#endif
