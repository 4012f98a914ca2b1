/* SPDX-License-Identifier: MIT */
/* The code of the recorder in the tracee: tracer/recorder/stub/, built for the address AREA_CODE.
 */
#ifndef TRACER_CODE_H
#define TRACER_CODE_H

#include <stddef.h>
#include <stdint.h>

/* Addresses in it: what stands there says stub.S, what the tracer does there unwind.c. */
struct code_labels {
	uint64_t entry, flags, saved, allowed, allowed_return, returned, timed, kept, finished,
		left;
	uint64_t checks, checks_end, slow, slow_end;
	uint64_t syscall, store, copy, copy_end, copy_fault;
	/* Of the trampoline, which is a pattern there. */
	uint64_t trampoline, moved, flagged, back, traced, added, restored, traced_syscall, end;
};

const struct code_labels *code_labels(void);

/* What is to stand at AREA_CODE, and its length, which is less than AREA_CODE_SIZE. */
const unsigned char *code_bytes(size_t *length);

/* Fills `bytes`, TRAMPOLINE_SIZE of them, with the trampoline of the site that goes on at `back`.
 */
void code_trampoline(unsigned char *bytes, uint64_t back);

#endif
