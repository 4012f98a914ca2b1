/* SPDX-License-Identifier: MIT */
/* The causal order of the calls of a trace: by time, but no effect stands above its cause. */
#ifndef VIEWER_CAUSAL_ORDER_H
#define VIEWER_CAUSAL_ORDER_H

#include "viewer/model/trace.h"
#include "viewer/relate/link.h"

struct causal_order {
	uint32_t *calls; /* owned: indices of all calls */
	size_t count;
};

struct causal_order *causal_order_new(const struct trace *trace, const struct links *links);
void causal_order_free(struct causal_order *order);

/* Calls with that effect are causes of what others see. */
bool causal_order_is_cause(enum effect effect);

/* The timestamp by which a call is sorted: when it began, if it is a cause of what others see; when
 * it ended, if it may have waited for them. */
int64_t causal_order_time_ns(const struct call *call);

#endif
