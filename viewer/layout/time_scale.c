/* SPDX-License-Identifier: MIT */
#include "viewer/layout/time_scale.h"

#include <stdlib.h>

#include "format/memory.h"

static int by_time(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static size_t unique(int64_t *moments, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (kept == 0 || moments[i] != moments[kept - 1])
			moments[kept++] = moments[i];
	return kept;
}

/* Never 0, however large the times of a hostile trace are: as floating-point numbers large ones
 * that differ would be the same. */
static double gap(const struct time_scale *scale, size_t i)
{
	return (double)((uint64_t)scale->moments[i] - (uint64_t)scale->moments[i - 1]);
}

/* The largest gap that is not folded; 0 when there is none. */
static size_t largest_gap(const struct time_scale *scale)
{
	size_t largest = 0;

	for (size_t i = 1; i < scale->count; i++)
		if (!scale->is_folded[i] && (largest == 0 || gap(scale, i) > gap(scale, largest)))
			largest = i;
	return largest;
}

/* Where there are more moments than columns anyway, as in most traces of real programs, gaps are
 * folded sooner, but no more than a part of the width is given to them. */
#define CROWDED_SHARE 5

/* Folds gaps that are longer than all the rest together. Returns how many. */
static size_t fold(struct time_scale *scale)
{
	double rest = (double)scale->moments[scale->count - 1] - (double)scale->moments[0];
	bool is_crowded = scale->count > scale->width;
	size_t folds = 0;

	while (folds < SCALE_MAX_FOLDS && scale->count > folds + 3) {
		size_t largest = largest_gap(scale);
		size_t taken = (folds + 1) * SCALE_FOLD_COLUMNS;
		if (gap(scale, largest) < rest / (is_crowded ? CROWDED_SHARE : 2) ||
			taken > scale->width / 2 ||
			(!is_crowded && scale->count + taken > scale->width))
			break;
		rest -= gap(scale, largest);
		scale->is_folded[largest] = true;
		folds++;
	}
	return folds;
}

/* Every gap gets `least` columns, and of what is left its share by time. */
static void place(struct time_scale *scale, size_t folds, size_t least)
{
	size_t gaps = scale->count - 1 - folds;
	size_t fixed = folds * SCALE_FOLD_COLUMNS + gaps * least;
	double spare = (double)(scale->width - 1 - fixed), total = 0, at = 0;

	for (size_t i = 1; i < scale->count; i++)
		total += scale->is_folded[i] ? 0 : gap(scale, i);
	for (size_t i = 1; i < scale->count; i++) {
		if (scale->is_folded[i])
			at += SCALE_FOLD_COLUMNS;
		else
			at += (double)least + spare * gap(scale, i) / total;
		scale->columns[i] = (size_t)(at + 0.001);
		if (scale->columns[i] >= scale->width)
			scale->columns[i] = scale->width - 1;
	}
}

static void place_folded(struct time_scale *scale)
{
	size_t folds = fold(scale);
	size_t needed = scale->count - folds + folds * SCALE_FOLD_COLUMNS;

	place(scale, folds, needed <= scale->width ? 1 : 0);
}

struct time_scale *time_scale_new(int64_t *moments, size_t count, size_t width, bool is_linear)
{
	struct time_scale *scale = xcalloc(1, sizeof(*scale));

	if (count > 0)
		qsort(moments, count, sizeof(*moments), by_time);
	scale->moments = moments;
	scale->count = unique(moments, count);
	scale->width = width;
	scale->columns = xcalloc(count + 1, sizeof(*scale->columns));
	scale->is_folded = xcalloc(count + 1, sizeof(*scale->is_folded));
	if (scale->count < 2)
		return scale;
	if (is_linear)
		place(scale, 0, 0);
	else
		place_folded(scale);
	return scale;
}

void time_scale_free(struct time_scale *scale)
{
	if (!scale)
		return;
	free(scale->moments);
	free(scale->columns);
	free(scale->is_folded);
	free(scale);
}

size_t time_scale_index(const struct time_scale *scale, int64_t moment)
{
	size_t low = 0, high = scale->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (scale->moments[middle] <= moment)
			low = middle;
		else
			high = middle;
	}
	return low;
}

size_t time_scale_column(const struct time_scale *scale, int64_t moment)
{
	return scale->count ? scale->columns[time_scale_index(scale, moment)] : 0;
}
