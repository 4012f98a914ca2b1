/* SPDX-License-Identifier: MIT */
/* The parts that make a sequence, one after the other. */
#ifndef VIEWER_SEQUENCE_BUILDER_H
#define VIEWER_SEQUENCE_BUILDER_H

#include "format/id_map.h"
#include "viewer/layout/sequence.h"
#include "viewer/model/selection.h"

#define SEQUENCE_NO_STEP SIZE_MAX

struct sequence_builder {
	struct sequence *sequence;
	const struct selection *selection;
	const struct trace *trace;
	const struct links *links;
	uint32_t *by_to;    /* owned: positions of links, in the order of their ends */
	size_t by_to_count; /* those that have an end in the trace */
	bool *is_hidden;    /* owned, by call: of a socket to a name service that is not there */
	size_t *step_of;    /* owned, by call: the step that it begins */
	struct id_map accepted; /* descriptors, by the call that accepted them, plus one */
	struct id_map by_owner, by_address; /* positions of lifelines, plus one */
	size_t *last_step;                  /* owned, by lifeline: its last step, plus one */
	size_t last_step_capacity;
	bool by_thread, is_full;
};

/* The lifeline of a process or its thread, of who calls, of who holds the socket, and of a peer
 * that is not in the trace: made when it is needed first. */
uint32_t sequence_lifeline(
	struct sequence_builder *builder, const struct process *process, int32_t tid);
uint32_t sequence_lifeline_of_call(struct sequence_builder *builder, const struct call *call);
uint32_t sequence_lifeline_of_socket(struct sequence_builder *builder, const struct socket *socket);
uint32_t sequence_lifeline_outside(
	struct sequence_builder *builder, const struct call *call, const struct socket *socket);

/* The next call in the order of reading. */
void sequence_add_call(struct sequence_builder *builder, uint32_t index);

/* Clients to the left, servers to the right. */
void sequence_arrange(struct sequence *sequence);

/* What each step is drawn as, once the lifelines have their places. */
void sequence_shape(struct sequence *sequence);

/* Numbers the connections, and puts steps where their phases begin. */
void sequence_mark_phases(struct sequence *sequence);

/* Leaves out the middle of long runs of transfers. */
void sequence_fold(struct sequence *sequence);

/* Where lifelines were blocked, once no step moves any more. */
void sequence_find_waits(struct sequence *sequence);

/* Which steps are the two halves of one arrow, once no step moves any more. */
void sequence_join(struct sequence *sequence);

#endif
