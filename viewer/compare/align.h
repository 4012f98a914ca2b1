/* SPDX-License-Identifier: MIT */
/* Which of two sequences of the same things stand in the same order in both. */
#ifndef VIEWER_ALIGN_H
#define VIEWER_ALIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes out of both sequences what is not in the other one: of a thing that is more often in one,
 * its last ones there. n log n. */
void align_common(uint32_t *first, size_t *first_count, uint32_t *second, size_t *second_count);

/*
 * Each thing has a number; the nth of its kind in the first sequence is the nth in the second one.
 * Marks in `moved`, one for each of the second sequence, those that are in both and stand
 * elsewhere: of all ways to say which have moved, one that says it of the fewest. Returns how many.
 * n log n of both together, whatever is in them: of such pairs the longest increasing subsequence
 * is found, as patience diff does (Bram Cohen), which a table of all pairs is not needed for.
 */
size_t align_moved(const uint32_t *first, size_t first_count, const uint32_t *second,
	size_t second_count, bool *moved);

#endif
