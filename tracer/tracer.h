/* SPDX-License-Identifier: MIT */
/* The state of one trace, and the threads and processes in it. */
#ifndef TRACER_TRACER_H
#define TRACER_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/id_map.h"
#include "format/scratch.h"
#include "tracer/affinity.h"
#include "tracer/call/call.h"
#include "tracer/call/selection.h"
#include "tracer/filter/filter.h"
#include "tracer/log/trace_log.h"
#include "tracer/model/descriptors.h"
#include "tracer/ptrace/stop.h"
#include "tracer/ptrace/ticks.h"

struct uring;
struct uring_offer;

struct traced_process {
	pid_t pid;
	unsigned int threads;
	unsigned int uring_warnings; /* which were said: uring.c */
	struct uring *urings;        /* owned; the last made first */
	bool is_suppressed;          /* nothing is written of it: --no-follow */
	bool is_stepped;             /* stops at all of its calls, for filters cannot be used */
	bool is_refused;             /* the kernel lets it have no more filters */
	bool is_sandboxed;           /* may have a filter of its own */
	bool is_supervised;          /* by who may give it descriptors: seccomp_unotify(2) */
	unsigned int stepped_calls;  /* in a row, for want of a filter */
	bool shares_memory;          /* with its parent, until it loads a program: vfork(2) */
	uint64_t injection_page;     /* injection.h */
	uint64_t covered;            /* blocks of numbers that its filters stop at */
	bool is_told;                /* to go on without a tracer */
	bool has_started;            /* runs the program, not our code between fork and exec */
};

/* What the tracer knows that a thread is doing. */
enum thread_state {
	THREAD_RUNNING,
	THREAD_UNKNOWN,     /* stopped before the call that made it was reported */
	THREAD_EXPECTED,    /* that call was reported, its own first stop was not */
	THREAD_IN_CALL,     /* between a call's entry and its exit */
	THREAD_INTERRUPTED, /* a signal came; the call may be restarted, or fail with EINTR */
};

struct thread {
	pid_t tid;
	enum thread_state state;
	bool is_recorded; /* the call in progress gets a record */
	bool is_in_group_stop;
	bool has_entered;      /* a call whose entry was seen because the thread is stepped */
	bool is_restarted;     /* its last call has failed with EINTR, and is to be made again */
	unsigned int restarts; /* in a row */
	bool is_strict;        /* in seccomp's strict mode, as far as it knows */
	bool is_interrupted;   /* by us, and that stop was not seen yet */
	int64_t interruption;  /* of THREAD_INTERRUPTED: what the call returned */
	struct traced_process *process; /* shared by its threads, freed with the last */
	struct descriptor_table *table; /* shared */
	bool is_let_go;                 /* it has no tracer any more */
	bool has_less_time;             /* its call was given what is left of its timeout */
	bool is_outrun; /* the number that it is closing is another descriptor's already */
	struct captured_call *call; /* owned; used for one call after the other */
	struct seat seat;
	struct uring_offer *offer; /* owned: what it submits to an io_uring; NULL: nothing */
};

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
	struct id_map threads;        /* struct thread, owned */
	unsigned int unknown_threads; /* of those, how many wait for their parent */
	struct filters filters;
	struct affinity affinity;
	struct ticks ticks;
	unsigned int unknown_ticks; /* for which there have been unknown threads */
	bool stops_at_all;          /* --stop=all: the filter has calls on any descriptor */
	struct stop_queue stops;
	struct stop stop;    /* the one that is handled */
	bool is_blind;       /* there is no memory for a trace: blind.h */
	bool is_handed_over; /* the thread that was worked on: its next stop has come already */
};

#endif
