/* SPDX-License-Identifier: MIT */
#include "viewer/term/percentile.h"

#include <stdlib.h>

static int by_length(const void *one, const void *other)
{
	int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;

	return (a > b) - (a < b);
}

void percentile_sort(int64_t *times_ns, size_t count)
{
	if (count > 0)
		qsort(times_ns, count, sizeof(*times_ns), by_length);
}

int64_t percentile_50(const int64_t *sorted_ns, size_t count)
{
	return sorted_ns[count / 2];
}

int64_t percentile_99(const int64_t *sorted_ns, size_t count)
{
	return sorted_ns[count - 1 - count / 100];
}
