/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/patcher.h"

#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "format/memory.h"
#include "tracer/proc/mappings.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/tracee_memory.h"
#include "tracer/recorder/code.h"
#include "tracer/recorder/patch_plan.h"

/* Processors see a store in one line of their cache at once. */
#define CACHE_LINE 64

#define PLACE_ATTEMPTS 8

static bool call(struct injection *i, enum injected_call which, uint64_t a, uint64_t b, uint64_t c,
	uint64_t d, int64_t *result)
{
	return injection_call(i, which, (uint64_t[6]){a, b, c, d, UINT64_MAX, 0}, result);
}

/* The text around the site that the site's mapping has. */
static bool read_text(pid_t tid, uint64_t site, const struct mapping *mapping, uint8_t *bytes,
	struct patch_text *text)
{
	uint64_t begin = site > PATCH_WINDOW ? site - PATCH_WINDOW : 0;
	uint64_t end = site + PATCH_WINDOW;

	if (begin < mapping->begin)
		begin = mapping->begin;
	if (end > mapping->end)
		end = mapping->end;
	*text = (struct patch_text){begin, bytes, memory_read(tid, begin, bytes, end - begin)};
	return text->size == end - begin;
}

/* The page is not free, whatever /proc says: it counts as one that is mapped. */
static void mark_taken(struct mapping *mappings, ssize_t *count, uint64_t page)
{
	ssize_t at = *count;

	for (; at > 0 && mappings[at - 1].begin > page; at--)
		mappings[at] = mappings[at - 1];
	mappings[at] = (struct mapping){.begin = page, .end = page + PATCH_PAGE};
	(*count)++;
}

/* Plans, and has the thread map the page for the trampoline. */
static struct patch_plan place(struct injection *i, const struct hot_space *space, uint64_t site)
{
	struct patch_plan plan = {.answer = PATCH_NO_TEXT};
	uint8_t bytes[2 * PATCH_WINDOW];
	struct mapping *mappings;
	struct patch_text text;
	ssize_t count = mappings_read(i->tid, &mappings);
	const struct mapping *mapping =
		count > 0 ? mapping_find(mappings, (size_t)count, site) : NULL;

	if (mapping && read_text(i->tid, site, mapping, bytes, &text)) {
		mappings = xrealloc(mappings, ((size_t)count + PLACE_ATTEMPTS) * sizeof(*mappings));
		for (int attempt = 0; attempt < PLACE_ATTEMPTS; attempt++) {
			const struct patch_space around = {mappings, (size_t)count, space->plans,
				space->plan_count, status_heap(i->tid)};
			int64_t at;
			plan = patch_plan(site, &text, &around);
			if (plan.answer != PATCH_PLANNED || plan.is_page_there)
				break;
			if (!call(i, INJECTED_MMAP, plan.page, PATCH_PAGE, PROT_READ | PROT_EXEC,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, &at) ||
				(uint64_t)at == plan.page)
				break;
			plan.answer = PATCH_NO_WAY;
			mark_taken(mappings, &count, plan.page);
		}
	}
	free(mappings);
	return plan;
}

/* What the site is to jump to. Nobody runs there yet. */
static bool write_way(pid_t tid, const struct patch_plan *plan)
{
	unsigned char trampoline[TRAMPOLINE_SIZE];

	code_trampoline(trampoline, plan->site + PATCH_SITE);
	bool is_good = memory_force(tid, plan->trampoline, trampoline, sizeof(trampoline)) ==
		       sizeof(trampoline);
	for (int i = plan->jump_count; is_good && i-- > 0;)
		is_good = memory_force(tid, plan->jumps[i].address, plan->jumps[i].bytes,
				  plan->jumps[i].length) == plan->jumps[i].length;
	return is_good;
}

/* All processors on which threads of the program run have seen what was written: membarrier(2). */
static bool synchronise(struct injection *i)
{
	int64_t registered, done;

	return call(i, INJECTED_MEMBARRIER, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0,
		       0, 0, &registered) &&
	       call(i, INJECTED_MEMBARRIER, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0, 0,
		       &done) &&
	       registered == 0 && done == 0;
}

/* The thread itself stores the two bytes: stub.S. */
static bool store(struct injection *i, uint64_t address, const uint8_t bytes[PATCH_SITE])
{
	struct registers registers = i->saved;
	uint64_t arguments[6] = {MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE};
	int64_t result;

	registers_prepare_call(&registers, CALL_NATIVE, INJECTED_MEMBARRIER, arguments);
	registers.all.rip = code_labels()->store;
	registers.all.rbp = address;
	registers.all.rbx = bytes[0] | (uint64_t)bytes[1] << 8;
	return injection_run(i, &registers, &result);
}

static bool store_among_others(
	struct injection *i, uint64_t address, const uint8_t bytes[PATCH_SITE])
{
	uint64_t page = address & ~(uint64_t)(PATCH_PAGE - 1);
	int64_t opened, closed;

	if (address % CACHE_LINE == CACHE_LINE - 1 || !synchronise(i) ||
		!call(i, INJECTED_MPROTECT, page, PATCH_PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, 0,
			&opened) ||
		opened != 0)
		return false;
	bool is_good = store(i, address, bytes);
	return call(i, INJECTED_MPROTECT, page, PATCH_PAGE, PROT_READ | PROT_EXEC, 0, &closed) &&
	       is_good;
}

static bool write_site(
	struct injection *i, bool is_alone, uint64_t address, const uint8_t bytes[PATCH_SITE])
{
	return is_alone ? memory_force(i->tid, address, bytes, PATCH_SITE) == PATCH_SITE
			: store_among_others(i, address, bytes);
}

static void keep(struct hot_space *space, const struct patch_plan *plan)
{
	space->plans = array_grow(
		space->plans, space->plan_count, &space->plan_capacity, sizeof(*space->plans));
	space->plans[space->plan_count++] = *plan;
}

bool patcher_patch(
	struct injection *i, struct hot_space *space, struct hot_site *site, bool is_alone)
{
	struct patch_plan plan = place(i, space, site->address);

	if (i->is_over)
		return false;
	site->is_refused = true;
	if (plan.answer != PATCH_PLANNED)
		return true;
	keep(space, &plan);
	if (!write_way(i->tid, &plan) || !write_site(i, is_alone, plan.site, plan.bytes))
		return !i->is_over;
	site->is_refused = false;
	site->is_patched = true;
	return true;
}

static void restore(pid_t tid, const struct patch_plan *plan)
{
	static const unsigned char trap = 0xcc, call[PATCH_SITE] = {0x0f, 0x05};
	unsigned char there[PATCH_SITE];

	if (memory_read(tid, plan->site, there, sizeof(there)) != sizeof(there) ||
		memcmp(there, plan->bytes, sizeof(there)) != 0)
		return;
	memory_force(tid, plan->site, &trap, 1);
	memory_force(tid, plan->site + 1, &call[1], 1);
	memory_force(tid, plan->site, &call[0], 1);
}

void patcher_withdraw(pid_t tid, struct hot_space *space)
{
	struct hot_site *site;
	size_t at = 0;

	for (size_t i = 0; i < space->plan_count; i++)
		restore(tid, &space->plans[i]);
	while ((site = id_map_next(&space->sites, &at))) {
		site->is_patched = false;
		site->is_refused = true;
	}
}
