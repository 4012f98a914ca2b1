/*
 * Has a stopped thread install one more seccomp filter, by calls that it makes itself: its
 * registers and signal mask are afterwards as they were, and a page that is there only meanwhile
 * holds the filter, so that neither its stack nor any other memory of it is touched.
 */
#ifndef TRACER_INJECTION_H
#define TRACER_INJECTION_H

#include <linux/filter.h>
#include <stdbool.h>

#include "tracer/stop.h"

enum injection_answer {
	INJECTION_DONE,
	INJECTION_NOT_HERE, /* the thread did not come here by a call: at the next one's exit */
	INJECTION_REFUSED,  /* by the kernel */
	INJECTION_GONE,     /* something else became of the thread: `stop` tells what */
};

/* Where the thread stands. From its entry the call is made anew. */
enum injection_place { INJECTION_AT_ENTRY, INJECTION_AT_EXIT };

/* The filter holds for all threads of the process: SECCOMP_FILTER_FLAG_TSYNC. Signals that arrive
 * meanwhile wait. */
enum injection_answer injection_install(
	pid_t tid, const struct sock_fprog *filter, enum injection_place place, struct stop *stop);

#endif
