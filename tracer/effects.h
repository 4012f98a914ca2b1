/* SPDX-License-Identifier: MIT */
/* What a call that has returned did to the descriptors: the model follows the effect. */
#ifndef TRACER_EFFECTS_H
#define TRACER_EFFECTS_H

#include "tracer/table/syscall_table.h"
#include "tracer/tracer.h"

/* Updates the thread's descriptor table, and adds to its call the descriptors that it made and
 * the addresses that it settled. */
void effect_apply(struct tracer *tracer, struct thread *thread, const struct syscall_row *row);

#endif
