/* SPDX-License-Identifier: MIT */
/*
 * Has a stopped thread install one more seccomp filter, by calls that it makes itself: its
 * registers and signal mask are afterwards as they were, and a page that is there only meanwhile
 * holds the filter, so that neither its stack nor any other memory of it is touched.
 */
#ifndef TRACER_INJECTION_H
#define TRACER_INJECTION_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "tracer/ptrace/stop.h"

enum injection_answer {
	INJECTION_DONE,
	INJECTION_NOT_HERE, /* not possible at this moment: at the exit of a later call */
	INJECTION_REFUSED,  /* by the kernel */
};

/* Where the thread stands. From its entry the call is made anew. */
enum injection_point { INJECTION_AT_ENTRY, INJECTION_AT_EXIT };

/* Beside the thread what an injection knows and tells. */
struct injection_target {
	struct stop_queue *stops; /* borrowed */
	uint64_t page;            /* of the thread's memory, left from an attempt; 0: none */
	bool has_next_stop;       /* the thread's next stop was put aside there */
	bool has_vanished;        /* it was killed meanwhile, which its next stop will tell */
};

/* The filter holds for all threads of the process: SECCOMP_FILTER_FLAG_TSYNC. Signals that arrive
 * meanwhile wait. */
enum injection_answer injection_install(pid_t tid, const struct sock_fprog *filter,
	enum injection_point point, struct injection_target *target);

#endif
