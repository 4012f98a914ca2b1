/* SPDX-License-Identifier: MIT */
/*
 * Pictures of the kernel at one instant, before they are drawn: processes and their descriptor
 *tables at the sides, sockets in the kernel between them, and what leads from one to the other.
 *Rows count from 0; the painter gives them their height.
 *
 *	struct state_steps *steps = state_steps_new(selection, is_full);
 *	struct state_picture *picture = state_picture_new(steps, step, columns, most);
 *	… picture->rows, picture->boxes …
 *	state_picture_free(picture);
 *	state_steps_free(steps);
 */
#ifndef VIEWER_STATE_LAYOUT_H
#define VIEWER_STATE_LAYOUT_H

#include "viewer/layout/process_tree.h"
#include "viewer/model/selection.h"
#include "viewer/relate/snapshot.h"

enum picture_side { SIDE_LEFT, SIDE_RIGHT, SIDE_COUNT };

/* The calls that are stepped through. */
struct state_steps {
	const struct selection *selection;
	const struct trace *trace;
	bool is_full;
	size_t *positions; /* owned: in causal order */
	size_t count;
	size_t first;                /* state_steps_first */
	struct snapshot *snapshot;   /* owned */
	struct tree_node *processes; /* owned */
	uint32_t *order;             /* owned: of a process, by its number, the place in these */
	enum picture_side *sides;    /* owned, by the number of the process */
};

enum state_row_kind {
	STATE_PROCESS,    /* the head of its descriptor table */
	STATE_DESCRIPTOR, /* or several that lead to one box */
	STATE_CALL,       /* the call that was made, or one that has not returned */
};

/* Rows of a picture, as many as a screen or a slide has; more are folded. */
#define STATE_ROWS_MOST 40

#define NO_BOX  UINT32_MAX
#define NO_LANE UINT32_MAX /* it goes straight */

struct state_row {
	enum state_row_kind kind;
	enum picture_side side;
	size_t row;
	const struct process *process; /* the first */
	size_t count;                  /* equal processes; descriptors; threads */
	const struct descriptor *descriptor;
	unsigned changes; /* of the descriptor: enum snapshot_change */
	uint32_t call;
	int32_t tid;
	bool is_made; /* of a call: the one after which the instant is */
	uint32_t box; /* that it leads to; NO_BOX */
	/* Where the line to the box changes its row: a lane of its side, the same for all that lead
	 * to one box from there. */
	uint32_t lane;
	bool is_named; /* there is no lane left: the box is named instead */
	size_t port;   /* the row in which it comes to the box */
};

enum state_line {
	STATE_LINE_TITLE,
	STATE_LINE_LOCAL,
	STATE_LINE_PEER,
	STATE_LINE_QUEUE,
	STATE_LINE_WAITING, /* one who waits in the queue */
	STATE_LINE_MORE,    /* how many more wait */
	STATE_LINE_UNREAD,
	STATE_LINE_BYTES,
	STATE_LINE_LOST,
	STATE_LINE_COUNT
};

#define STATE_WAITING_MOST 3
#define STATE_LINES_MOST   (STATE_LINE_COUNT + STATE_WAITING_MOST)

struct state_box {
	const struct present_socket *socket; /* the first */
	size_t count;                        /* equal sockets */
	size_t row, height;                  /* the frame is in its first row and its last */
	enum picture_side column;            /* of the kernel */
	unsigned changes;
	enum state_line lines[STATE_LINES_MOST]; /* one below the other */
	const struct socket *waiting[STATE_LINES_MOST];
	size_t line_count;
	/* Sums. */
	int64_t unread, bytes_in, bytes_out, lost;
	size_t unread_messages;
	uint32_t other; /* the box of the other end, or NO_BOX */
};

struct state_picture {
	const struct trace *trace;
	const struct snapshot *snapshot;
	size_t step, step_count; /* counts from 0 */
	size_t columns;          /* of the kernel: 1 or 2 */
	struct state_row *rows;  /* owned: of each side from top to bottom */
	size_t row_count, row_capacity;
	struct state_box *boxes; /* owned */
	size_t box_count, box_capacity;
	size_t lanes[SIDE_COUNT];
	size_t height; /* rows */
	size_t sockets_left_out, processes_left_out;
	bool has_mark, has_end, has_call, has_unknown; /* of the legend */
};

struct state_steps *state_steps_new(const struct selection *selection, bool is_full);
void state_steps_free(struct state_steps *steps);

/* The step that is shown when none is asked for: the last one, where a thread waits in a call that
 * never returned; else the first with the most descriptors. */
size_t state_steps_first(struct state_steps *steps);

/* The last step that is no later than that time; the first one where none is. */
size_t state_steps_at(const struct state_steps *steps, int64_t time_ns);

/* `most`: rows, where more are folded; 0: any number. Good until the next picture of these steps.
 */
struct state_picture *state_picture_new(
	struct state_steps *steps, size_t step, size_t columns, size_t most);
void state_picture_free(struct state_picture *picture);

#endif
