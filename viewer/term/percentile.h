/* SPDX-License-Identifier: MIT */
/* Percentiles of lengths of time. */
#ifndef VIEWER_PERCENTILE_H
#define VIEWER_PERCENTILE_H

#include <stddef.h>
#include <stdint.h>

/* Puts them in order, the shortest first. */
void percentile_sort(int64_t *times_ns, size_t count);

/* Of times in order, at least one: the upper median, and what 99 of 100 do not exceed. */
int64_t percentile_50(const int64_t *sorted_ns, size_t count);
int64_t percentile_99(const int64_t *sorted_ns, size_t count);

#endif
