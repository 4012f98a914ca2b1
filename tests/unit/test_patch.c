/* SPDX-License-Identifier: MIT */
/* How a `syscall` in a program's text becomes a jump: instructions, padding, plans. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracer/recorder/hole.h"
#include "tracer/recorder/instruction.h"
#include "tracer/recorder/patch_plan.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Where the text of these tests lies, as a library does and as a program that is not moved. */
#define TEXT  UINT64_C(0x7f1234560000)
#define LOW   UINT64_C(0x401000)
#define HEAP  UINT64_C(0x555555800000)
#define STACK UINT64_C(0x7ffc00000000)

enum { TEXT_SIZE = 1024, NOP = 0x90, INT3 = 0xcc };

/* A text that is written byte by byte; what has not been written ends the code, and is no padding.
 */
struct page {
	uint8_t bytes[TEXT_SIZE];
	uint64_t address;
};

static void page_new(struct page *page, uint64_t address)
{
	page->address = address;
	memset(page->bytes, 0xc3, sizeof(page->bytes));
}

/* Writes bytes in hexadecimal digits, with spaces for the eye, at an offset. Returns the offset
 * behind them. */
static size_t put(struct page *page, size_t at, const char *digits)
{
	unsigned byte;
	int length;

	for (; sscanf(digits, " %2x%n", &byte, &length) == 1; digits += length)
		page->bytes[at++] = (uint8_t)byte;
	return at;
}

static struct patch_text text_of(const struct page *page)
{
	return (struct patch_text){page->address, page->bytes, sizeof(page->bytes)};
}

/* The mappings of a process that has nothing but this text and a stack. */
struct world {
	struct mapping mappings[2];
	struct patch_space space;
	struct patch_plan plans[80];
};

static void world_new(struct world *world, const struct page *page)
{
	*world = (struct world){.mappings = {{.begin = page->address,
						     .end = page->address + 4096,
						     .is_executable = true,
						     .is_file = true},
					{.begin = STACK, .end = STACK + 4096, .is_stack = true}}};
	world->space = (struct patch_space){.mappings = world->mappings,
		.mapping_count = LENGTH(world->mappings),
		.plans = world->plans,
		.heap = page->address < HEAP ? page->address + 4096 : HEAP};
}

static struct patch_plan plan_at(const struct world *world, const struct page *page, size_t site)
{
	struct patch_text text = text_of(page);

	return patch_plan(page->address + site, &text, &world->space);
}

static void carry_out(struct world *world, struct page *page, const struct patch_plan *plan)
{
	for (size_t i = 0; i < plan->jump_count; i++)
		memcpy(page->bytes + (plan->jumps[i].address - page->address), plan->jumps[i].bytes,
			plan->jumps[i].length);
	memcpy(page->bytes + (plan->site - page->address), plan->bytes, PATCH_SITE);
	world->plans[world->space.plan_count++] = *plan;
}

/* Where a thread is in the end that begins at `site`, and takes jumps only. */
static uint64_t go(const struct page *page, uint64_t at)
{
	for (int i = 0; i < 10 && at - page->address < sizeof(page->bytes); i++) {
		size_t offset = at - page->address;
		struct instruction jump =
			instruction_decode(page->bytes + offset, sizeof(page->bytes) - offset, at);
		assert_int_equal(jump.flow, FLOW_JUMP);
		at = jump.target;
	}
	return at;
}

/* Plans, and carries it out. Returns the plan, which leads where it says. */
static struct patch_plan patch(struct world *world, struct page *page, size_t site)
{
	struct patch_plan plan = plan_at(world, page, site);

	assert_int_equal(plan.answer, PATCH_PLANNED);
	assert_int_equal(plan.trampoline % PATCH_SLOT, 0);
	assert_int_equal(plan.page, plan.trampoline - plan.trampoline % PATCH_PAGE);
	carry_out(world, page, &plan);
	assert_int_equal(go(page, page->address + site), plan.trampoline);
	return plan;
}

/* A `syscall` and a return: the next byte is its padding, whose offset is 16 * n + 3 and is
 * returned. */
static size_t put_call(struct page *page, size_t at)
{
	return put(page, at, "0f05 c3");
}

static void instructions_are_known(void **state)
{
	static const struct {
		const char *bytes;
		struct instruction want;
	} table[] = {
		{"c3", {FLOW_END, 1}},
		{"f3c3", {FLOW_END, 2}},
		{"c20800", {FLOW_END, 3}},
		{"ffe0", {FLOW_END, 2}},
		{"3effe0", {FLOW_END, 3}},
		{"eb10", {FLOW_JUMP, 2, .has_target = true, .target = 0x1012}},
		{"e900000100", {FLOW_JUMP, 5, .has_target = true, .target = 0x11005}},
		{"f2e900000000", {FLOW_JUMP, 6, .has_target = true, .target = 0x1006}},
		{"74fe", {FLOW_BRANCH, 2, .has_target = true, .target = 0x1000}},
		{"0f84f6ffffff", {FLOW_BRANCH, 6, .has_target = true, .target = 0xffc}},
		{"e210", {FLOW_BRANCH, 2, .has_target = true, .target = 0x1012}},
		{"e310", {FLOW_BRANCH, 2, .has_target = true, .target = 0x1012}},
		{"c7f800000000", {FLOW_BRANCH, 6, .has_target = true, .target = 0x1006}},
		{"e800000000", {FLOW_ON, 5, .has_target = true, .target = 0x1005}},
		{"666648e800000000", {FLOW_ON, 8, .has_target = true, .target = 0x1008}},
		{"ffd0", {FLOW_ON, 2}},
		{"0f05", {FLOW_ON, 2}},
		{"0f0b", {FLOW_ON, 2}},
		{"f4", {FLOW_ON, 1}},
		{"c7050000000001000000", {FLOW_ON, 10}},
		{"62f17c48580510000000", {FLOW_ON, 10}},
		{"90", {FLOW_ON, 1, .is_padding = true}},
		{"6690", {FLOW_ON, 2, .is_padding = true}},
		{"0f1f00", {FLOW_ON, 3, .is_padding = true}},
		{"0f1f440000", {FLOW_ON, 5, .is_padding = true}},
		{"66662e0f1f840000000000", {FLOW_ON, 11, .is_padding = true}},
		{"cc", {FLOW_ON, 1, .is_padding = true}},
		{"f30f1efa", {FLOW_ON, 4}},       /* endbr64 */
		{"f390", {FLOW_ON, 2}},           /* pause */
		{"4190", {FLOW_ON, 2}},           /* xchg %r8d,%eax */
		{"0f1820", {FLOW_ON, 3}},         /* of another use */
		{"66e900000000", {FLOW_INVALID}}, /* of 4 or of 6 bytes, by processor */
		{"06", {FLOW_INVALID}},
		{"e90000", {FLOW_INVALID}},
		{"", {FLOW_INVALID}},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(table); i++) {
		struct page page;
		size_t size = put(&page, 0, table[i].bytes);
		struct instruction got = instruction_decode(page.bytes, size, 0x1000);
		if (got.flow != table[i].want.flow || got.length != table[i].want.length ||
			got.is_padding != table[i].want.is_padding ||
			got.has_target != table[i].want.has_target ||
			got.target != table[i].want.target)
			fail_msg("%s is taken for another instruction", table[i].bytes);
	}
}

static void mappings_are_parsed(void **state)
{
	struct mapping m;

	(void)state;
	assert_true(mapping_parse(
		"7f12345000-7f12346000 r-xp 00026000 fe:01 1234    /usr/lib/libc.so.6\n", &m));
	assert_int_equal(m.begin, 0x7f12345000);
	assert_int_equal(m.end, 0x7f12346000);
	assert_true(m.is_executable && m.is_file && !m.is_writable && !m.is_shared && !m.is_stack);
	assert_true(mapping_parse(
		"1000-2000 rw-s 00000000 00:01 5 /a name with (deleted) in it\n", &m));
	assert_true(m.is_file && m.is_writable && m.is_shared && !m.is_executable);

	static const char *const no_files[] = {
		"1000-2000 r-xp 00000000 00:00 0 \n",
		"1000-2000 r-xp 00000000 00:00 0      [vdso]\n",
		"1000-2000 r-xp 00000000 00:01 5      /memfd:code (deleted)\n",
		"1000-2000 r-xp 00000000 00:01 5      /dev/zero (deleted)\n",
		"1000-2000 r-xp 00000000 00:01 5      /dev/shm/code\n",
		"1000-2000 r-xp 00000000 00:01 5      /SYSV00000000 (deleted)\n",
		"1000-2000 r-xp 00000000 fe:01 5      /usr/lib/old.so (deleted)\n",
		"1000-2000 r-xp 00000000 00:0e 5      anon_inode:[perf_event]\n",
	};
	for (size_t i = 0; i < LENGTH(no_files); i++) {
		assert_true(mapping_parse(no_files[i], &m));
		assert_false(m.is_file);
	}
	assert_true(mapping_parse("7ffc000-7ffd000 rw-p 00000000 00:00 0   [stack]\n", &m));
	assert_true(m.is_stack);
	assert_false(mapping_parse("", &m));
	assert_false(mapping_parse("2000-1000 r-xp 00000000 00:00 0\n", &m));
	assert_false(mapping_parse("1000-2000 r-x 00000000 00:00 0\n", &m));
	assert_false(mapping_parse("1000-2000\n", &m));
}

static void a_mapping_is_found(void **state)
{
	static const struct mapping m[] = {{0x1000, 0x2000}, {0x2000, 0x3000}, {0x5000, 0x6000}};

	(void)state;
	assert_null(mapping_find(m, 3, 0xfff));
	assert_ptr_equal(mapping_find(m, 3, 0x1000), &m[0]);
	assert_ptr_equal(mapping_find(m, 3, 0x2000), &m[1]);
	assert_null(mapping_find(m, 3, 0x3000));
	assert_ptr_equal(mapping_find(m, 3, 0x5fff), &m[2]);
	assert_null(mapping_find(m, 3, 0x6000));
	assert_null(mapping_find(m, 0, 0));
}

/* The holes around the `syscall` at an offset, as text: "offset+size ". */
static const char *holes_at(const struct world *world, const struct page *page, size_t site)
{
	static char said[256];
	struct hole holes[HOLE_LIMIT];
	struct patch_text text = text_of(page);
	int count = holes_find(
		holes, page->address + site, &text, world->space.plans, world->space.plan_count);
	size_t length = 0;

	said[0] = '\0';
	for (int i = 0; i < count; i++)
		length += (size_t)snprintf(said + length, sizeof(said) - length, "%d+%zu ",
			(int)(holes[i].address - page->address), holes[i].size);
	return said;
}

static void padding_of_known_code_is_a_hole(void **state)
{
	static const struct {
		const char *behind; /* a `syscall` at 512: a second one may be there, too */
		const char *holes;
	} table[] = {
		{"c3 662e0f1f840000000000 0f1f00", "515+13 "},
		{"c3 cccccccccccccccccccccccccc f30f1efa", "515+13 "},
		{"eb0c 0f1f8400000000000f1f4000 c3", "516+12 "},
		{"ffe0 0f1f8400000000000f1f4000 c3", "516+12 "},
		/* Runs over more borders than one: int3 is nobody's beginning, a nop may be. */
		{"c3 cccccccccccccccccccccccccc cccccccccccccccccccccccccccccccc 55", "515+29 "},
		{"c3 cccccccccccccccccccccccccc 0f1f440000 55", "515+13 "},
		{"c3 662e0f1f8400000000000f1f00 0f1f440000 55", "515+13 "},
		{"c3 662e0f1f8400000000000f1f00 662e0f1f840000000000662e0f1f4000 55", "515+13 "},
		/* An int3 against speculation, and padding. */
		{"c3 cc 662e0f1f840000000000 6690", "515+13 "},
		/* A thread runs there. */
		{"90 90909090909090909090909090", ""},
		{"e800000000 0f1f840000000000 90 c3", ""},
		{"0f0b 0f1f8400000000000f1f4000 c3", ""},
		{"7500 c3 66909090909090909090 90 c3", "517+11 "},
		{"7501 c3 66909090909090909090 90 c3", ""},
		{"7504 c3 66909090909090909090 90 c3", ""},
		/* It ends where nobody would align anything, or is something else. */
		{"c3 9090909090 55", ""},
		{"c3 f30f1efa 909090909090909090", ""},
		{"c3 0000000000000000 9090909090", ""},
		{"c3 662e0f1f840000000000 f30f1e", ""},
		/* Before a loop: .p2align 3 where .p2align 4 would be more than 10 bytes. */
		{"7504 c3 9090 55 c3", ""},
		{"eb01 c3 c3", ""},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(table); i++) {
		struct page page;
		struct world world;
		page_new(&page, TEXT);
		world_new(&world, &page);
		put(&page, put(&page, 512, "0f05"), table[i].behind);
		if (strcmp(holes_at(&world, &page, 512), table[i].holes) != 0)
			fail_msg("behind %s: holes %s", table[i].behind,
				holes_at(&world, &page, 512));
	}
}

static void padding_before_a_loop_is_a_hole(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	/* 513 is the site, 518 the padding, 520 what the branch leads to. */
	put(&page, 513, "0f05 7503 c3 6690 55 c3");
	assert_string_equal(holes_at(&world, &page, 513), "");
	put(&page, 513, "0f05 c3");
	put(&page, 516, "0f1f4000 5558 c3");
	put(&page, 500, "74 12"); /* leads to 520 */
	assert_string_equal(holes_at(&world, &page, 513), "516+4 ");
	put(&page, 500, "74 11");
	assert_string_equal(holes_at(&world, &page, 513), "");
	put(&page, 516, "0f1f440000 58 c3");
	put(&page, 500, "74 13"); /* to 521, which nobody would align to */
	assert_string_equal(holes_at(&world, &page, 513), "");
}

/* Where nothing known leads to, but something seems to, behind padding that ends where code would
 * begin. */
static void code_behind_a_hole_is_found(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
	put(&page, 528, "585858 c3 0f1f8400000000000f1f4000");
	assert_string_equal(holes_at(&world, &page, 512), "515+13 ");
	put(&page, 500, "74 1a"); /* to 528 */
	assert_string_equal(holes_at(&world, &page, 512), "515+13 532+12 ");
	put(&page, 528, "06"); /* no instruction */
	assert_string_equal(holes_at(&world, &page, 512), "515+13 ");
	/* What seemed a jump into it is part of an instruction. */
	put(&page, 528, "b874000000 5858 c3 0f1f840000000000");
	assert_string_equal(holes_at(&world, &page, 512), "515+13 536+8 ");
	put(&page, 528, "b874080000 5858 c3 0f1f840000000000");
	assert_string_equal(holes_at(&world, &page, 512), "515+13 536+8 ");
}

/* Nops from a border on are no padding to it; what a linker fills with is. */
static void padding_begins_before_a_border(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, put_call(&page, 509), "662e0f1f840000000000 662e0f1f4000 55");
	assert_string_equal(holes_at(&world, &page, 509), "");
	memset(page.bytes + 512, INT3, 16);
	assert_string_equal(holes_at(&world, &page, 509), "512+16 ");
}

static void what_seems_to_be_jumped_to_is_no_hole(void **state)
{
	static const struct {
		size_t at;
		const char *bytes;
	} table[] = {
		{300, "e9 d2000000"},   /* to 515 */
		{700, "e8 42ffffff"},   /* to 515 */
		{300, "0f84 da000000"}, /* to 524 */
		{500, "eb0d"},          /* to 515 */
		{450, "7f40"},          /* to 516 */
		{600, "e3b0"},          /* to 522 */
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(table); i++) {
		struct page page;
		struct world world;
		page_new(&page, TEXT);
		world_new(&world, &page);
		put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
		assert_string_equal(holes_at(&world, &page, 512), "515+13 ");
		put(&page, table[i].at, table[i].bytes);
		if (strcmp(holes_at(&world, &page, 512), "") != 0)
			fail_msg("with %s at %zu there is a hole", table[i].bytes, table[i].at);
	}
}

/* The code before a site is known by a jump behind it that leads there. */
static void code_before_the_site_is_found(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, 192, "5558 c3 9090909090909090909090 9090"); /* 195 to 207 */
	put(&page, 512, "0f05 e9b9feffff");                     /* to 192 */
	assert_string_equal(holes_at(&world, &page, 512), "195+13 ");
	/* Nobody knows that 195 is behind a return. */
	put(&page, 512, "0f05 c3c3c3c3c3");
	assert_string_equal(holes_at(&world, &page, 512), "");
}

/* All ways to read what is right before a site agree, whichever byte they begin with. */
static void code_right_before_the_site_is_read(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
	put(&page, 481, "7c25"); /* to 520 */
	assert_string_equal(holes_at(&world, &page, 512), "");
	put(&page, 480, "8b7c2508"); /* mov 8(%rbp),%edi */
	assert_string_equal(holes_at(&world, &page, 512), "515+13 ");
	put(&page, 484, "eb22"); /* to 520 */
	assert_string_equal(holes_at(&world, &page, 512), "");
	put(&page, 484, "5858 c3 90909090909090909090909090"); /* 487 to 495 */
	assert_string_equal(holes_at(&world, &page, 512), "487+9 515+13 ");
	/* Read from some bytes, instructions come to the site, and from others to its second byte.
	 */
	page_new(&page, TEXT);
	put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
	memset(page.bytes + 380, 0x66, 512 - 380); /* prefixes */
	put(&page, 480, "8b7c2508");
	memset(page.bytes + 484, 0x90, 512 - 484);
	page.bytes[511] = 0xb8;
	assert_string_equal(holes_at(&world, &page, 512), "");
}

static void a_hole_becomes_a_jump(void **state)
{
	struct page page, before;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
	before = page;
	struct patch_plan plan = patch(&world, &page, 512);
	assert_false(plan.is_pun || plan.is_page_there);
	assert_int_equal(plan.jump_count, 1);
	for (size_t i = 0; i < sizeof(page.bytes); i++) {
		bool is_site = i - 512 < 2, is_hole = i - 515 < 13;
		assert_true(is_site || is_hole || page.bytes[i] == before.bytes[i]);
		assert_true(!is_hole || i < 520 || page.bytes[i] == INT3);
	}
	assert_ptr_equal(patch_plan_find(world.plans, 1, TEXT + 515), &world.plans[0]);
	assert_ptr_equal(patch_plan_find(world.plans, 1, plan.trampoline), &world.plans[0]);
	assert_ptr_equal(
		patch_plan_find(world.plans, 1, plan.trampoline + PATCH_SLOT - 1), &world.plans[0]);
	assert_null(patch_plan_find(world.plans, 1, plan.trampoline + PATCH_SLOT));
	assert_null(patch_plan_find(world.plans, 1, plan.trampoline - 1));
	assert_null(patch_plan_find(world.plans, 1, TEXT + 512));
	assert_null(patch_plan_find(world.plans, 1, TEXT + 516));
	assert_null(patch_plan_find(world.plans, 0, TEXT + 515));
}

/* What one site's jump leaves of a hole is another site's. */
static void sites_share_a_hole(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, 496, "0f05 0f05 0f05 0f05 c3");
	memset(page.bytes + 505, INT3, 528 - 505);
	for (size_t i = 0; i < 4; i++) {
		struct patch_plan plan = patch(&world, &page, 496 + 2 * i);
		assert_int_equal(plan.jump_count, 1);
		assert_int_equal(plan.jumps[0].address, TEXT + 505 + 5 * i);
		assert_int_equal(plan.is_page_there, i > 0);
	}
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(go(&page, TEXT + 496 + 2 * i), world.plans[i].trampoline);
	assert_string_equal(holes_at(&world, &page, 502), "525+3 ");
}

/* A site that has become a jump is still a call that comes back, and what is behind it no padding.
 */
static void code_goes_on_behind_a_patched_site(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, 505, "0f05 eb04 c3"); /* to 513 */
	put(&page, 513, "0f05 662e0f1f8400000000000f1f00 9090 c3");
	memset(page.bytes + 531, INT3, 544 - 531);
	assert_string_equal(holes_at(&world, &page, 505), "531+13 ");
	patch(&world, &page, 513);
	assert_int_equal(page.bytes[513], 0xeb);
	assert_string_equal(holes_at(&world, &page, 505), "536+8 ");
}

static void small_holes_make_a_chain(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, 512, "0f05 0f847c000000 585858 c3 0f1f4000"); /* to 644 */
	put(&page, 644, "585858 c3 9090909090909090");
	assert_string_equal(holes_at(&world, &page, 512), "524+4 648+8 ");
	struct patch_plan plan = plan_at(&world, &page, 512);
	assert_int_equal(plan.jump_count, 2);
	assert_int_equal(plan.jumps[0].address, TEXT + 524);
	assert_int_equal(plan.jumps[1].address, TEXT + 648);

	/* It is too far from there. */
	put(&page, 644, "5858585858585858585858585858 c3 c3 585858 c3 9090909090909090");
	put(&page, 516, "8c"); /* to 660 */
	assert_string_equal(holes_at(&world, &page, 512), "524+4 664+8 ");
	assert_int_equal(plan_at(&world, &page, 512).jump_count, 0);

	/* One more is between. */
	put(&page, 516, "7c");
	put(&page, 644, "0f8466000000 58 c3 0f1f4000"); /* to 752 */
	put(&page, 752, "58585858585858 c3 9090909090909090");
	assert_string_equal(holes_at(&world, &page, 512), "524+4 652+4 760+8 ");
	plan = patch(&world, &page, 512);
	assert_int_equal(plan.jump_count, 3);
	assert_ptr_equal(patch_plan_find(world.plans, 1, TEXT + 524), &world.plans[0]);
	assert_ptr_equal(patch_plan_find(world.plans, 1, TEXT + 652), &world.plans[0]);
	assert_ptr_equal(patch_plan_find(world.plans, 1, TEXT + 760), &world.plans[0]);
}

/* The bytes of a hole that a short jump does not reach become int3, as the rest of a nop would be
 * read as something else. */
static void only_the_near_part_of_a_hole_is_used(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, 512, "0f05 e973ffffff"); /* to 378 */
	put(&page, 378, "58 c3");
	memset(page.bytes + 380, INT3, 400 - 380);
	assert_string_equal(holes_at(&world, &page, 512), "380+20 ");
	struct patch_plan plan = patch(&world, &page, 512);
	assert_int_equal(plan.jumps[0].begin, 514 - 128 - 380);
	assert_int_equal(plan.jumps[0].length, 20);
	assert_ptr_equal(patch_plan_find(world.plans, 1, TEXT + 386), &world.plans[0]);
	assert_null(patch_plan_find(world.plans, 1, TEXT + 380));
}

static void a_pun_is_the_last_resort(void **state)
{
	struct page page;
	struct world world;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, 512, "0f05 483d00f0ffff c3 58"); /* + 0x3d48xx */
	struct patch_plan plan = patch(&world, &page, 512);
	assert_true(plan.is_pun);
	assert_int_equal(plan.jump_count, 0);
	assert_int_equal(plan.page, (TEXT + 512 + 5 + 0x3d4800) & ~UINT64_C(4095));
	assert_int_equal(page.bytes[512], 0xe9);
	assert_memory_equal(page.bytes + 514, "\x48\x3d\x00", 3);

	/* A site among the bytes that it needs stays as it is; one behind them does not. */
	put(&page, 514, "0f05 5858");
	assert_int_equal(plan_at(&world, &page, 514).answer, PATCH_ENTANGLED);
	put(&page, 514, "58 0f05 58");
	assert_int_equal(plan_at(&world, &page, 515).answer, PATCH_ENTANGLED);
	put(&page, 514, "585858 0f05 483d20 58");
	assert_true(plan_at(&world, &page, 517).answer != PATCH_ENTANGLED);
	/* So does padding. */
	put(&page, 506, "0f05 5858 eb03");
	put(&page, 515, "c3 9090909090 9090 9090 9090 90 90");
	assert_string_equal(holes_at(&world, &page, 506), "");
}

static void puns_lead_to_free_pages_only(void **state)
{
	struct page page;
	struct world world;
	uint64_t led = (TEXT + 512 + 5 + 0x3d4800) & ~UINT64_C(4095);

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, 512, "0f05 483d00f0ffff c3 58");
	world.mappings[1] = (struct mapping){.begin = led, .end = led + 4096};
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_WAY);
	world.mappings[1] = (struct mapping){.begin = led + 4096, .end = led + 8192};
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_PLANNED);
	/* A stack grows down. */
	world.mappings[1].is_stack = true;
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_WAY);
	world.mappings[1].is_stack = false;
	world.space.heap = led - (UINT64_C(1) << 30);
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_WAY);
	/* Below the lowest addresses, and above the highest. */
	world.space.heap = HEAP;
	put(&page, 512, "0f05 483d80f0ffff c3 58");
	page.address = world.mappings[0].begin = LOW;
	world.mappings[0].end = LOW + 4096;
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_WAY);
}

static void what_is_not_certain_is_refused(void **state)
{
	struct page page;
	struct world world;
	struct mapping good;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
	good = world.mappings[0];
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_PLANNED);
	world.mappings[0].is_writable = true;
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_TEXT);
	world.mappings[0] = good;
	world.mappings[0].is_shared = true;
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_TEXT);
	world.mappings[0] = good;
	world.mappings[0].is_file = false;
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_TEXT);
	world.mappings[0] = good;
	world.mappings[0].is_executable = false;
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_TEXT);
	world.mappings[0] = good;
	assert_int_equal(plan_at(&world, &page, 5000).answer, PATCH_NO_TEXT);
	assert_int_equal(plan_at(&world, &page, 511).answer, PATCH_NOT_THERE);
	assert_int_equal(plan_at(&world, &page, 513).answer, PATCH_NOT_THERE);
	assert_int_equal(plan_at(&world, &page, 1023).answer, PATCH_NOT_THERE);
	assert_int_equal(plan_at(&world, &page, 1024).answer, PATCH_NOT_THERE);
	/* A jump leads to an instruction that has bytes of the `syscall`, too. */
	put(&page, 514, "eb fd");
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_ENTANGLED);
	put(&page, 514, "eb fb");
	put(&page, 511, "b8");
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_ENTANGLED);
	put(&page, 511, "58");
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_PLANNED);
	put(&page, 514, "c3 66");
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_PLANNED);
	/* Bytes of another mapping are none of this text. */
	world.mappings[0].end = TEXT + 520;
	assert_true(plan_at(&world, &page, 512).jump_count == 0);
	world.mappings[0].begin = TEXT + 513;
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_TEXT);
	struct patch_text none = {TEXT, page.bytes, 0};
	world.mappings[0] = good;
	assert_int_equal(patch_plan(TEXT + 512, &none, &world.space).answer, PATCH_NOT_THERE);
}

/* Not where heap or stack may grow, nor beside other mappings, and within reach. */
static void pages_lie_in_nobodys_way(void **state)
{
	static const uint64_t places[] = {TEXT, LOW, UINT64_C(0x555555554000)};

	(void)state;
	for (size_t i = 0; i < LENGTH(places); i++) {
		struct page page;
		struct world world;
		page_new(&page, places[i]);
		world_new(&world, &page);
		put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
		struct patch_plan plan = patch(&world, &page, 512);
		assert_true(plan.page < places[i] && plan.page >= 1 << 20);
		assert_true(places[i] - plan.page < UINT64_C(1) << 31);
	}
	/* All is taken below; above there is the heap. */
	struct page page;
	struct world world;
	page_new(&page, LOW);
	world_new(&world, &page);
	put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
	struct mapping taken[] = {{.begin = 0x10000, .end = 0x390000}, world.mappings[0]};
	world.space.mappings = taken;
	assert_int_equal(plan_at(&world, &page, 512).answer, PATCH_NO_WAY);
}

static void slots_are_used_once(void **state)
{
	struct page page;
	struct world world;
	size_t pages = 0;

	(void)state;
	page_new(&page, TEXT);
	world_new(&world, &page);
	for (size_t site = 0; site + 16 <= sizeof(page.bytes); site += 16)
		put(&page, put_call(&page, site), "662e0f1f8400000000000f1f00");
	for (size_t site = 0; site + 16 <= sizeof(page.bytes); site += 16) {
		struct patch_plan plan = patch(&world, &page, site);
		pages += !plan.is_page_there;
		for (size_t i = 0; i + 1 < world.space.plan_count; i++)
			assert_true(world.plans[i].trampoline != plan.trampoline);
	}
	assert_int_equal(world.space.plan_count, 64);
	assert_int_equal(pages, 1);
	/* A page is full then. */
	page_new(&page, TEXT);
	put(&page, put_call(&page, 512), "662e0f1f8400000000000f1f00");
	struct mapping mappings[] = {world.mappings[0],
		{.begin = world.plans[0].page, .end = world.plans[0].page + 4096}};
	if (mappings[1].begin < mappings[0].begin) {
		struct mapping text = mappings[0];
		mappings[0] = mappings[1];
		mappings[1] = text;
	}
	world.space.mappings = mappings;
	assert_false(patch(&world, &page, 512).is_page_there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions_are_known),
		cmocka_unit_test(mappings_are_parsed),
		cmocka_unit_test(a_mapping_is_found),
		cmocka_unit_test(padding_of_known_code_is_a_hole),
		cmocka_unit_test(padding_before_a_loop_is_a_hole),
		cmocka_unit_test(code_behind_a_hole_is_found),
		cmocka_unit_test(padding_begins_before_a_border),
		cmocka_unit_test(what_seems_to_be_jumped_to_is_no_hole),
		cmocka_unit_test(code_before_the_site_is_found),
		cmocka_unit_test(code_right_before_the_site_is_read),
		cmocka_unit_test(a_hole_becomes_a_jump),
		cmocka_unit_test(sites_share_a_hole),
		cmocka_unit_test(code_goes_on_behind_a_patched_site),
		cmocka_unit_test(small_holes_make_a_chain),
		cmocka_unit_test(only_the_near_part_of_a_hole_is_used),
		cmocka_unit_test(a_pun_is_the_last_resort),
		cmocka_unit_test(puns_lead_to_free_pages_only),
		cmocka_unit_test(what_is_not_certain_is_refused),
		cmocka_unit_test(pages_lie_in_nobodys_way),
		cmocka_unit_test(slots_are_used_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
