/* SPDX-License-Identifier: MIT */
/*
 * A program is to see its own code only: where a signal comes to a thread that is in the recorder,
 * its registers become those that it would have at its site, before the call or behind it. Pure:
 * from registers and what stands in the thread's area, whose every word may be anything.
 */
#ifndef TRACER_UNWIND_H
#define TRACER_UNWIND_H

#include <stddef.h>
#include <stdint.h>

#include "tracer/ptrace/registers.h"
#include "tracer/recorder/area.h"
#include "tracer/recorder/patch.h"

enum unwound {
	UNWOUND_OUTSIDE, /* it is not in the recorder: nothing has changed */
	UNWOUND_BEFORE,  /* it is about to make its call */
	UNWOUND_CALL, /* it stands right behind the call, which has returned or is to be made again
		       */
	UNWOUND_RETURNED, /* the call has returned, and may have been written down */
};

/*
 * Changes the registers. `area` is a copy of the thread's area, NULL when it has none: of
 * UNWOUND_RETURNED its `result` is what the call has returned, and its `exit` 0 when that was not
 * written yet. `plans` are those of the thread's address space.
 */
enum unwound unwind(struct registers *registers, struct area *area, const struct patch_plan *plans,
	size_t plan_count);

/* The address behind the site's instruction, for one that is behind the trampoline's or the
 * recorder's own; any other as it is. `area` as above. */
uint64_t unwind_address(uint64_t address, const struct area *area, const struct patch_plan *plans,
	size_t plan_count);

/* True where reading the program's memory for a record has failed: the registers then are such that
 * it goes on without. */
bool unwind_fault(struct registers *registers);

#endif
