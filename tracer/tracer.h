/* SPDX-License-Identifier: MIT */
/* The state of one trace. */
#ifndef TRACER_TRACER_H
#define TRACER_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/scratch.h"
#include "tracer/affinity.h"
#include "tracer/call/selection.h"
#include "tracer/filter/filter.h"
#include "tracer/log/trace_log.h"
#include "tracer/model/tracees.h"
#include "tracer/ptrace/stop.h"
#include "tracer/ptrace/ticks.h"

struct tracer {
	const struct selection *selection; /* borrowed: which calls get a record */
	char *const *command;              /* borrowed, ends with NULL: what is launched */
	size_t payload;                    /* bytes kept of what a call moves */
	struct trace_log log;
	pid_t program; /* the process that was launched */
	int exit_code; /* how it ended, or */
	int signal;
	bool is_attached;      /* to processes that ran before, instead of launching one */
	bool is_unfiltered;    /* without a filter, what is traced can be let go */
	bool detaches_on_exit; /* of what was launched */
	bool no_follow;        /* leave out the processes that those start */
	bool has_begun;        /* the program was loaded: the trace has its first line */
	bool has_ended;
	int wants_stop; /* the signal that stopped it, for the tracer to stop with, too; 0: none */
	struct sockets sockets;
	unsigned int interest_doubts; /* interest.h */
	struct scratch scratch;       /* for the moment of a stop */
	struct tracees tracees;
	struct filters filters;
	struct affinity affinity;
	struct ticks ticks;
	bool stops_at_all; /* --stop=all: the filter has calls on any descriptor */
	struct stop_queue stops;
	struct stop stop;    /* the one that is handled */
	bool is_blind;       /* there is no memory for a trace: blind.h */
	bool is_handed_over; /* the thread that was worked on: its next stop has come already */
};

#endif
