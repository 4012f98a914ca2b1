/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/patch_plan.h"

#include <string.h>

#include "tracer/recorder/hole.h"

enum {
	SHORT_JUMP = 2,
	LONG_JUMP = 5,
	OPCODE_SHORT_JUMP = 0xeb,
	OPCODE_LONG_JUMP = 0xe9,
	INT3 = 0xcc,
	SLOTS = PATCH_PAGE / PATCH_SLOT,
};

#define LOWEST     (1ull << 20) /* null pointers with an offset are to fault as ever */
#define HIGHEST    (1ull << 47)
#define HEAP_ROOM  (16ull << 30)
#define STACK_ROOM (1ull << 30)
#define CLEARANCE  (1ull << 20) /* to mappings that may grow */
#define STEP       (16ull << 20)
#define FAR        ((1ull << 31) - (1ull << 20)) /* what a long jump reaches, and some less */

static bool overlaps(uint64_t begin, uint64_t end, uint64_t other_begin, uint64_t other_end)
{
	return begin < other_end && other_begin < end;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a < b ? b - a : a - b;
}

static uint64_t add(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

static uint64_t subtract(uint64_t a, uint64_t b)
{
	return a < b ? 0 : a - b;
}

/* Nothing is there, nor within `clearance` of it, nor will anything grow there. */
static bool is_free(const struct patch_space *space, uint64_t page, uint64_t clearance)
{
	if (page < LOWEST || page >= HIGHEST - PATCH_PAGE ||
		overlaps(page, page + PATCH_PAGE, space->heap, add(space->heap, HEAP_ROOM)))
		return false;
	for (size_t i = 0; i < space->mapping_count; i++) {
		const struct mapping *m = &space->mappings[i];
		uint64_t below = m->is_stack ? STACK_ROOM : clearance;
		if (overlaps(page, page + PATCH_PAGE, subtract(m->begin, below),
			    add(m->end, clearance)))
			return false;
	}
	return true;
}

static bool has_page(const struct patch_space *space, uint64_t page)
{
	for (size_t i = 0; i < space->plan_count; i++)
		if (space->plans[i].page == page)
			return true;
	return false;
}

static bool is_slot_free(const struct patch_space *space, uint64_t slot)
{
	for (size_t i = 0; i < space->plan_count; i++)
		if (space->plans[i].trampoline == slot)
			return false;
	return true;
}

/* Whether a trampoline may be there, when its page is that of an earlier plan or free. */
static bool place(
	struct patch_plan *plan, const struct patch_space *space, uint64_t slot, uint64_t clearance)
{
	uint64_t page = slot & ~(uint64_t)(PATCH_PAGE - 1);
	bool is_there = has_page(space, page);

	if (is_there ? !is_slot_free(space, slot) : !is_free(space, page, clearance))
		return false;
	plan->trampoline = slot;
	plan->page = page;
	plan->is_page_there = is_there;
	return true;
}

static bool place_in_known_page(
	struct patch_plan *plan, const struct patch_space *space, uint64_t near)
{
	for (size_t i = 0; i < space->plan_count; i++)
		for (uint64_t n = 0; n < SLOTS && distance(space->plans[i].page, near) < FAR; n++)
			if (place(plan, space, space->plans[i].page + n * PATCH_SLOT, 0))
				return true;
	return false;
}

/* Below the text where that is possible: libraries are mapped downwards, and heap and stack lie
 * above it. */
static bool place_near(struct patch_plan *plan, const struct patch_space *space, uint64_t near)
{
	uint64_t page = near & ~(uint64_t)(PATCH_PAGE - 1);

	if (place_in_known_page(plan, space, near))
		return true;
	for (uint64_t away = 4 * STEP; away < FAR; away += STEP)
		if (page > away && place(plan, space, page - away, CLEARANCE))
			return true;
	for (uint64_t away = 4 * STEP; away >= 2 * CLEARANCE; away /= 2)
		if (page > away && place(plan, space, page - away, CLEARANCE))
			return true;
	for (uint64_t away = 4 * STEP; away < FAR; away += STEP)
		if (place(plan, space, page + away, CLEARANCE))
			return true;
	return false;
}

/* Whether a short jump that ends at `from` reaches `to`. */
static bool is_in_reach(uint64_t from, uint64_t to)
{
	int64_t way = (int64_t)(to - from);

	return way >= INT8_MIN && way <= INT8_MAX;
}

/* The first place in the hole that a short jump reaches which ends at `from`, and where `length`
 * bytes have room; false when there is none. */
static bool find_room(const struct hole *hole, uint64_t from, size_t length, uint64_t *at)
{
	uint64_t lowest = from + (uint64_t)(int64_t)INT8_MIN;

	*at = hole->address > lowest ? hole->address : lowest;
	return is_in_reach(from, *at) && *at + length <= hole->address + hole->size;
}

static void set_jump(struct patch_jump *jump, const struct hole *hole, uint64_t at, size_t length)
{
	*jump = (struct patch_jump){.address = hole->address,
		.length = (uint8_t)hole->size,
		.begin = (uint8_t)(at - hole->address),
		.end = (uint8_t)(at - hole->address + length)};
	memset(jump->bytes, INT3, sizeof(jump->bytes));
}

/* Where each jump leads is known now: the next one, and the trampoline in the end. */
static void connect(struct patch_plan *plan)
{
	uint64_t end = plan->site + PATCH_SITE;
	uint8_t *bytes = plan->bytes;

	for (size_t i = 0; i < plan->jump_count; i++) {
		struct patch_jump *jump = &plan->jumps[i];
		uint64_t at = jump->address + jump->begin;
		bytes[0] = OPCODE_SHORT_JUMP;
		bytes[1] = (uint8_t)(at - end);
		bytes = jump->bytes + jump->begin;
		end = jump->address + jump->end;
	}
	int32_t way = (int32_t)(plan->trampoline - end);
	bytes[0] = OPCODE_LONG_JUMP;
	memcpy(bytes + 1, &way, sizeof(way));
}

/* A way of `count` jumps from `from`, all but the last one short, each in a hole of its own. */
static bool find_way(struct patch_plan *plan, const struct hole *holes, size_t hole_count,
	uint64_t from, size_t count)
{
	size_t length = count == 1 ? LONG_JUMP : SHORT_JUMP;
	uint64_t at;

	for (size_t i = 0; i < hole_count; i++) {
		bool is_taken = false;
		for (size_t k = 0; k < plan->jump_count; k++)
			is_taken |= plan->jumps[k].address == holes[i].address;
		if (is_taken || !find_room(&holes[i], from, length, &at))
			continue;
		set_jump(&plan->jumps[plan->jump_count++], &holes[i], at, length);
		if (count == 1 || find_way(plan, holes, hole_count, at + length, count - 1))
			return true;
		plan->jump_count--;
	}
	return false;
}

static bool plan_hole(struct patch_plan *plan, const struct hole *holes, size_t count,
	const struct patch_space *space)
{
	for (size_t jumps = 1; jumps <= PATCH_JUMPS; jumps++) {
		plan->jump_count = 0;
		if (!find_way(plan, holes, count, plan->site + PATCH_SITE, jumps))
			continue;
		if (!place_near(plan, space, plan->site))
			break;
		connect(plan);
		return true;
	}
	plan->jump_count = 0;
	return false;
}

/* The lowest byte of the distance may be chosen, so that the trampoline begins at a slot. */
static bool plan_pun(
	struct patch_plan *plan, const struct patch_text *text, const struct patch_space *space)
{
	uint64_t at = plan->site - text->address;
	uint8_t bytes[LONG_JUMP] = {OPCODE_LONG_JUMP};
	int32_t way;

	if (text->size - at < LONG_JUMP)
		return false;
	memcpy(bytes + 2, text->bytes + at + 2, LONG_JUMP - 2);
	memcpy(&way, bytes + 1, sizeof(way));
	uint64_t base = plan->site + LONG_JUMP + (uint64_t)(int64_t)way;
	for (uint64_t low = -base % PATCH_SLOT; low < 256; low += PATCH_SLOT) {
		if (!place(plan, space, base + low, 0))
			continue;
		plan->is_pun = true;
		plan->bytes[0] = OPCODE_LONG_JUMP;
		plan->bytes[1] = (uint8_t)low;
		return true;
	}
	return false;
}

/* What belongs to the site's mapping. */
static bool clip(struct patch_text *text, const struct mapping *mapping)
{
	uint64_t end = add(text->address, text->size);

	if (text->address < mapping->begin) {
		uint64_t less = mapping->begin - text->address;
		if (less > text->size)
			return false;
		text->address += less;
		text->bytes += less;
	}
	if (end > mapping->end)
		end = mapping->end;
	if (end <= text->address)
		return false;
	text->size = end - text->address;
	return true;
}

static bool is_in_jump(uint64_t site, const struct patch_space *space)
{
	for (size_t i = 0; i < space->plan_count; i++) {
		const struct patch_plan *plan = &space->plans[i];
		if (plan->is_pun && plan->site != site &&
			overlaps(site, site + PATCH_SITE, plan->site, plan->site + PATCH_PUN))
			return true;
	}
	return false;
}

struct patch_plan patch_plan(
	uint64_t site, const struct patch_text *given, const struct patch_space *space)
{
	static const uint8_t syscall[PATCH_SITE] = {0x0f, 0x05};
	struct patch_plan plan = {.site = site};
	struct patch_text text = *given;
	struct hole holes[HOLE_LIMIT];
	int count;
	const struct mapping *mapping = mapping_find(space->mappings, space->mapping_count, site);

	if (!mapping || !mapping->is_file || mapping->is_shared || mapping->is_writable ||
		!mapping->is_executable)
		plan.answer = PATCH_NO_TEXT;
	else if (!clip(&text, mapping) || site < text.address || text.size < PATCH_SITE ||
		 site - text.address > text.size - PATCH_SITE ||
		 memcmp(text.bytes + (site - text.address), syscall, PATCH_SITE) != 0)
		plan.answer = PATCH_NOT_THERE;
	else if (is_in_jump(site, space) ||
		 (count = holes_find(holes, site, &text, space->plans, space->plan_count)) < 0)
		plan.answer = PATCH_ENTANGLED;
	else if (!plan_hole(&plan, holes, (size_t)count, space) && !plan_pun(&plan, &text, space))
		plan.answer = PATCH_NO_WAY;
	return plan;
}

const struct patch_plan *patch_plan_find(
	const struct patch_plan *plans, size_t count, uint64_t address)
{
	for (size_t i = 0; i < count; i++) {
		if (address - plans[i].trampoline < PATCH_SLOT)
			return &plans[i];
		for (size_t k = 0; k < plans[i].jump_count; k++)
			if (address == plans[i].jumps[k].address + plans[i].jumps[k].begin)
				return &plans[i];
	}
	return NULL;
}
