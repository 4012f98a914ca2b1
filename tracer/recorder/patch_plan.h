/* SPDX-License-Identifier: MIT */
/*
 * Plans how a `syscall` instruction becomes a jump to a trampoline. Pure: sees bytes and numbers,
 * no tracee, and changes nothing. What is not certain is refused.
 *
 * The instruction's two bytes become a short jump to padding near by, a hole, which jumps on; or,
 * where there is none, the first two bytes of a long jump whose others are the next instruction's,
 * a pun. What follows the site stays as it was.
 *
 *   plan = patch_plan(site, &text, &space)
 *   unless plan.is_page_there: have the tracee map plan.page with MAP_FIXED_NOREPLACE; where that
 *     fails, add the page to the mappings and plan again
 *   write the trampoline, then plan.jumps, then plan.bytes at the site; keep the plan
 */
#ifndef TRACER_PATCH_PLAN_H
#define TRACER_PATCH_PLAN_H

#include "tracer/proc/mappings.h"
#include "tracer/recorder/patch.h"

/* The address space that a plan is for. */
struct patch_space {
	const struct mapping *mappings; /* of the process, ascending; borrowed, as all here */
	size_t mapping_count;
	const struct patch_plan
		*plans; /* that have been carried out, also such as were withdrawn */
	size_t plan_count;
	uint64_t heap; /* where brk(2) began, start_brk of proc(5); nothing is put into its way */
};

struct patch_plan patch_plan(
	uint64_t site, const struct patch_text *text, const struct patch_space *space);

/* The plan that a thread is in whose instruction pointer is `address`: at the jump of one of its
 * holes, or in its trampoline, and not at its site. NULL when there is none. */
const struct patch_plan *patch_plan_find(
	const struct patch_plan *plans, size_t count, uint64_t address);

#endif
