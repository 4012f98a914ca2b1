/* SPDX-License-Identifier: MIT */
/* One io_uring instance of a tracee: where its rings are, and what stands in them. Everything there
 * is written by the tracee and may be anything. Layout: linux/io_uring.h, io_uring_setup(2). */
#ifndef TRACER_URING_RING_H
#define TRACER_URING_RING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct ring {
	int fd;
	struct io_uring_params params;
	uint64_t submissions, completions, entries; /* addresses; 0: not known */
	uint32_t seen;                              /* completions that were read */
	struct ring *next;                          /* made before this one */
	bool is_unreadable; /* laid out in a way that is newer than we are */
};

/* Reads what the kernel has said of the new instance. The numbers of entries are clamped to what it
 * makes, and to 0 where the rings are unreadable: their bytes would be taken for something else. */
void ring_describe(struct ring *ring, pid_t tid, uint64_t params);

/* Finds where the rings are mapped: among the process's mappings of io_uring those that belong to
 * no other ring, `rings` being all, the last made first. */
void ring_locate(struct ring *ring, const struct ring *rings, pid_t tid);

/* Reads up to `count` entries that are offered to the kernel; returns how many. */
uint32_t ring_offered(
	const struct ring *ring, pid_t tid, struct io_uring_sqe *entries, uint32_t count);

/* Reads the next completion; false when there is none. Those that were overwritten before they
 * could be read are counted in `lost`. */
bool ring_completed(struct ring *ring, pid_t tid, struct io_uring_cqe *completion, uint32_t *lost);

#endif
