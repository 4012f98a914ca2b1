/* SPDX-License-Identifier: MIT */
/* How far the reading of a large trace is, on standard error where that is a terminal. */
#ifndef VIEWER_PROGRESS_H
#define VIEWER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Starts as a struct of zeros. */
struct progress {
	int64_t began_ns, shown_ns;
	bool is_shown;
};

/* Shows nothing in the first second. `whole` may be 0: not known. */
void progress_show(struct progress *progress, uint64_t done, uint64_t whole);

/* Takes it away again. */
void progress_end(struct progress *progress);

#endif
