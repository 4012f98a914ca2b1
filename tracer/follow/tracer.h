/* SPDX-License-Identifier: MIT */
/* The state of one trace. */
#ifndef TRACER_TRACER_H
#define TRACER_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/scratch.h"
#include "tracer/call/capture.h"
#include "tracer/call/recorded_calls.h"
#include "tracer/filter/coverage.h"
#include "tracer/follow/affinity.h"
#include "tracer/log/key_log.h"
#include "tracer/log/trace_log.h"
#include "tracer/model/tracees.h"
#include "tracer/ptrace/stop.h"
#include "tracer/ptrace/ticks.h"
#include "tracer/recorder/hot.h"

/* The user's choices, as far as they concern tracing. */
struct settings {
	const struct recorded_calls *recorded; /* borrowed: which calls get a record */
	char *const *command; /* borrowed, ends with NULL: what is launched; NULL: nothing */
	struct payload_limits payload;
	bool is_attached;         /* to processes that ran before, instead of launching one */
	const char *left_running; /* borrowed: what is said to be, when it has attached; or NULL */
	bool is_unfiltered; /* no process has a filter of ours, so that all can be detached from */
	bool detaches_on_exit; /* of what was launched */
	bool no_follow;        /* suppress the processes that the program starts */
	bool stops_at_all;     /* --stop=all: the filter has calls on any descriptor */
	bool has_recorder;     /* hot calls are recorded in the tracee: --recorder=auto */
};

/* The program that was launched, or the first process that was attached to. */
struct program {
	pid_t pid;
	bool has_begun; /* it was loaded: the trace has its first line */
	bool has_ended;
	struct stop end; /* says how */
	int stopped_by;  /* the signal that stopped it, for the tracer to stop with, too; 0: none */
};

struct tracer {
	struct settings settings;
	struct program program;
	struct trace_log log;
	struct key_log *keys; /* borrowed; NULL: none */
	struct tracees tracees;
	struct sockets sockets;
	unsigned int interest_doubts; /* interest.h */
	struct tcp_diag tcp_diag;
	struct rings rings;
	struct coverage coverage;
	struct affinity affinity;
	struct recorder recorder;
	struct ticks ticks;
	int64_t long_calls_ns; /* when it was looked for calls that take long, by the log's clock */
	struct stop_queue stops;
	struct stop stop;        /* the one that is handled */
	bool is_passing_through; /* there is no memory for a trace: passthrough.h */
	struct scratch scratch;  /* for the time of a stop */
};

#endif
