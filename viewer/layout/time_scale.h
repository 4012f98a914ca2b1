/* SPDX-License-Identifier: MIT */
/*
 * Which column a moment stands in. Moments at which something happened have the same room each,
 * whatever time lies between them: what is busy has the width, and an exchange of microseconds
 * after seconds of waiting can be read. A quiet stretch is folded to a few columns, and said to be
 * so long. A linear scale does none of this.
 */
#ifndef VIEWER_TIME_SCALE_H
#define VIEWER_TIME_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The columns of a fold, which lie between its two moments. */
#define SCALE_FOLD_COLUMNS 3

/* So far apart are folds at least, so that there is room for what is said of each: "~ 12 min 30 s
 * ~".
 */
#define SCALE_FOLD_DISTANCE 16

#define SCALE_MAX_FOLDS 8

/* A quiet stretch: places of moments. Those between them stand with the first. */
struct scale_fold {
	size_t from, to;
};

struct time_scale {
	int64_t *moments; /* owned; sorted, each once */
	size_t *columns;  /* owned; of each moment */
	size_t count;
	size_t width;
	struct scale_fold folds[SCALE_MAX_FOLDS]; /* from left to right */
	size_t fold_count;
};

/* Takes the array `moments` over, and frees it with the scale. `width` is at least 1. */
struct time_scale *time_scale_new(int64_t *moments, size_t count, size_t width, bool is_linear);
void time_scale_free(struct time_scale *scale);

/* The column of a moment; one that is not among the moments stands with the last before it. */
size_t time_scale_column(const struct time_scale *scale, int64_t moment);

/* The index of the last moment that is not after this one; 0 when all are. */
size_t time_scale_index(const struct time_scale *scale, int64_t moment);

#endif
