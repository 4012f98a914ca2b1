/* SPDX-License-Identifier: MIT */
/* Puts the recorder into a program's memory: its code, and the memory that it shares with us. */
#ifndef TRACER_SET_UP_H
#define TRACER_SET_UP_H

#include <stdbool.h>

#include "tracer/filter/injection.h"
#include "tracer/recorder/hot.h"

/* True when the processor and its clock have what a recorder takes. */
bool set_up_is_possible(void);

/* Has the thread map it. False when it could not; the memory is then as it was, but perhaps for the
 * code, and space->is_refused says whether to try no more. */
bool set_up(struct injection *injection, struct hot_space *space, const struct thread *thread);

/* Unmaps the shared memory: all of it, or, where `kept` has bits of areas, the other areas. The
 * code stays, for threads may be there. False when it was not done. */
bool set_up_undo(struct injection *injection, uint64_t kept);

#endif
