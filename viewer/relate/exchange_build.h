/* SPDX-License-Identifier: MIT */
/* Finds the exchanges of a trace. */
#ifndef VIEWER_EXCHANGE_BUILD_H
#define VIEWER_EXCHANGE_BUILD_H

#include "viewer/relate/exchange.h"
#include "viewer/relate/link.h"

/* Of a complete trace, whose payload it reads again; for the caller to free with exchanges_free.
 * `links`: of datagrams, from whom each came; may be NULL where there are none. */
struct exchanges *exchanges_new(const struct trace *trace, const struct links *links);

#endif
