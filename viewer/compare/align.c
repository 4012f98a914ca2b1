/* SPDX-License-Identifier: MIT */
#include "viewer/compare/align.h"

#include <stdlib.h>

#include "format/memory.h"

#define NOWHERE SIZE_MAX

/* A thing of a sequence, and where it stands. */
struct standing {
	uint32_t thing;
	size_t at;
};

static int by_thing(const void *one, const void *other)
{
	const struct standing *a = one, *b = other;

	if (a->thing != b->thing)
		return a->thing < b->thing ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static struct standing *sorted(const uint32_t *things, size_t count)
{
	struct standing *placed = xcalloc(count + 1, sizeof(*placed));

	for (size_t i = 0; i < count; i++)
		placed[i] = (struct standing){things[i], i};
	qsort(placed, count, sizeof(*placed), by_thing);
	return placed;
}

/* Of each of the second sequence where it stands in the first one, or NOWHERE. */
static size_t *pair_up(
	const uint32_t *first, size_t first_count, const uint32_t *second, size_t second_count)
{
	struct standing *ones = sorted(first, first_count), *others = sorted(second, second_count);
	size_t *pairs = xcalloc(second_count + 1, sizeof(*pairs));
	size_t i = 0;

	for (size_t j = 0; j < second_count; j++) {
		while (i < first_count && ones[i].thing < others[j].thing)
			i++;
		bool is_there = i < first_count && ones[i].thing == others[j].thing;
		pairs[others[j].at] = is_there ? ones[i++].at : NOWHERE;
	}
	free(ones);
	free(others);
	return pairs;
}

/* Keeps those that stand somewhere. */
static void keep(uint32_t *things, size_t *count, const size_t *pairs)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++)
		if (pairs[i] != NOWHERE)
			things[kept++] = things[i];
	*count = kept;
}

void align_common(uint32_t *first, size_t *first_count, uint32_t *second, size_t *second_count)
{
	size_t *of_second = pair_up(first, *first_count, second, *second_count);
	size_t *of_first = pair_up(second, *second_count, first, *first_count);

	keep(first, first_count, of_first);
	keep(second, second_count, of_second);
	free(of_first);
	free(of_second);
}

/* The first of the piles whose top stands behind `at`. */
static size_t pile_for(const size_t *piles, size_t count, const size_t *pairs, size_t at)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (pairs[piles[middle]] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t align_moved(const uint32_t *first, size_t first_count, const uint32_t *second,
	size_t second_count, bool *moved)
{
	size_t *pairs = pair_up(first, first_count, second, second_count);
	size_t *piles = xcalloc(second_count + 1, sizeof(*piles));
	size_t *before = xcalloc(second_count + 1, sizeof(*before));
	size_t pile_count = 0, paired = 0;

	for (size_t j = 0; j < second_count; j++) {
		moved[j] = pairs[j] != NOWHERE;
		if (!moved[j])
			continue;
		size_t pile = pile_for(piles, pile_count, pairs, pairs[j]);
		before[j] = pile > 0 ? piles[pile - 1] : NOWHERE;
		piles[pile] = j;
		pile_count += pile == pile_count;
		paired++;
	}
	for (size_t j = pile_count > 0 ? piles[pile_count - 1] : NOWHERE; j != NOWHERE;
		j = before[j])
		moved[j] = false;
	free(pairs);
	free(piles);
	free(before);
	return paired - pile_count;
}
