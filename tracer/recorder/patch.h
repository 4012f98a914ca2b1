/* SPDX-License-Identifier: MIT */
/* How a `syscall` instruction becomes a jump to a trampoline: which bytes are written where. */
#ifndef TRACER_PATCH_H
#define TRACER_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PATCH_SITE = 2,      /* bytes of a `syscall` instruction */
	PATCH_PUN = 5,       /* bytes that a pun depends on */
	PATCH_JUMPS = 3,     /* at most, from hole to hole */
	PATCH_HOLE = 32,     /* bytes of padding that are written at most */
	PATCH_PAGE = 4096,   /* of trampolines */
	PATCH_SLOT = 64,     /* trampolines lie at multiples of it */
	PATCH_WINDOW = 4096, /* bytes of text before and after a site that are worth knowing */
};

/* Text around a site as it is now, what earlier plans have written included. */
struct patch_text {
	uint64_t address;
	const uint8_t *bytes; /* borrowed */
	size_t size;
};

/* A hole as it is to be: a jump, and int3 before and behind it. */
struct patch_jump {
	uint64_t address; /* of the bytes */
	uint8_t length;
	uint8_t begin, end; /* of the jump among them */
	uint8_t bytes[PATCH_HOLE];
};

enum patch_answer {
	PATCH_PLANNED,
	PATCH_NOT_THERE, /* the bytes are no `syscall` */
	PATCH_NO_TEXT,   /* not in private, read-only text of a file */
	PATCH_ENTANGLED, /* its bytes are part of another site's jump, or of another instruction */
	PATCH_NO_WAY,    /* no certain padding in reach, and no free page where a pun leads */
};

struct patch_plan {
	enum patch_answer answer; /* the rest counts only where it is PATCH_PLANNED */
	bool is_pun;
	bool is_page_there; /* an earlier plan has it */
	uint8_t jump_count;
	uint8_t bytes[PATCH_SITE]; /* in place of 0f 05 */
	uint64_t site;
	uint64_t trampoline;
	uint64_t page;                        /* that it lies in */
	struct patch_jump jumps[PATCH_JUMPS]; /* in the order in which a thread takes them */
};

#endif
