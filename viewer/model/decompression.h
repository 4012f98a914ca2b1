/* SPDX-License-Identifier: MIT */
/*
 * Decompresses what zstd(1) or gzip(1) made, or socktrace: frames or members, one behind the other.
 * Every byte is hostile; no more memory is taken than one frame's window, of at most 128 MB.
 *
 *	while ((length = decompression_take(of, bytes, size)) == 0)
 *		decompression_put(of, more, …);
 */
#ifndef VIEWER_DECOMPRESSION_H
#define VIEWER_DECOMPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What the first bytes of a file say. */
enum compression_guess {
	COMPRESSION_NONE,
	COMPRESSION_UNSURE, /* a byte more may tell */
	COMPRESSION_SURE,
};

enum compression_guess compression_guess(const void *bytes, size_t length);

struct decompression;

struct decompression *decompression_new(void);
void decompression_free(struct decompression *of);

#define DECOMPRESSION_BYTES ((size_t)64 << 10)

/* Adds up to DECOMPRESSION_BYTES of compressed data: at the beginning, or after decompression_take
 * has returned 0. */
void decompression_put(struct decompression *of, const void *bytes, size_t length);

/* Decompresses up to `size` bytes. Returns how many; 0 when more has to be put first; -1 when what
 * was put is wrong: then decompression_problem says in which way. */
ssize_t decompression_take(struct decompression *of, void *bytes, size_t size);
const char *decompression_problem(const struct decompression *of);

/* Nothing more will be put. False when something is missing, which decompression_problem says. */
bool decompression_finish(struct decompression *of);

/* What is put from now on is read from its beginning. */
void decompression_reset(struct decompression *of);

#endif
