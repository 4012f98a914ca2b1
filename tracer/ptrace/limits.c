/* SPDX-License-Identifier: MIT */
#include "tracer/ptrace/limits.h"

#include <stddef.h>
#include <sys/resource.h>

/* At the first one the kernel sends a signal that would end socktrace, and the program with it. */
static const int raised[] = {
	RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_AS, RLIMIT_NOFILE, RLIMIT_NPROC};

void limits_raise(void)
{
	struct rlimit limit;

	for (size_t i = 0; i < sizeof(raised) / sizeof(raised[0]); i++) {
		if (getrlimit(raised[i], &limit) != 0)
			continue;
		limit.rlim_cur = limit.rlim_max;
		setrlimit(raised[i], &limit);
	}
}
