/* SPDX-License-Identifier: MIT */
/*
 * What the timeline shows, before it is drawn: under each process a lane for each descriptor, and
 * for each thread that waited in vain, over a scale of time that is made of cells.
 *
 *	struct timeline *timeline = timeline_new(…);
 *	timeline_scale(timeline, cells, is_linear);
 *	… timeline_fill(timeline, &timeline->rows[i]) …
 *	… timeline->cells[timeline->first] to timeline->cells[timeline->last] …
 *	timeline_free(timeline);
 *
 * A painter says how many cells there is room for beside the labels, and how each is drawn. The
 * cells of one lane are there at a time: a trace may have 100,000 lanes.
 */
#ifndef VIEWER_TIMELINE_H
#define VIEWER_TIMELINE_H

#include "viewer/layout/rank.h"
#include "viewer/layout/time_scale.h"
#include "viewer/model/selection.h"
#include "viewer/relate/name_service.h"
#include "viewer/relate/wait.h"
#include "viewer/term/quantity.h"
#include "viewer/term/text.h"
#include "viewer/wording/glyph.h"
#include "viewer/wording/instant.h"

/* The cells of a lane where no width says how many: in a picture, and for the folds of a page. */
#define TIMELINE_CELLS 84

/* A lane of a descriptor, or of a thread: of the waits of its that no descriptor ended. Neither:
 * the heading of the process. */
struct timeline_row {
	const struct process *process;
	const struct descriptor *lane;
	const struct waiting_thread *thread;
	size_t indent; /* in columns */
};

struct timeline_cell {
	enum glyph glyph;
	uint32_t call; /* that it stands for, NO_CALL: none; of several the one that decided */
};

/* A quiet stretch that is shown shorter than it was; its cells lie between these two. */
struct timeline_fold {
	size_t before, after;
	int64_t length_ns;
};

/* Words at the axis, none of which is wider than a cell: when it is, or how long a gap was. */
struct timeline_label {
	size_t cell; /* of the first letter */
	bool is_gap;
	char words[INSTANT_SIZE];
};

struct timeline {
	const struct selection *selection; /* borrowed, like what is in it */
	const struct trace *trace;
	struct rank rank;    /* the chosen descriptors, by their numbers, in the order asked for */
	struct rank threads; /* the chosen threads, by their places among the waits of the trace */
	struct timeline_row *rows;      /* owned */
	size_t row_count, thread_count; /* all, and those of threads */
	struct name_services absent;    /* of lanes that are left out for it */
	size_t label_columns;           /* of the widest label, with its indent */
	size_t label_least;       /* the same of labels that are cut as short as they can be */
	struct instants instants; /* at the axis */
	struct text like;         /* empty: how labels are worded */

	/* Of the scale. */
	size_t cell_count;
	struct time_scale *scale;    /* owned */
	struct timeline_fold *folds; /* owned, from left to right */
	size_t fold_count;
	struct timeline_label *labels; /* owned, from left to right */
	size_t label_count, label_capacity;

	/* Of the lane that was filled last. */
	struct timeline_cell *cells; /* owned */
	size_t first, last;          /* the first and the last that is not empty */
	unsigned int *transfers;     /* owned: how many each of its cells has */

	unsigned int most;         /* transfers in one cell, of all lanes */
	bool is_used[GLYPH_COUNT]; /* in the lanes that were filled */
};

/* Of many descriptors the `most` that come first by `sort` have a lane; those of wanted sockets,
 * by the socket's number in `is_wanted` (or NULL), come before all others. With `shows_absent` also
 * those of name services that are not there have one. */
struct timeline *timeline_new(const struct selection *selection, enum sort sort, size_t most,
	const bool *is_wanted, enum time_mode time, bool shows_absent, const struct text *like);
void timeline_free(struct timeline *timeline);

/* Says how many cells there are, at least 1. */
void timeline_scale(struct timeline *timeline, size_t cells, bool is_linear);

/* Fills the cells with those of the row. False: it is a heading, and has none. */
bool timeline_fill(struct timeline *timeline, const struct timeline_row *row);

/* Adds the words at the left of a lane: "fd 3   TCP →:7000"; "waits" of the process's first thread,
 * "thread 4122 waits" of another; up to the column `end`. */
void timeline_add_label(struct text *text, const struct timeline *timeline,
	const struct timeline_row *row, size_t end);

/* Adds what is said of a process after its name, if anything: " · server · inherited fd 3, 4". */
void timeline_add_role(struct text *text, const struct timeline_row *row, size_t end);

/* Adds "and 183 more descriptors, and 4 threads that wait"; false: there are no more. */
bool timeline_add_rest(struct text *text, const struct timeline *timeline);

/* Adds of these "inherited fd 3, 4"; false: there is none. */
bool timeline_add_inherited(struct text *text, const struct process *process, size_t end);

/* The process of another one gave it this descriptor. */
bool timeline_is_inherited(const struct descriptor *descriptor);

#endif
