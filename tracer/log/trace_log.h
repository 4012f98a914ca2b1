/* SPDX-License-Identifier: MIT */
/* The trace that is being written: its clock, the numbers of its calls, and its lines. */
#ifndef TRACER_TRACE_LOG_H
#define TRACER_TRACE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "format/json_writer.h"
#include "tracer/call/call.h"
#include "tracer/log/queue.h"
#include "tracer/proc/socket_table.h"

struct trace_log {
	int64_t began_ns;
	uint64_t last_seq;
	bool asks_tcp;               /* the kernel is asked what TCP was doing */
	bool has_recorder;           /* hot calls may be recorded in the tracee */
	bool has_keys;               /* keys of TLS are asked for */
	bool follows_nobody;         /* what a process starts is left out */
	uint64_t recorded_in_tracee; /* so many of the calls were */
	struct trace_queue *queue;   /* owned */
	struct json_writer line;     /* the one that is being made */
	bool is_closed;              /* nothing is written any more */
	struct socket_tables tables; /* in which records look sockets up */
	unsigned int refused;        /* which warnings were given: record_refused */
};

/* Begins now. `queue_bytes` is a power of two. */
void log_begin(struct trace_log *log, size_t queue_bytes);
void log_free(struct trace_log *log);

/* Nanoseconds since the trace began. */
int64_t log_now(const struct trace_log *log);

/* Gives the call its number, and puts it into the queue. */
void log_call(struct trace_log *log, struct captured_call *call);

/* Puts what stands in `line` into the queue. */
void log_line(struct trace_log *log);

/* The trace is complete. */
void log_close(struct trace_log *log);

#endif
