/* SPDX-License-Identifier: MIT */
/* The effects of a call that has returned on the descriptors: the model follows them. */
#ifndef TRACER_EFFECTS_H
#define TRACER_EFFECTS_H

#include "tracer/follow/tracer.h"

/* Updates the descriptor table of the thread that made the call, and adds to the call the
 * descriptors that it made and the addresses that it settled. */
void effect_apply(struct tracer *tracer, struct thread *thread, struct captured_call **call);

#endif
