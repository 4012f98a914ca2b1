/* SPDX-License-Identifier: MIT */
/* The addresses of a socket, when a call has settled them. */
#ifndef TRACER_ADDRESSES_H
#define TRACER_ADDRESSES_H

#include "tracer/follow/tracer.h"
#include "tracer/proc/socket_info.h"

/* What there is to know of the thread's socket; warns when something is missing. The thread may be
 * asked itself: then tracer->coverage.has_next_stop says whether its next stop has come. */
void addresses_get(struct tracer *tracer, struct thread *thread, int fd, struct socket_info *info);

#endif
