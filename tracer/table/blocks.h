/* SPDX-License-Identifier: MIT */
/*
 * Descriptor numbers in blocks, each of which one filter covers: every number below 16 is one, and
 * from there on they double in size, so that a process ends with a few dozen filters however many
 * descriptors it opens. A set of blocks is a word with a bit for each.
 */
#ifndef TRACER_BLOCKS_H
#define TRACER_BLOCKS_H

#include <stdint.h>

#define BLOCKS 43 /* 16, and one for each power of two up to INT_MAX */

#define BLOCKS_ALL ((UINT64_C(1) << BLOCKS) - 1)

/* The block of the number `fd`, which is not negative. */
static inline int block_of(int fd)
{
	return fd < 16 ? fd : 12 + 31 - __builtin_clz((unsigned int)fd);
}

static inline uint64_t block_bit(int fd)
{
	return UINT64_C(1) << block_of(fd);
}

/* A number is in the block when it equals `*first` in the bits of `*mask`. */
static inline void block_range(int block, uint32_t *first, uint32_t *mask)
{
	*first = block < 16 ? (uint32_t)block : UINT32_C(1) << (block - 12);
	*mask = block < 16 ? UINT32_MAX : ~(*first - 1);
}

#endif
