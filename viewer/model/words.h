/* SPDX-License-Identifier: MIT */
/* The words that calls share (names, errors, addresses), each kept once and known by its number. */
#ifndef VIEWER_WORDS_H
#define VIEWER_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"

/* Starts as a struct of zeros. */
struct words {
	char **list; /* owned; number 0 is the empty word */
	size_t count, capacity;
	struct id_map by_hash; /* numbers */
};

void words_free(struct words *words);

/* The number of the word; 0 for NULL and "". */
uint32_t words_number(struct words *words, const char *word);

/* The same of a word that may not be there: NO_WORD. */
#define NO_WORD UINT32_MAX
uint32_t words_find(const struct words *words, const char *word);

/* The word of that number. */
const char *words_get(const struct words *words, uint32_t number);

#endif
