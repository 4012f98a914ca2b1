/* SPDX-License-Identifier: MIT */
/*
 * Finds padding in text that no thread ever runs. Nothing is guessed: beginning behind a `syscall`,
 * which is an instruction because a thread has run it, all code is decoded that direct jumps lead
 * to; a hole is what follows a return or a jump of that code, is padding, and ends where alignment
 * would have it end. Where something seems to lead into it, it is none.
 */
#ifndef TRACER_HOLE_H
#define TRACER_HOLE_H

#include <stddef.h>
#include <stdint.h>

#include "tracer/recorder/patch.h"

enum {
	HOLE_REACH = 400, /* bytes before and after the site in which holes are looked for */
	HOLE_LIMIT = 32,  /* so many at most */
};

struct hole {
	uint64_t address;
	size_t size;
};

/* Those around the site, ascending, that none of the plans uses or needs as they are. Returns how
 * many there are; -1 when the site's bytes are part of another instruction, too, which a thread may
 * run. */
int holes_find(struct hole holes[HOLE_LIMIT], uint64_t site, const struct patch_text *text,
	const struct patch_plan *plans, size_t plan_count);

#endif
