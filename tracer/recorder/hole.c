/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/hole.h"

#include <string.h>

#include "tracer/recorder/instruction.h"

enum {
	WINDOW = 2 * PATCH_WINDOW, /* bytes around the site that are decoded */
	WAITING = 512,             /* places to go on from */
	ALIGNMENT = 16,            /* of functions and loops: what padding is for */
	INT3 = 0xcc,
	LONGEST = 15, /* instruction */
	BEFORE = 256, /* bytes before a site that are read, or less */
};

/* What is known of a byte. */
enum {
	IS_BEGUN = 1,   /* an instruction of the code begins here */
	IS_CODE = 2,    /* it is part of one */
	IS_TARGET = 4,  /* something leads here */
	IS_NEEDED = 8,  /* by an earlier plan, as it is */
	IS_DOUBTED = 16 /* something seems to lead here, but may be no jump */
};

/* Text around a site, and what is known of it. Addresses are offsets from here on. */
struct code {
	const uint8_t *bytes;
	size_t size;
	uint64_t address; /* of the first one */
	const struct patch_plan *plans;
	size_t plan_count;
	uint8_t known[WINDOW];
	size_t waiting[WAITING];
	size_t waiting_count;
	bool is_too_much;
};

static void mark(struct code *c, uint64_t address, size_t size, uint8_t fact)
{
	for (uint64_t at = address; at < address + size; at++)
		if (at - c->address < c->size)
			c->known[at - c->address] |= fact;
}

static bool has_bytes(const struct code *c, uint64_t address, const uint8_t *bytes, size_t size)
{
	uint64_t at = address - c->address;

	return at < c->size && c->size - at >= size && memcmp(c->bytes + at, bytes, size) == 0;
}

/* The instruction there; a patched site's is the `syscall` that it was. */
static struct instruction decode(const struct code *c, size_t at)
{
	uint64_t address = c->address + at;

	for (size_t i = 0; i < c->plan_count; i++)
		if (c->plans[i].site == address &&
			has_bytes(c, address, c->plans[i].bytes, PATCH_SITE))
			return (struct instruction){.flow = FLOW_ON, .length = PATCH_SITE};
	return instruction_decode(c->bytes + at, c->size - at, address);
}

static void go_on_from(struct code *c, uint64_t address)
{
	uint64_t at = address - c->address;

	if (at >= c->size)
		return;
	c->known[at] |= IS_TARGET;
	if (c->known[at] & IS_BEGUN)
		return;
	if (c->waiting_count == WAITING)
		c->is_too_much = true;
	else
		c->waiting[c->waiting_count++] = at;
}

/* Instruction after instruction, to where none follows or what follows is known. */
static void decode_from(struct code *c, size_t at)
{
	while (at < c->size && !(c->known[at] & IS_BEGUN)) {
		struct instruction i = decode(c, at);
		if (i.flow == FLOW_INVALID)
			return;
		c->known[at] |= IS_BEGUN;
		mark(c, c->address + at, i.length, IS_CODE);
		if (i.has_target)
			go_on_from(c, i.target);
		if (i.flow == FLOW_JUMP || i.flow == FLOW_END)
			return;
		at += i.length;
	}
}

static void decode_all(struct code *c, uint64_t from)
{
	go_on_from(c, from);
	while (c->waiting_count > 0)
		decode_from(c, c->waiting[--c->waiting_count]);
}

/* The instructions from `at` on, one behind the other, when they end exactly at `end`: adds one to
 * the votes for each of them, which are for the bytes from `first` on. */
static bool vote(const struct code *c, size_t first, size_t at, size_t end, uint8_t *votes)
{
	uint8_t lengths[BEFORE] = {0};

	while (at < end) {
		uint8_t length = decode(c, at).length;
		if (length == 0)
			return false;
		lengths[at - first] = length;
		at += length;
	}
	for (size_t i = 0; i < BEFORE && at == end; i++)
		votes[i] += lengths[i] > 0;
	return at == end;
}

/* The code before the site. Where its instructions begin is not known, but one does in any 15
 * bytes: of all the ways to read it from there on that come to the site, one is right. So what all
 * of them say is. Whether padding among them is run is seen by what is before it. */
static void decode_before(struct code *c, size_t site, size_t bytes)
{
	uint8_t votes[BEFORE] = {0}, ways = 0;
	size_t first = site - bytes;

	if (site < bytes)
		return;
	for (size_t at = first; at <= first + LONGEST; at++)
		ways += vote(c, first, at, site, votes);
	for (size_t i = LONGEST; i < bytes && ways > 0; i++)
		if (votes[i] == ways && !decode(c, first + i).is_padding)
			decode_all(c, c->address + first + i);
}

static int32_t number_at(const uint8_t *bytes)
{
	int32_t number;

	memcpy(&number, bytes, sizeof(number));
	return number;
}

/* Where a jump or call with 4 bytes of distance leads that begins at these bytes, if one does: at
 * `*length` bytes from here and so much. */
static bool is_far(const uint8_t *bytes, size_t size, size_t *length)
{
	bool is_long = size >= 6 && bytes[0] == 0x0f && (bytes[1] & 0xf0) == 0x80;

	*length = is_long ? 6 : 5;
	return is_long || (size >= 5 && (bytes[0] == 0xe8 || bytes[0] == 0xe9));
}

/* jcc, loop, jrcxz and jmp with one byte of distance. */
static bool is_short(uint8_t byte)
{
	return (byte & 0xf0) == 0x70 || (byte & 0xfc) == 0xe0 || byte == 0xeb;
}

/* Whatever looks like a jump and may be one, in all of the text: it may be in code that no direct
 * jump of the decoded code leads to. */
static void mark_doubtful_targets(struct code *c, const struct patch_text *text)
{
	for (size_t i = 0; i + 1 < text->size; i++) {
		uint64_t address = text->address + i;
		uint64_t at = address - c->address;
		bool is_inside = at < c->size && (c->known[at] & (IS_CODE | IS_BEGUN)) == IS_CODE;
		size_t length;

		if (is_inside)
			continue;
		if (is_far(text->bytes + i, text->size - i, &length))
			mark(c,
				address + length +
					(uint64_t)(int64_t)number_at(text->bytes + i + length - 4),
				1, IS_DOUBTED);
		if (is_short(text->bytes[i]) && at < c->size)
			mark(c, address + 2 + (uint64_t)(int64_t)(int8_t)text->bytes[i + 1], 1,
				IS_DOUBTED);
	}
}

/* What earlier plans say: threads have run the code behind their sites; the jumps in holes are
 * needed, and so are the bytes behind a pun. */
static void mark_plans(struct code *c)
{
	for (size_t i = 0; i < c->plan_count; i++) {
		const struct patch_plan *plan = &c->plans[i];
		if (has_bytes(c, plan->site, plan->bytes, PATCH_SITE))
			decode_all(c, plan->site);
		if (plan->is_pun)
			mark(c, plan->site, PATCH_PUN, IS_NEEDED);
		for (size_t k = 0; k < plan->jump_count; k++) {
			const struct patch_jump *jump = &plan->jumps[k];
			if (has_bytes(c, jump->address, jump->bytes, jump->end))
				mark(c, jump->address, jump->end, IS_NEEDED);
		}
	}
}

/* Whether padding from `at` on is what compilers put before a loop: to a multiple of 16, or, where
 * that would be more than 10 bytes, of 8 (.p2align 4,,10; .p2align 3). Something jumps behind it
 * then. */
static bool is_before_loop(const struct code *c, size_t at, size_t length)
{
	uint64_t begin = c->address + at, end = begin + length;

	return at + length < c->size && (c->known[at + length] & (IS_TARGET | IS_DOUBTED)) &&
	       end % ALIGNMENT == ALIGNMENT / 2 && begin % ALIGNMENT != 0 &&
	       length < ALIGNMENT / 2 && ALIGNMENT - begin % ALIGNMENT > 10;
}

/* The bytes from `at` on that are padding up to where alignment has it end; 0 when they are not.
 * int3 may fill any distance; nops behind a border may be the beginning of a function that is to be
 * patched at run time. */
static size_t padding(const struct code *c, size_t at)
{
	size_t border = ALIGNMENT - (c->address + at) % ALIGNMENT;
	size_t length = 0, good = 0;

	while (at + length < c->size && length < PATCH_HOLE) {
		bool is_trap = c->bytes[at + length] == INT3;
		struct instruction i = decode(c, at + length);
		if (!i.is_padding || (length >= border && !is_trap))
			break;
		length += i.length;
		if ((c->address + at + length) % ALIGNMENT == 0)
			good = length;
		else if (length > border && !is_trap)
			good = border;
	}
	if (good == 0 && is_before_loop(c, at, length))
		good = length;
	return border == ALIGNMENT && c->bytes[at] != INT3 ? 0 : good;
}

static size_t hole_at(const struct code *c, size_t at)
{
	size_t size = padding(c, at);

	for (size_t i = 0; i < size; i++)
		if (c->known[at + i])
			return 0;
	return size;
}

/* What no thread comes to by going on behind the instruction there: 0 when it does, or none is
 * there. */
static size_t end_of_jump(const struct code *c, size_t at)
{
	if (c->known[at] & IS_BEGUN) {
		struct instruction i = decode(c, at);
		return i.flow == FLOW_JUMP || i.flow == FLOW_END ? at + i.length : 0;
	}
	for (size_t i = 0; (c->known[at] & IS_NEEDED) && i < c->plan_count; i++)
		for (size_t k = 0; k < c->plans[i].jump_count; k++) {
			const struct patch_jump *jump = &c->plans[i].jumps[k];
			if (jump->address + jump->begin == c->address + at &&
				has_bytes(c, jump->address, jump->bytes, jump->end))
				return at + jump->end - jump->begin;
		}
	return 0;
}

/* Padding that ends where something seems to lead shows where an instruction begins, though no
 * known code leads there: where the code before the site goes to, mostly. True when something has
 * become known, by which what seemed a jump may have turned out to be none. */
static bool decode_behind_holes(struct code *c)
{
	bool is_new = false;

	for (size_t at = 0; at < c->size; at++) {
		size_t ended = end_of_jump(c, at);
		size_t end = ended + (ended ? padding(c, ended) : 0);
		if (end == ended || end >= c->size || (c->known[end] & IS_BEGUN) ||
			!(c->known[end] & (IS_TARGET | IS_DOUBTED)))
			continue;
		decode_all(c, c->address + end);
		is_new |= c->known[end] & IS_BEGUN;
	}
	if (is_new)
		for (size_t at = 0; at < c->size; at++)
			c->known[at] &= (uint8_t)~IS_DOUBTED;
	return is_new;
}

/* Whether an instruction that begins elsewhere has bytes of the `syscall` there. */
static bool is_shared(const struct code *c, size_t site)
{
	size_t first = site > LONGEST ? site - LONGEST : 0;

	for (size_t at = first; at < site; at++)
		if ((c->known[at] & IS_BEGUN) && at + decode(c, at).length > site)
			return true;
	return c->known[site + 1] & IS_BEGUN;
}

int holes_find(struct hole holes[HOLE_LIMIT], uint64_t site, const struct patch_text *text,
	const struct patch_plan *plans, size_t plan_count)
{
	uint64_t from = site - text->address > WINDOW / 2 ? site - WINDOW / 2 : text->address;
	size_t skipped = (size_t)(from - text->address);
	int count = 0;
	size_t left = text->size - skipped;
	struct code c = {.bytes = text->bytes + skipped,
		.size = left < WINDOW ? left : WINDOW,
		.address = from,
		.plans = plans,
		.plan_count = plan_count};

	decode_all(&c, site);
	for (size_t bytes = BEFORE; bytes > (size_t)4 * LONGEST; bytes /= 2)
		decode_before(&c, (size_t)(site - from), bytes);
	mark_plans(&c);
	do
		mark_doubtful_targets(&c, text);
	while (decode_behind_holes(&c));
	if (c.is_too_much)
		return 0;

	size_t here = (size_t)(site - from);
	if (is_shared(&c, here))
		return -1;
	size_t first = here > HOLE_REACH ? here - HOLE_REACH : 0;
	size_t end = c.size - here > HOLE_REACH ? here + HOLE_REACH : c.size;
	for (size_t at = first; at < end && count < HOLE_LIMIT; at++) {
		size_t ended = end_of_jump(&c, at);
		size_t size = ended ? hole_at(&c, ended) : 0;
		if (size > 0)
			holes[count++] = (struct hole){from + ended, size};
	}
	return count;
}
