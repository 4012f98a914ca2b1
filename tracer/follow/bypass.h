/* SPDX-License-Identifier: MIT */
/* Ways past the calls of a trace, in which a program moves what it sends and receives. They are
 * said once for each process and way. */
#ifndef TRACER_BYPASS_H
#define TRACER_BYPASS_H

#include "tracer/follow/tracer.h"

enum bypass {
	BYPASS_AIO,         /* io_submit(2) */
	BYPASS_PACKET_RING, /* memory that is shared with the kernel: packet(7), PACKET_RX_RING; XDP
			     */
};

/* True when the process's trace has the warning already. */
bool bypass_is_said(const struct thread *thread, enum bypass way);

void bypass_warn(struct tracer *tracer, const struct thread *thread, enum bypass way);

/* The call has returned: warns if it opens such a way. */
void bypass_check(
	struct tracer *tracer, const struct thread *thread, const struct captured_call *call);

/* The thread's process comes from outside of the trace: warns if it has such a way open. */
void bypass_found(struct tracer *tracer, struct thread *thread);

#endif
