/* SPDX-License-Identifier: MIT */
/* The facts of a whole trace, worked out once when it has been read. */
#ifndef VIEWER_COMPLETE_H
#define VIEWER_COMPLETE_H

#include "viewer/model/trace.h"
#include "viewer/relate/causal_order.h"
#include "viewer/relate/exchange.h"
#include "viewer/relate/link.h"
#include "viewer/relate/socket_calls.h"
#include "viewer/relate/wait.h"

/*
 * After the last record: joins the ends of connections, corrects the clocks of several traces,
 * finds outcomes, phases, links and the causal order. The model is const from then on.
 *
 * When more was added to the trace it is completed again: the first record that is added takes back
 * all that was worked out, and links and orders of before are no more. Takes each time what it
 * takes at once: n log n of all calls, a small part of what reading them takes, and no more memory.
 * A trace that grows is to be completed when it is looked at, not at each record.
 */
void trace_complete(struct trace *trace);

/* The calls on each socket. */
const struct socket_calls *trace_socket_calls(const struct trace *trace);

/* The links between calls, the calls in causal order, the waits that no descriptor ended, and the
 * exchanges: worked out when they are asked for first, as few views need them. */
const struct links *trace_links(const struct trace *trace);
const struct causal_order *trace_causal_order(const struct trace *trace);
const struct thread_waits *trace_waits(const struct trace *trace);
const struct exchanges *trace_exchanges(const struct trace *trace);

#endif
