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
	struct io_uring_params params;
	uint64_t inode; /* of its file; 0: it has no descriptor */
	pid_t pid;      /* of the process that the addresses are of; 0: not known yet */
	uint64_t submissions, completions, entries; /* addresses; 0: not known */
	uint32_t seen;                              /* completions that were read */
	uint32_t claimed;    /* the entry behind the last one that a thread is submitting, */
	uint32_t submitting; /* and how many threads are */
	bool is_unreadable;  /* laid out in a way that is newer than we are */
};

/* Reads what the kernel has said of the new instance. The numbers of entries are clamped to what it
 * makes, and to 0 where the rings are unreadable: their bytes would be taken for something else. */
void ring_describe(struct ring *ring, pid_t tid, uint64_t params);

/* The same after IORING_REGISTER_RESIZE_RINGS: its flags and what stands in it stay. */
void ring_describe_again(struct ring *ring, pid_t tid, uint64_t params);

/* Finds where the thread's process has mapped the rings, unless that is known. */
void ring_locate(struct ring *ring, pid_t pid, pid_t tid);

/* True when the addresses that are known can be read. */
bool ring_is_there(const struct ring *ring, pid_t tid);

/* Maps the completions into our own memory, for as long as that takes, through the process's
 * descriptor `fd`: who closes a ring may have unmapped it before. `mapped` is the same ring there,
 * to be read with our own tid. False when it cannot be had. */
bool ring_map(const struct ring *ring, pid_t pid, pid_t tid, int fd, struct ring *mapped);
void ring_unmap(const struct ring *mapped);

/* Reads up to `count` entries that are offered to the kernel, and that no other thread is
 * submitting; returns how many. */
uint32_t ring_offered(struct ring *ring, pid_t tid, struct io_uring_sqe *entries, uint32_t count);

/* Reads up to `count` of the next completions, which may be fewer than there are; returns how many,
 * 0 when there is none. Those that were overwritten before they could be read are counted in
 * `lost`. */
uint32_t ring_completed(struct ring *ring, pid_t tid, struct io_uring_cqe *completions,
	uint32_t count, uint32_t *lost);

#endif
