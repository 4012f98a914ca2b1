/* SPDX-License-Identifier: MIT */
#include "viewer/model/words.h"

#include <stdlib.h>
#include <string.h>

#include "format/hash.h"
#include "format/memory.h"

void words_free(struct words *words)
{
	for (size_t i = 1; i < words->count; i++)
		free(words->list[i]);
	free(words->list);
	id_map_free(&words->by_hash);
	*words = (struct words){0};
}

static uint32_t add(struct words *words, uint64_t key, const char *word)
{
	if (words->count == 0)
		words->count = 1;
	words->list = array_grow(words->list, words->count, &words->capacity, sizeof(*words->list));
	words->list[words->count] = xstrdup(word);
	id_map_put(&words->by_hash, key, (void *)(uintptr_t)words->count);
	return (uint32_t)words->count++;
}

/* The number of the word; 0: it is not there, and would stand at the key. */
static uint32_t look_up(const struct words *words, const char *word, uint64_t *key)
{
	/* Another word with the same hash pushes this one to the next key. */
	for (*key = hash_of(word, strlen(word));; *key = *key + 1 ? *key + 1 : 1) {
		uint32_t number = (uint32_t)(uintptr_t)id_map_get(&words->by_hash, *key);
		if (number == 0 || strcmp(words->list[number], word) == 0)
			return number;
	}
}

uint32_t words_number(struct words *words, const char *word)
{
	uint64_t key;

	if (!word || !*word)
		return 0;
	uint32_t number = look_up(words, word, &key);
	return number ? number : add(words, key, word);
}

uint32_t words_find(const struct words *words, const char *word)
{
	uint64_t key;
	uint32_t number = look_up(words, word, &key);

	return number ? number : NO_WORD;
}

const char *words_get(const struct words *words, uint32_t number)
{
	return number > 0 && number < words->count ? words->list[number] : "";
}
