/* SPDX-License-Identifier: MIT */
/* The calls of a trace in an order for reading: by time, but no effect stands above its cause. */
#ifndef VIEWER_ORDER_H
#define VIEWER_ORDER_H

#include "viewer/model/trace.h"
#include "viewer/relate/link.h"

struct order {
	uint32_t *calls; /* owned: indices of all calls */
	size_t count;
};

struct order *order_new(const struct trace *trace, const struct links *links);
void order_free(struct order *order);

/* The moment that a call stands for: when it began, if it is a cause of what others see; when it
 * ended, if it may have waited for them. */
int64_t order_moment_ns(const struct call *call);

#endif
