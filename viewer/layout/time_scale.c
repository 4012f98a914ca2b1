/* SPDX-License-Identifier: MIT */
#include "viewer/layout/time_scale.h"

#include <stdlib.h>
#include <string.h>

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
static double length(const struct time_scale *scale, size_t from, size_t to)
{
	return (double)((uint64_t)scale->moments[to] - (uint64_t)scale->moments[from]);
}

/* In proportion to time. */
static void place_linear(struct time_scale *scale)
{
	double total = length(scale, 0, scale->count - 1);

	for (size_t i = 1; i < scale->count; i++) {
		double at = (double)(scale->width - 1) * (length(scale, 0, i) / total);
		scale->columns[i] = (size_t)(at + 0.001);
	}
}

/* Each moment is as far from the one before, but for those at the two ends of a fold. */
static void place_by_rank(struct time_scale *scale)
{
	size_t folded = 0, fold = 0, last = scale->width - 1;
	double at = 0;

	for (size_t i = 0; i < scale->fold_count; i++)
		folded += scale->folds[i].to - scale->folds[i].from;
	double room = (double)last - (double)(scale->fold_count * (SCALE_FOLD_COLUMNS + 1));
	double step = room / (double)(scale->count - 1 - folded);
	for (size_t i = 1; i < scale->count; i++) {
		const struct scale_fold *next =
			fold < scale->fold_count ? &scale->folds[fold] : NULL;
		if (!next || i <= next->from) {
			at += step;
		} else if (i == next->to) {
			at += SCALE_FOLD_COLUMNS + 1;
			fold++;
		}
		size_t column = (size_t)(at + 0.001);
		scale->columns[i] = column < last ? column : last;
	}
}

/* Where on the axis the middle of what is said of a fold is; it does not reach over an edge. */
static size_t middle_of(const struct time_scale *scale, const struct scale_fold *fold)
{
	size_t middle = (scale->columns[fold->from] + scale->columns[fold->to]) / 2;
	size_t half = SCALE_FOLD_DISTANCE / 2;

	if (middle < half)
		return half;
	return middle + half > scale->width ? scale->width - half : middle;
}

static bool have_room(const struct time_scale *scale)
{
	for (size_t i = 1; i < scale->fold_count; i++)
		if (middle_of(scale, &scale->folds[i - 1]) + SCALE_FOLD_DISTANCE >
			middle_of(scale, &scale->folds[i]))
			return false;
	return scale->fold_count * SCALE_FOLD_DISTANCE <= scale->width;
}

/* The longest time between the first moments of two columns that stand side by side, if it is
 * shorter than `below`. False: there is none. */
static bool longest_stretch(
	const struct time_scale *scale, double below, struct scale_fold *longest)
{
	size_t from = 0, fold = 0;
	double most = 0;

	for (size_t i = 1; i < scale->count; i++) {
		if (scale->columns[i] == scale->columns[from])
			continue;
		bool is_folded = fold < scale->fold_count && scale->folds[fold].to == i;
		fold += is_folded;
		if (!is_folded && length(scale, from, i) > most && length(scale, from, i) < below) {
			most = length(scale, from, i);
			*longest = (struct scale_fold){from, i};
		}
		from = i;
	}
	return most > 0;
}

/* Adds it in its order; where moments have no columns of their own it goes on with one beside it.
 */
static void add_fold(struct time_scale *scale, struct scale_fold fold)
{
	bool may_join = scale->count > scale->width;
	size_t at = 0;

	while (at < scale->fold_count && scale->folds[at].to < fold.from)
		at++;
	struct scale_fold *next = &scale->folds[at];
	if (may_join && at < scale->fold_count && next->to == fold.from) {
		next->to = fold.to;
	} else if (may_join && at < scale->fold_count && next->from == fold.to) {
		next->from = fold.from;
	} else {
		memmove(next + 1, next, (scale->fold_count - at) * sizeof(*next));
		*next = fold;
		scale->fold_count++;
		at++;
		next++;
	}
}

/* Where there are more moments than columns, as in most traces of real programs, stretches are
 * folded sooner: what else is quiet has hardly any room. */
#define QUIET_SHARE         3
#define QUIET_SHARE_CROWDED 5

/* So many stretches are looked at. */
#define STRETCHES 32

/* Something is left between the folds. */
static bool has_gaps(const struct time_scale *scale)
{
	size_t gaps = scale->count - 1;

	for (size_t i = 0; i < scale->fold_count; i++)
		gaps -= scale->folds[i].to - scale->folds[i].from;
	return gaps > 1;
}

/* Folds stretches that are long beside all the rest, while there is room to say how long they are.
 */
static void fold(struct time_scale *scale)
{
	double rest = length(scale, 0, scale->count - 1), below = 2 * rest;
	double share = scale->count > scale->width ? QUIET_SHARE_CROWDED : QUIET_SHARE;
	size_t most = scale->width / SCALE_FOLD_DISTANCE;
	struct scale_fold longest = {0, 0};

	most = most < SCALE_MAX_FOLDS ? most : SCALE_MAX_FOLDS;
	for (int i = 0; i < STRETCHES && scale->fold_count < most; i++) {
		if (!longest_stretch(scale, below, &longest))
			break;
		double taken = length(scale, longest.from, longest.to);
		if (taken < rest / share)
			break;
		struct time_scale before = *scale;
		add_fold(scale, longest);
		if (has_gaps(scale)) {
			place_by_rank(scale);
			if (have_room(scale)) {
				rest -= taken;
				continue;
			}
		}
		*scale = before;
		place_by_rank(scale);
		below = taken;
	}
}

/* What is busy at either end of a stretch may make up so much of its time. */
#define BUSY_SHARE 10

static void tighten_fold(const struct time_scale *scale, struct scale_fold *fold)
{
	double spare = length(scale, fold->from, fold->to) / BUSY_SHARE;

	while (fold->from + 1 < fold->to) {
		double first = length(scale, fold->from, fold->from + 1);
		double last = length(scale, fold->to - 1, fold->to);
		if (first > spare && last > spare)
			break;
		spare -= first < last ? first : last;
		fold->from += first < last;
		fold->to -= first >= last;
	}
}

/* Columns have many moments each: those that are close to what comes before or after a stretch
 * stand there. */
static void tighten(struct time_scale *scale)
{
	struct time_scale before = *scale;

	for (size_t i = 0; i < scale->fold_count; i++)
		tighten_fold(scale, &scale->folds[i]);
	place_by_rank(scale);
	if (have_room(scale))
		return;
	*scale = before;
	place_by_rank(scale);
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
	if (scale->count < 2)
		return scale;
	if (is_linear) {
		place_linear(scale);
		return scale;
	}
	place_by_rank(scale);
	fold(scale);
	tighten(scale);
	return scale;
}

void time_scale_free(struct time_scale *scale)
{
	if (!scale)
		return;
	free(scale->moments);
	free(scale->columns);
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
