/* SPDX-License-Identifier: MIT */
#include "viewer/relate/link.h"

#include <stdlib.h>

#include "format/memory.h"

void links_add(struct links *links, struct link link)
{
	links->list = array_grow(links->list, links->count, &links->capacity, sizeof(*links->list));
	links->list[links->count++] = link;
}

void links_free(struct links *links)
{
	if (!links)
		return;
	free(links->list);
	free(links);
}

size_t links_from(const struct links *links, uint32_t call)
{
	size_t low = 0, high = links->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (links->list[middle].from < call)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
