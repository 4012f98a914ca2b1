/* SPDX-License-Identifier: MIT */
/*
 * Has a stopped thread install one more seccomp filter, by calls that the thread makes itself. Its
 * registers and signal mask are afterwards as they were. The filter stands in a page that is mapped
 * for it and unmapped again, so that no memory of the program is touched.
 */
#ifndef TRACER_INJECTION_H
#define TRACER_INJECTION_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "tracer/ptrace/stop.h"

enum injection_answer {
	INJECTION_DONE,
	INJECTION_NOT_HERE, /* not possible now; perhaps at the exit of a later call */
	INJECTION_REFUSED,  /* by the kernel */
};

/* Where the thread has stopped. A call at whose entry it stands is made anew afterwards. */
enum injection_point { INJECTION_AT_ENTRY, INJECTION_AT_EXIT };

/* The input of an injection beside the thread, and its answers. */
struct injection_target {
	struct stop_queue *stops; /* borrowed */
	uint64_t page;            /* of the thread's memory, left from an attempt; 0: none */
	bool has_next_stop;       /* the thread's next stop was put aside there */
	bool has_vanished;        /* the thread was killed meanwhile: its end is reported next */
};

/* The filter holds for all threads of the process: SECCOMP_FILTER_FLAG_TSYNC. Signals that arrive
 * meanwhile wait. */
enum injection_answer injection_install(pid_t tid, const struct sock_fprog *filter,
	enum injection_point point, struct injection_target *target);

#endif
