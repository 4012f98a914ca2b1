/* SPDX-License-Identifier: MIT */
#include "viewer/layout/process_tree.h"

#include <stdlib.h>

#include "format/memory.h"

/* Numbers of processes, counted from 1; 0: none. */
struct kinship {
	uint32_t *first_child, *last_child, *next_sibling, *parent;
};

static uint64_t key(int64_t pid)
{
	return pid ? (uint64_t)pid : UINT64_MAX;
}

static void add_child(struct kinship *r, uint32_t parent, uint32_t child)
{
	if (r->last_child[parent])
		r->next_sibling[r->last_child[parent]] = child;
	else
		r->first_child[parent] = child;
	r->last_child[parent] = child;
	r->parent[child] = parent;
}

/* A pid may be given again: its last bearer before a child is the parent. Pids count anew in each
 * part, whose processes stand behind each other. */
static void relate(struct kinship *r, const struct trace *trace)
{
	struct id_map by_pid = {0};

	for (uint32_t i = 0; i < trace->process_count; i++) {
		const struct process *process = trace->processes[i];
		if (i > 0 && process->part != trace->processes[i - 1]->part)
			id_map_free(&by_pid);
		uint32_t parent = (uint32_t)(uintptr_t)id_map_get(&by_pid, key(process->parent));
		add_child(r, parent, i + 1);
		id_map_put(&by_pid, key(process->pid), (void *)(uintptr_t)(i + 1));
	}
	id_map_free(&by_pid);
}

/* Down to the first child, else on to the next sibling, of whoever has one on the way up. */
static uint32_t next_of(const struct kinship *r, uint32_t at, size_t *depth)
{
	if (r->first_child[at]) {
		(*depth)++;
		return r->first_child[at];
	}
	for (; at && !r->next_sibling[at]; at = r->parent[at])
		(*depth)--;
	return at ? r->next_sibling[at] : 0;
}

struct tree_node *process_tree_new(const struct trace *trace)
{
	size_t count = trace->process_count + 1, depth = 0, filled = 0;
	struct tree_node *nodes = xcalloc(count, sizeof(*nodes));
	uint32_t *room = xcalloc(4 * count, sizeof(*room));
	struct kinship r = {room, room + count, room + 2 * count, room + 3 * count};

	relate(&r, trace);
	for (uint32_t at = next_of(&r, 0, &depth); at; at = next_of(&r, at, &depth))
		nodes[filled++] = (struct tree_node){trace->processes[at - 1], depth - 1};
	free(room);
	return nodes;
}
