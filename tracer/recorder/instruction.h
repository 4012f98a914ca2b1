/* SPDX-License-Identifier: MIT */
/* One instruction of x86-64, 64-bit mode, as far as the search for padding wants to know it. Pure:
 * sees bytes and no tracee. */
#ifndef TRACER_INSTRUCTION_H
#define TRACER_INSTRUCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum instruction_flow {
	FLOW_INVALID, /* no instruction, or one that the bytes are too few for */
	FLOW_ON,      /* the next one follows; calls are taken to return */
	FLOW_BRANCH,  /* the next one, or the target */
	FLOW_JUMP,    /* the target, and never the next one */
	FLOW_END,     /* never the next one: returns and indirect jumps */
};

struct instruction {
	enum instruction_flow flow;
	uint8_t length;  /* 0 when invalid */
	bool is_padding; /* a nop of any length, or int3 */
	bool has_target;
	uint64_t target; /* an address; of a direct call, too */
};

/* The one that begins at `bytes`, which lie at `address`. */
struct instruction instruction_decode(const uint8_t *bytes, size_t size, uint64_t address);

#endif
