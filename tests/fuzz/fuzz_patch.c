/* SPDX-License-Identifier: MIT */
/* Text of any bytes whose `syscall`s are patched one after the other: no code that a thread comes
 * to by them is written over, and each site's jumps lead to its trampoline, then and in the end. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/target.h"
#include "tracer/recorder/instruction.h"
#include "tracer/recorder/patch_plan.h"

enum { SIZE = 1024, PLANS = 16 };

#define TEXT UINT64_C(0x7f1234560000)

struct patched {
	uint8_t bytes[SIZE], before[SIZE];
	bool is_code[SIZE]; /* as it was, from behind a site on */
	bool is_begun[SIZE];
	struct patch_plan plans[PLANS];
	size_t plan_count;
};

const char *target_name(size_t target)
{
	return target == 0 ? "patch" : NULL;
}

static void expect(bool is_true)
{
	if (!is_true)
		abort();
}

/* Of the text as it was, instruction by instruction. */
static void follow(struct patched *p, uint64_t at)
{
	while (at - TEXT < SIZE && !p->is_begun[at - TEXT]) {
		size_t offset = at - TEXT;
		struct instruction i = instruction_decode(p->before + offset, SIZE - offset, at);
		if (i.flow == FLOW_INVALID)
			return;
		p->is_begun[offset] = true;
		memset(p->is_code + offset, true, i.length);
		if (i.has_target)
			follow(p, i.target);
		if (i.flow == FLOW_END || i.flow == FLOW_JUMP)
			return;
		at += i.length;
	}
}

/* Code leads into what was padding to all sites before: no such text can have run. */
static bool is_contradiction(const struct patched *p)
{
	for (size_t i = 0; i < p->plan_count; i++)
		for (size_t k = 0; k < p->plans[i].jump_count; k++)
			for (size_t at = 0; at < p->plans[i].jumps[k].length; at++)
				if (p->is_code[p->plans[i].jumps[k].address - TEXT + at])
					return true;
	return false;
}

static void expect_way(const struct patched *p, const struct patch_plan *plan)
{
	uint64_t at = plan->site;

	for (int i = 0; i <= plan->jump_count; i++) {
		expect(at - TEXT < SIZE);
		struct instruction jump =
			instruction_decode(p->bytes + (at - TEXT), SIZE - (at - TEXT), at);
		expect(jump.flow == FLOW_JUMP);
		at = jump.target;
		expect(patch_plan_find(p->plans, p->plan_count, at) == plan);
	}
	expect(at == plan->trampoline);
}

static void carry_out(struct patched *p, const struct patch_plan *plan)
{
	for (size_t i = 0; i < plan->jump_count; i++) {
		const struct patch_jump *jump = &plan->jumps[i];
		expect(jump->address >= TEXT && jump->address + jump->length <= TEXT + SIZE);
		expect(jump->begin < jump->end && jump->end <= jump->length &&
			jump->length <= PATCH_HOLE);
		memcpy(p->bytes + (jump->address - TEXT), jump->bytes, jump->length);
		for (uint64_t at = jump->address; at < jump->address + jump->length; at++)
			expect(!p->is_code[at - TEXT]);
	}
	memcpy(p->bytes + (plan->site - TEXT), plan->bytes, PATCH_SITE);
	p->plans[p->plan_count++] = *plan;
}

void target_run(size_t target, struct input *input)
{
	static struct patched p;
	struct mapping mapping = {
		.begin = TEXT, .end = TEXT + 4096, .is_executable = true, .is_file = true};
	struct patch_space space = {.mappings = &mapping, .mapping_count = 1, .plans = p.plans};

	(void)target;
	memset(&p, 0, sizeof(p));
	input_take(input, p.bytes, sizeof(p.bytes));
	memcpy(p.before, p.bytes, sizeof(p.bytes));
	for (size_t at = 0; at + PATCH_SITE <= SIZE && p.plan_count < PLANS; at++) {
		struct patch_text text = {TEXT, p.bytes, SIZE};
		space.plan_count = p.plan_count;
		struct patch_plan plan = patch_plan(TEXT + at, &text, &space);
		if (plan.answer != PATCH_PLANNED)
			continue;
		follow(&p, TEXT + at);
		if (is_contradiction(&p))
			return;
		carry_out(&p, &plan);
		for (size_t i = 0; i < p.plan_count; i++)
			expect_way(&p, &p.plans[i]);
	}
}
