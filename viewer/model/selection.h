/* SPDX-License-Identifier: MIT */
/* The part of a trace that is shown: the calls that fit through a filter. The trace beside it is
 * whole, so that its facts do not depend on what is shown. */
#ifndef VIEWER_SELECTION_H
#define VIEWER_SELECTION_H

#include "viewer/model/filter.h"
#include "viewer/model/trace.h"

struct selection {
	const struct trace *trace;
	const struct filter *filter;                      /* borrowed */
	size_t call_count, descriptor_count, error_count; /* that are shown */
	size_t left_out;                                  /* calls that are not */
	bool is_cut;                                      /* some of these fit, but are too many */
	/* Where everything fits these are NULL, and nothing of the trace is kept twice. */
	uint8_t *has_call;       /* owned: a bit for each call of the trace */
	bool *has_socket;        /* owned, by its number */
	struct call_list *calls; /* owned, by the number of the descriptor: those shown of it */
};

/* The trace is complete; neither it nor the filter changes before selection_free. */
struct selection *selection_new(const struct trace *trace, const struct filter *filter);
void selection_free(struct selection *selection);

bool selection_has_call(const struct selection *selection, uint32_t index);

/* It was asked for; a call on another one may be shown for its sake. */
bool selection_has_socket(const struct selection *selection, const struct socket *socket);

/* Some call of its is shown, or everything is. */
bool selection_has_descriptor(
	const struct selection *selection, const struct descriptor *descriptor);

/* The calls of the descriptor that are shown. */
const struct call_list *selection_calls(
	const struct selection *selection, const struct descriptor *descriptor);

#endif
