/* SPDX-License-Identifier: MIT */
/*
 * Which column a moment stands in. Each moment at which something happened has a column of its own
 * while there is room, so that an exchange of microseconds after seconds of waiting can be read;
 * what room is left is shared out in proportion to time, and a gap that is longer than all the rest
 * together is folded. A linear scale does none of this.
 */
#ifndef VIEWER_TIME_SCALE_H
#define VIEWER_TIME_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The columns that a folded gap takes, for a label such as "~ 1.2 s ~". */
#define SCALE_FOLD_COLUMNS 13

#define SCALE_MAX_FOLDS 4

struct time_scale {
	int64_t *moments; /* owned; sorted, each once */
	size_t *columns;  /* owned; of each moment */
	bool *is_folded;  /* owned; whether the gap before a moment is folded */
	size_t count;
	size_t width;
};

/* Takes the array `moments` over, and frees it with the scale. `width` is at least 1. */
struct time_scale *time_scale_new(int64_t *moments, size_t count, size_t width, bool is_linear);
void time_scale_free(struct time_scale *scale);

/* The column of a moment; one that is not among the moments stands with the last before it. */
size_t time_scale_column(const struct time_scale *scale, int64_t moment);

/* The index of the last moment that is not after this one; 0 when all are. */
size_t time_scale_index(const struct time_scale *scale, int64_t moment);

#endif
