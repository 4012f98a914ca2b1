/* SPDX-License-Identifier: MIT */
/* The threads and processes that are traced. */
#ifndef TRACER_TRACEES_H
#define TRACER_TRACEES_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/id_map.h"
#include "tracer/call/call.h"
#include "tracer/model/descriptors.h"
#include "tracer/model/rings.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/tracee.h"

struct uring_offer;
struct hot_space;
struct hot_thread;

/* So many rings a thread may register: IO_RINGFD_REG_MAX in include/linux/io_uring_types.h. */
#define REGISTERED_RINGS 16

/* The calls of a process that stop: coverage.c. */
struct process_coverage {
	uint64_t covered;           /* blocks of numbers that its filters stop at */
	unsigned int installed;     /* filters of ours; 0: not known, or none */
	bool is_stepped;            /* stops at all of its calls, for filters cannot be used */
	bool is_refused;            /* the kernel lets it have no more filters */
	unsigned int stepped_calls; /* in a row, for want of a filter */
	uint64_t injection_page;    /* injection.h */
};

/* Longer names of programs are cut. */
#define PROGRAM_NAME_SIZE 64

struct traced_process {
	pid_t pid;
	/* The name of the file that it runs, which is no name that it has given itself. */
	char file[PROGRAM_NAME_SIZE];
	unsigned int threads;
	bool has_started;   /* runs the program, not our code between fork and exec */
	bool is_suppressed; /* nothing is written of it: --no-follow */
	bool is_sandboxed;  /* may have a filter of its own */
	bool is_supervised; /* by a process that may give it descriptors: seccomp_unotify(2) */
	bool shares_memory; /* with its parent, until it loads a program: vfork(2) */
	bool is_announced;  /* the last line says that it runs on without a tracer */
	struct process_coverage coverage;
	unsigned int bypass_warnings; /* the same: bypass.c */
	unsigned int uring_warnings;  /* which were said: uring.c */
	struct hot_space *hot;        /* its memory, if its calls were counted: hot.h */
};

/* The state of a thread, as far as the tracer knows. */
enum thread_state {
	THREAD_RUNNING,
	THREAD_UNKNOWN,     /* stopped before the call that made it was reported */
	THREAD_EXPECTED,    /* that call was reported, its own first stop was not */
	THREAD_IN_CALL,     /* between a call's entry and its exit */
	THREAD_INTERRUPTED, /* a signal came; the call may be restarted, or fail with EINTR */
};

/* The processor that a thread runs on: affinity.c. Starts as a struct of zeros. */
struct pinning {
	bool is_pinned;          /* to the tracer's processor */
	bool has_own;            /* `own` is the mask that the program has given it */
	unsigned int stops;      /* since it was last looked at */
	unsigned int window;     /* it is looked at after so many, as long as it is not pinned */
	unsigned int idle_ticks; /* in a row */
	int64_t since_ns;        /* when it was last looked at, */
	uint64_t delay_ns;       /* and how much it had run and waited to run by then */
	int core;                /* that it is or was pinned to */
	cpu_set_t own;
	struct thread *next, *previous; /* of those that are pinned */
};

/* What is left of a call that was cut short: rest.c. */
struct rest {
	bool is_under_way;
	bool is_pipe, is_tcp;
	bool is_waiting; /* for something to receive */
	int row;
	struct syscall_entry entry;
	struct registers registers; /* the program's, after the call */
	uint64_t asked, done;       /* bytes, by the call and those for its rest */
	uint64_t piece;             /* of these, what the present one is to move */
	uint64_t bytes, segments;   /* where they are, or where the segments are listed; 0: none */
};

/* The limit of time of a call that was interrupted: deadlines.c. */
struct call_limit {
	int64_t deadline_ns; /* by the clock of the log; 0: none */
	int32_t result;      /* which the call returns there */
};

struct thread {
	pid_t tid;
	enum thread_state state;
	bool is_in_group_stop;
	bool has_entered;      /* a call whose entry was seen because the thread is stepped */
	bool is_restarted;     /* its last call has failed with EINTR, and is to be made again */
	unsigned int restarts; /* in a row */
	bool is_strict;        /* in seccomp's strict mode, as far as it knows */
	bool is_interrupted;   /* by us, and that stop was not seen yet */
	bool is_settling;      /* makes the call again that attaching has interrupted */
	int restart_row; /* what restart_syscall(2) goes on with, if that is its next call; or -1 */
	int64_t interruption;           /* of THREAD_INTERRUPTED: what the call returned */
	struct traced_process *process; /* shared by its threads; NULL: not known yet */
	struct descriptor_table *table; /* shared */
	bool is_detached;               /* it has no tracer any more */
	struct captured_call *call;     /* owned; used for one call after the other */
	struct rest rest;
	struct call_limit limit;
	struct pinning pinning;
	struct hot_thread *hot;    /* owned: records its calls itself; NULL: it does not */
	struct uring_offer *offer; /* owned: what it submits to an io_uring; NULL: nothing */
	struct ring_identity
		*registered_rings[REGISTERED_RINGS]; /* by index: io_uring_register(2) */
	bool reports_exit;                           /* it stops once more before it ends, */
	bool is_leaving;                             /* and has done so */
};

/* All of them. Starts as a struct of zeros. */
struct tracees {
	struct id_map threads;      /* struct thread, owned */
	unsigned int limited;       /* how many have a limit */
	unsigned int settling;      /* how many are */
	unsigned int unknown;       /* how many are THREAD_UNKNOWN, */
	unsigned int unknown_ticks; /* and for how many ticks there have been any */
};

/* The thread, or NULL. */
struct thread *tracees_find(const struct tracees *tracees, pid_t tid);

/* One after the other: `*at` starts at 0. NULL after the last one. */
struct thread *tracees_next(const struct tracees *tracees, size_t *at);

struct thread *tracees_add(struct tracees *tracees, pid_t tid, enum thread_state state);

/* The thread goes by another number from now on. */
void tracees_renumber(struct tracees *tracees, struct thread *thread, pid_t tid);

/* Takes the number out. The thread itself is not freed. */
void tracees_forget(struct tracees *tracees, pid_t tid);

/* Frees the thread, which has left its process and its table. */
void tracees_remove(struct tracees *tracees, struct thread *thread);

void tracees_free(struct tracees *tracees);

/* A process without threads; free it with free(3). */
struct traced_process *process_new(pid_t pid);

/* The thread is one of the process's. */
void process_join(struct traced_process *process, struct thread *thread);

#endif
