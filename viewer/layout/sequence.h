/* SPDX-License-Identifier: MIT */
/*
 * The textbook's figure of a trace before it is drawn: lifelines side by side, steps downwards, and
 * arrows from what was done to what came of it. The views that draw it, each in its own way, are
 * view_sequence.c, view_mermaid.c and view_svg.c; caption.h has the words of a step.
 */
#ifndef VIEWER_SEQUENCE_H
#define VIEWER_SEQUENCE_H

#include "viewer/model/trace.h"
#include "viewer/relate/link.h"
#include "viewer/relate/name_service.h"

#define NO_LIFELINE UINT32_MAX
#define NO_STEP     UINT32_MAX

struct lifeline {
	const struct process *process; /* NULL: a peer that is not in the trace */
	int32_t tid;                   /* of a thread; -1: the whole process */
	char *address;                 /* owned; of a peer that is not in the trace */
	bool has_connected;            /* such a peer: it came to us */
	bool sends_first;              /* of datagrams */
	size_t step_count;
};

/* What a step is drawn as. */
enum step_kind {
	STEP_ALONE,    /* a call on one lifeline, which no arrow leads to or from */
	STEP_DEAD_END, /* a call on one lifeline, and an arrow to nowhere */
	STEP_ARROW,    /* from one lifeline to another one, with a call at one end or at both */
	STEP_LOOP,     /* an arrow from a lifeline to itself: leaves in one step, arrives in another
			*/
	STEP_PHASE,    /* a phase of a connection begins */
	STEP_FOLD,     /* stands for steps that are left out */
};

/* What stands between the lifelines `from` and `to` of a step. */
enum arrow {
	ARROW_NONE,    /* only one of them is there */
	ARROW_WHOLE,   /* begins and arrives in this step */
	ARROW_LEAVES,  /* arrives in a later one, or never */
	ARROW_ARRIVES, /* began in an earlier one */
	ARROW_BREAKS,  /* is refused, or lost */
	ARROW_COUNT
};
extern const char *const arrow_names[ARROW_COUNT];

/* What is said at an arrow. */
enum cargo { CARGO_NONE, CARGO_BYTES, CARGO_ADDRESS };

enum step_end { AT_FROM, AT_TO };

/* Of STEP_FOLD: what the steps that are left out moved, seen in the order of the lifelines. */
struct fold {
	uint32_t connections;  /* 0: transfers of those that go on */
	uint32_t steps, turns; /* turns: how often the direction changed */
	int64_t bytes_right, bytes_left;
};

struct step {
	uint8_t kind, arrow, link, phase; /* enums: step_kind, arrow, link_kind, phase */
	uint8_t cargo, style;             /* enums: cargo, style */
	bool is_broken;                   /* the arrow does not arrive */
	bool is_repeated;                 /* what it carries was said where it left */
	uint32_t from, to;                /* lifelines, or NO_LIFELINE */
	uint32_t from_call, to_call;      /* NO_CALL: none, or outside of the trace */
	uint32_t connection;              /* counts from 1; 0: of none, or of several */
	uint32_t source_count;            /* sends that a receive took bytes of */
	uint32_t other;                   /* the step where the arrow arrives or left; NO_STEP */
	uint32_t fold;                    /* of STEP_FOLD: which */
	int64_t bytes;                    /* that the arrow carries */
	int64_t lost;                     /* of them; what arrives are the others */
	int64_t time_ns;
	/* Why what began it ended, if that was no call: the end of a process, say. NULL: a call
	 * did. */
	const char *ended_by;
};

/* A lifeline that was blocked in a call, from the first step that others made meanwhile to the one
 * in which the call stands. */
struct sequence_wait {
	uint32_t lifeline;
	size_t first, last; /* steps */
};

struct sequence {
	const struct trace *trace;
	struct lifeline *lifelines; /* owned; from left to right */
	size_t lifeline_count, lifeline_capacity;
	struct step *steps; /* owned */
	size_t step_count, step_capacity;
	struct fold *folds; /* owned */
	size_t fold_count, fold_capacity;
	size_t connection_count;
	struct name_services absent; /* of sockets that are left out for it */
	struct sequence_wait *waits; /* owned; in the order of their first steps */
	size_t wait_count, wait_capacity;
	size_t left_out; /* calls that set, ask, wait, or found nothing to do yet */
};

void sequence_free(struct sequence *sequence);

/* The call that stands at that end of the step, or NO_CALL: what has left in an earlier step stands
 * there. */
uint32_t step_call(const struct step *step, enum step_end at);

/* The call that the step is about: at its beginning, if there is one. */
uint32_t step_first_call(const struct step *step);

/* The number of the step's connection, where there are several to be told apart; else 0. */
uint32_t sequence_number(const struct sequence *sequence, const struct step *step);

/* The loop's other half is the step above or below. */
bool sequence_is_closed(const struct sequence *sequence, const struct step *step);

#endif
