/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/hot.h"

#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "format/memory.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/tracee.h"

struct hot_space *hot_space_get(struct traced_process *process)
{
	struct hot_space *space = process->hot;

	if (space)
		return space;
	space = xcalloc(1, sizeof(*space));
	space->processes = 1;
	space->owner = process->pid;
	process->hot = space;
	return space;
}

void hot_space_share(struct traced_process *child, const struct traced_process *parent)
{
	child->hot = parent->hot;
	if (child->hot)
		child->hot->processes++;
}

/* Sites are patched there, too, and may lead a thread into a trampoline. The shared memory is not
 * inherited: set_up.c. */
void hot_space_copy(struct traced_process *child, const struct traced_process *parent)
{
	const struct hot_space *from = parent->hot;
	struct hot_space *space;
	struct hot_site *site;
	size_t at = 0;

	if (!from || from->plan_count == 0)
		return;
	space = hot_space_get(child);
	space->plans = xcalloc(from->plan_count, sizeof(*space->plans));
	memcpy(space->plans, from->plans, from->plan_count * sizeof(*space->plans));
	space->plan_count = space->plan_capacity = from->plan_count;
	while ((site = id_map_next(&from->sites, &at))) {
		struct hot_site *copy = hot_site_get(space, site->address);
		*copy = *site;
		copy->stops = 0;
	}
}

static void space_free(struct hot_space *space)
{
	struct hot_site *site;
	size_t at = 0;

	words_end(&space->words);
	if (space->shared)
		shmdt(space->shared);
	while ((site = id_map_next(&space->sites, &at)))
		free(site);
	id_map_free(&space->sites);
	free(space->plans);
	free(space);
}

void hot_space_leave(struct traced_process *process)
{
	struct hot_space *space = process->hot;

	process->hot = NULL;
	if (!space)
		return;
	if (space->owner == process->pid) {
		space->is_refused = true;
		words_end(&space->words);
	}
	if (--space->processes == 0)
		space_free(space);
}

const struct hot_site *hot_site_find(const struct hot_space *space, uint64_t address)
{
	return id_map_get(&space->sites, address);
}

struct hot_site *hot_site_get(struct hot_space *space, uint64_t address)
{
	struct hot_site *site = id_map_get(&space->sites, address);

	if (site)
		return site;
	site = xcalloc(1, sizeof(*site));
	site->address = address;
	id_map_put(&space->sites, address, site);
	return site;
}

static bool take_area(struct hot_space *space, unsigned int *index)
{
	for (unsigned int i = 0; i < AREA_COUNT; i++)
		if (!(space->taken[i / 64] >> i % 64 & 1)) {
			space->taken[i / 64] |= UINT64_C(1) << i % 64;
			*index = i;
			return true;
		}
	return false;
}

static void give_area_back(struct hot_space *space, unsigned int index)
{
	space->taken[index / 64] &= ~(UINT64_C(1) << index % 64);
}

static uint64_t area_offset(unsigned int index)
{
	return (uint64_t)index * AREA_SIZE;
}

static bool is_in_areas(uint64_t address)
{
	return address >> AREA_SHIFT == AREA_MARK;
}

static void link_in(struct recorder *recorder, struct hot_thread *hot)
{
	hot->next = recorder->first;
	if (hot->next)
		hot->next->previous = hot;
	recorder->first = hot;
}

static void link_out(struct recorder *recorder, struct hot_thread *hot)
{
	if (hot->previous)
		hot->previous->next = hot->next;
	else
		recorder->first = hot->next;
	if (hot->next)
		hot->next->previous = hot->previous;
}

bool hot_thread_begin(struct recorder *recorder, struct thread *thread)
{
	struct hot_space *space = thread->process->hot;
	uint64_t gs;
	unsigned int index;

	if (!space || !space->shared || space->is_refused || thread->hot ||
		space->owner != thread->process->pid || space->words.table != thread->table)
		return false;
	/* The program uses it, or the thread has just been made by one that has an area. */
	if (!registers_gs(thread->tid, &gs) || (gs != 0 && !is_in_areas(gs)) ||
		!take_area(space, &index))
		return false;
	struct area *area =
		(struct area *)(space->shared + (AREA_FIRST - AREA_WORDS) + area_offset(index));
	memset(area, 0, sizeof(*area));
	area->payload = recorder->payload;
	area->permit = AREA_PERMITTED;
	if (!registers_set_gs(thread->tid, AREA_FIRST + area_offset(index))) {
		give_area_back(space, index);
		return false;
	}
	struct hot_thread *hot = xcalloc(1, sizeof(*hot));
	hot->thread = thread;
	hot->space = space;
	hot->index = index;
	ring_begin(&hot->ring, area, recorder->payload);
	link_in(recorder, hot);
	thread->hot = hot;
	tracee_report_exit(thread->tid, true);
	return true;
}

void hot_thread_end(struct recorder *recorder, struct thread *thread)
{
	struct hot_thread *hot = thread->hot;
	uint64_t gs;

	if (!hot)
		return;
	if (registers_gs(thread->tid, &gs) && is_in_areas(gs))
		registers_set_gs(thread->tid, 0);
	give_area_back(hot->space, hot->index);
	link_out(recorder, hot);
	free(hot);
	thread->hot = NULL;
}

void hot_thread_born(pid_t tid)
{
	uint64_t gs;

	if (registers_gs(tid, &gs) && is_in_areas(gs))
		registers_set_gs(tid, 0);
}

void hot_area_copy(const struct hot_thread *hot, struct area *area)
{
	memcpy(area, hot->ring.area, sizeof(*area));
}
