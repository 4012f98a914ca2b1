/* SPDX-License-Identifier: MIT */
/* Of a connection whose two ends are in the trace each learns of the other. */
#ifndef VIEWER_JOIN_H
#define VIEWER_JOIN_H

#include "viewer/model/trace.h"

/* Sets `other_end` of sockets that are joined: pairs by the call that made them, TCP by both
 * addresses, AF_UNIX by the listening socket's name and the order in which connections wait there.
 */
void join_ends(struct trace *trace);

/* Takes back what join_ends has set. */
void join_forget(struct trace *trace);

#endif
