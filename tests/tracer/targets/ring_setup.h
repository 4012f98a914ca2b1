/* SPDX-License-Identifier: MIT */
/* io_uring_setup(2) for programs that tests trace. */
#ifndef TESTS_RING_SETUP_H
#define TESTS_RING_SETUP_H

#include <errno.h>
#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A descriptor, or -1 with errno. Newer kernels count a ring's memory against the RLIMIT_MEMLOCK of
 * an ordinary user, of all its processes, and give it back some time after the ring is closed:
 * io_create_region in io_uring/memmap.c, io_ring_exit_work in io_uring/io_uring.c. It is waited
 * for. */
static inline int ring_setup(unsigned count, struct io_uring_params *params)
{
	int fd;

	for (int i = 0; (fd = (int)syscall(SYS_io_uring_setup, count, params)) < 0 &&
			errno == ENOMEM && i < 1000;
		i++)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	return fd;
}

#endif
