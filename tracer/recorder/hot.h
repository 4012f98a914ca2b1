/* SPDX-License-Identifier: MIT */
/*
 * What the tracer knows of the recorders that it has put into programs: for each memory that a
 * process has, or several share, and for each thread that has an area there.
 *
 *	counted ──hot──> set up (set_up.h) ──> sites patched (patcher.h), threads given areas
 *	   └── refused: its calls stop as ever
 */
#ifndef TRACER_HOT_H
#define TRACER_HOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/id_map.h"
#include "tracer/call/recorded_calls.h"
#include "tracer/model/tracees.h"
#include "tracer/recorder/area.h"
#include "tracer/recorder/patch.h"
#include "tracer/recorder/ring.h"
#include "tracer/recorder/tsc.h"
#include "tracer/recorder/words.h"

/* A `syscall` instruction of a program. */
struct hot_site {
	uint64_t address;
	unsigned int stops; /* for calls made there */
	bool is_patched, is_refused;
};

/* One memory, which processes share that vfork(2) or clone(2) has made. */
struct hot_space {
	unsigned int processes;
	pid_t owner;        /* the process whose threads may have areas */
	unsigned int stops; /* for calls that a recorder could have recorded */
	bool is_refused;    /* no recorder is put there, and no more sites are patched */
	bool is_unmapped;   /* its memory is taken out of the program again, as far as it can be */
	bool is_paused;     /* something is under way that a recorder would miss */
	unsigned char
		*shared; /* owned: the shared memory, as the tracer has it; NULL: not set up */
	uint64_t taken[(AREA_COUNT + 63) / 64]; /* areas that threads have */
	struct words words;
	struct id_map sites; /* struct hot_site by address, owned */
	struct patch_plan
		*plans; /* owned: those that were carried out, also where they were inherited */
	size_t plan_count, plan_capacity;
};

/* A thread that has an area. */
struct hot_thread {
	struct area_ring ring;
	bool is_broken;          /* its ring is: nothing is taken out of it any more */
	struct thread *thread;   /* borrowed */
	struct hot_space *space; /* borrowed: of its process */
	unsigned int index;      /* of its area in there */
	struct hot_thread *next, *previous;
	uint64_t entered; /* the call that began then is thread->call; 0: none */
	uint64_t awaited; /* when the call ended whose record was being written at the last tick */
	uint64_t seen;    /* when the call began that it was in at the last tick */
	int64_t last_ns;  /* when its last call ended, by the clock of the log */
};

/* Of one trace. Starts as a struct of zeros. */
struct recorder {
	bool is_used;               /* the machine has what it takes, and the user wants it */
	bool is_hot[RECORDED_ROWS]; /* by the index of the row: calls that a recorder records */
	uint32_t payload;           /* bytes that are kept of a payload */
	struct hot_thread *first;
	bool has_broken; /* one of them is */
	struct tsc_clock clock;
	/* When all rings were looked into for the stop that is handled, by the log's clock: what
	 * they held has ended before, what they will hold has not. 0: not for this stop. */
	int64_t looked_ns;
	size_t fullest;          /* bytes that the fullest ring had at the last look */
	unsigned int calm_looks; /* in a row, that found little in each ring */
	unsigned int pace;       /* of the ticks: drain.c */
	/* For the time of a drain. */
	struct captured_call *call; /* owned; NULL before the first one */
	struct ring_list list;
	struct hot_thread **heap; /* owned */
	size_t heap_capacity;
};

/* The memory of the process, which is new when nothing was counted there yet. */
struct hot_space *hot_space_get(struct traced_process *process);

/* The process `child` has the memory of its parent, or a copy of it. */
void hot_space_share(struct traced_process *child, const struct traced_process *parent);
void hot_space_copy(struct traced_process *child, const struct traced_process *parent);

/* The process has no memory any more, or another one. Its threads have no areas. */
void hot_space_leave(struct traced_process *process);

/* The site at the address, or NULL. */
const struct hot_site *hot_site_find(const struct hot_space *space, uint64_t address);

/* The site at the address, which is new when it was not counted yet. */
struct hot_site *hot_site_get(struct hot_space *space, uint64_t address);

/* Has the stopped thread record its calls from now on. False when it cannot. */
bool hot_thread_begin(struct recorder *recorder, struct thread *thread);

/* The thread does so no more: it is stopped, or gone. What is in its ring is lost. */
void hot_thread_end(struct recorder *recorder, struct thread *thread);

/* A new thread or process has stopped for the first time: its gs is not that of its maker. */
void hot_thread_born(pid_t tid);

/* A copy of the thread's area. */
void hot_area_copy(const struct hot_thread *hot, struct area *area);

#endif
