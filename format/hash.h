/* SPDX-License-Identifier: MIT */
/* Bytes as a number, for maps and comparisons. */
#ifndef FORMAT_HASH_H
#define FORMAT_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bits; never 0. */
uint64_t hash_of(const void *bytes, size_t length);

#endif
