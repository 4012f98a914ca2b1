/* SPDX-License-Identifier: MIT */
#include "viewer/layout/rank.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"

void rank_add(struct rank *rank, uint32_t number, int64_t bytes_in, int64_t bytes_out,
	int64_t time_ns, int64_t calls)
{
	int64_t bytes = bytes_in;

	quantity_add_up(&bytes, bytes_out);
	rank->list = array_grow(rank->list, rank->count, &rank->capacity, sizeof(*rank->list));
	rank->list[rank->count++] = (struct ranked){number, false, bytes, time_ns, calls};
}

void rank_keep(struct rank *rank)
{
	rank->list[rank->count - 1].is_kept = true;
}

static int64_t key_of(const struct ranked *ranked, enum sort sort)
{
	if (sort == SORT_TIME)
		return ranked->time_ns;
	return sort == SORT_CALLS ? ranked->calls : ranked->bytes;
}

static int by_key(const void *a, const void *b, void *context)
{
	enum sort sort = *(enum sort *)context;
	const struct ranked *left = a, *right = b;
	int64_t left_key = key_of(left, sort), right_key = key_of(right, sort);

	if (left_key != right_key)
		return left_key > right_key ? -1 : 1;
	return left->number < right->number ? -1 : left->number > right->number;
}

static int by_number(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	return left->number < right->number ? -1 : left->number > right->number;
}

/* Puts those that are chosen to the front, where they stay in their order. */
static void choose(struct rank *rank, size_t most)
{
	size_t kept = 0, left = 0;
	struct ranked *others = xcalloc(rank->count, sizeof(*others));

	for (size_t i = 0; i < rank->count; i++)
		kept += rank->list[i].is_kept;
	size_t room = most - (kept < most / 2 ? kept : most / 2);
	rank->chosen = 0;
	for (size_t i = 0; i < rank->count; i++) {
		const struct ranked *one = &rank->list[i];
		if (!one->is_kept && room == 0) {
			others[left++] = *one;
			continue;
		}
		room -= !one->is_kept;
		rank->list[rank->chosen++] = *one;
	}
	memcpy(rank->list + rank->chosen, others, left * sizeof(*others));
	free(others);
}

void rank_choose(struct rank *rank, enum sort sort, size_t most)
{
	/* What only exchanges have is no order of anything else. */
	if (sort > SORT_CALLS)
		sort = SORT_NONE;
	enum sort key = sort == SORT_NONE ? SORT_BYTES : sort;

	rank->chosen = rank->count < most ? rank->count : most;
	if (rank->count == 0 || (sort == SORT_NONE && rank->chosen == rank->count))
		return;
	qsort_r(rank->list, rank->count, sizeof(*rank->list), by_key, &key);
	choose(rank, most);
	if (sort == SORT_NONE)
		qsort(rank->list, rank->chosen, sizeof(*rank->list), by_number);
}

void rank_add_rest(struct text *text, const struct rank *rank, const char *what)
{
	if (rank->chosen < rank->count)
		text_addf(text, STYLE_FAINT, "and %zu more %s", rank->count - rank->chosen,
			dictionary_words(text->language, what));
}

void rank_say_rest(struct text *text, const struct rank *rank, const char *what)
{
	if (rank->chosen == rank->count)
		return;
	text_pad(text, 2);
	rank_add_rest(text, rank, what);
	text_end_line(text);
}

void rank_free(struct rank *rank)
{
	free(rank->list);
}
