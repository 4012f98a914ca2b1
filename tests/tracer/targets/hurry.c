/* SPDX-License-Identifier: MIT */
/* A clock that takes a second between one look and the next, for a program that is preloaded with
 * it: what it waits for with patience is late. */
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static atomic_long looks;
	int result = (int)syscall(SYS_clock_gettime, clock, now);

	if (result == 0 && clock == CLOCK_MONOTONIC)
		now->tv_sec += atomic_fetch_add(&looks, 1);
	return result;
}
