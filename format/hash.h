/* SPDX-License-Identifier: MIT */
/* Bytes as a number, for maps and comparisons. */
#ifndef FORMAT_HASH_H
#define FORMAT_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bits; never 0. */
uint64_t hash_of(const void *bytes, size_t length);

/* The same from another beginning on. With a secret one nobody can choose bytes whose hashes are
 * the same. */
uint64_t hash_from(uint64_t beginning, const void *bytes, size_t length);

/* Numbers that are others each time the program runs, and that nobody outside of it knows. */
void hash_secrets(uint64_t secrets[2]);

#endif
