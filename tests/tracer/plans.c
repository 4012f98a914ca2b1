/* SPDX-License-Identifier: MIT */
/*
 * Holds the plans for patching an ELF file's text against what objdump(1) says of it:
 *
 *   objdump -dwz FILE | plans FILE
 *
 * The lengths of all instructions have to be the same, and each byte that a plan for any `syscall`
 * there would write has to be padding that nothing runs into and nothing jumps to. Prints how many
 * sites there are and how they could be patched.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tracer/recorder/instruction.h"
#include "tracer/recorder/patch_plan.h"

/* What objdump says of a byte. */
enum {
	BEGINS = 1,     /* an instruction */
	PADS = 2,       /* part of a nop or int3 */
	IS_SYSCALL = 4, /* begins one */
	IS_LED_TO = 8,  /* a direct jump or call leads here */
	IS_ENTERED = 16 /* the instruction before goes on here */
};

enum { FWAIT = 0x9b };

struct segment {
	uint64_t address, size;
	const uint8_t *bytes;
	uint8_t *facts;
};

static struct segment segments[16];
static size_t segment_count;
static unsigned long instructions, faults, answers[PATCH_NO_WAY + 1], chains, puns;
static const char *file_name;

static struct segment *segment_of(uint64_t address)
{
	for (size_t i = 0; i < segment_count; i++)
		if (address - segments[i].address < segments[i].size)
			return &segments[i];
	return NULL;
}

static uint8_t *fact(uint64_t address)
{
	static uint8_t none;
	struct segment *s = segment_of(address);

	return s ? &s->facts[address - s->address] : &none;
}

static void fault(uint64_t address, const char *what)
{
	if (faults++ < 20)
		printf("# %s: %" PRIx64 " %s\n", file_name, address, what);
}

static bool is_any_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strncmp(text, *words, strlen(*words)) == 0)
			return true;
	return false;
}

/* What objdump takes for an instruction and a processor does not: bytes of no instruction, prefixes
 * alone, as there are in data, and fwait with what follows it. */
static bool is_beside(const char *text, uint8_t first)
{
	static const char *const prefixes[] = {"rex", "rep", "lock", "addr32", "data16", "cs", "ds",
		"es", "fs", "gs", "ss", "bnd", "notrack", "xacquire", "xrelease", NULL};
	const char *word = text;

	if (strstr(text, "(bad)") || strncmp(text, ".byte", 5) == 0 || first == FWAIT)
		return true;
	for (; is_any_of(word, prefixes); word += strspn(word, " "))
		word += strcspn(word, " ");
	return *word == '\0';
}

/* One instruction, as objdump has it. */
static void check_length(uint64_t address, size_t length, const char *text)
{
	struct segment *s = segment_of(address);
	const uint8_t *bytes = s->bytes + (address - s->address);
	struct instruction i = instruction_decode(bytes, s->size - (address - s->address), address);

	instructions++;
	if (i.flow != FLOW_INVALID && i.length != length && !is_beside(text, bytes[0]))
		fault(address, text);
}

static void learn(char *line)
{
	static const char *const pads[] = {
		"nop", "int3", "xchg   %ax,%ax", "data16 nop", "data16 cs nop", "cs nop", NULL};
	static const char *const ends[] = {
		"ret", "jmp", "repz ret", "bnd jmp", "bnd ret", "notrack jmp", NULL};
	static uint64_t expected;
	static bool is_ended = true;
	char *colon, *text, *target;
	uint64_t address = strtoull(line, &colon, 16);

	if (line[0] != ' ' || colon[0] != ':' || !segment_of(address) ||
		!(text = strchr(colon + 2, '\t')))
		return;
	size_t length = 0;
	for (const char *p = colon + 2; p < text && *p != ' '; p += 3)
		length++;
	text++;
	text[strcspn(text, "\n")] = '\0';
	while (strncmp(text, "data16 ", 7) == 0)
		text += 7;
	check_length(address, length, text);
	*fact(address) |= BEGINS | (strncmp(text, "syscall", 7) == 0 ? IS_SYSCALL : 0) |
			  (address == expected && !is_ended ? IS_ENTERED : 0);
	bool pads_here = is_any_of(text, pads);
	for (size_t i = 0; pads_here && i < length; i++)
		*fact(address + i) |= PADS;
	/* What is not run does not go on, either. */
	is_ended = is_any_of(text, ends) || (pads_here && is_ended && address == expected);
	expected = address + length;
	target = strchr(text, ' ');
	if ((text[0] == 'j' || strstr(text, "call") || strstr(text, "jmp") ||
		    strncmp(text, "loop", 4) == 0 || strncmp(text, "xbegin", 6) == 0) &&
		target) {
		target += strspn(target, " ");
		char *end;
		uint64_t to = strtoull(target, &end, 16);
		if (end != target && (*end == ' ' || *end == '\0'))
			*fact(to) |= IS_LED_TO;
	}
}

static void check_plan(const struct segment *s, uint64_t site, const struct patch_plan *plan)
{
	for (size_t k = 0; k < plan->jump_count; k++) {
		const struct patch_jump *jump = &plan->jumps[k];
		for (uint64_t at = jump->address; at < jump->address + jump->length; at++) {
			uint8_t known = *fact(at);
			if (!(known & PADS))
				fault(at, "is to be written and is no padding");
			if (known & IS_ENTERED)
				fault(at, "is to be written and is run");
			if (known & IS_LED_TO)
				fault(at, "is to be written and jumped to");
			if (at - s->address >= s->size)
				fault(at, "is to be written and outside");
		}
	}
	if (plan->trampoline % PATCH_SLOT != 0)
		fault(site, "has a trampoline between slots");
	answers[plan->answer]++;
	chains += plan->jump_count > 1;
	puns += plan->is_pun;
}

/* All sites together, in one address space. */
static void plan_all(const struct segment *s, uint64_t bias)
{
	struct mapping mappings[17] = {0};
	struct patch_space space = {.mappings = mappings, .mapping_count = segment_count};
	struct patch_plan *plans = NULL;
	uint8_t *text = malloc(s->size);

	if (!text)
		abort();
	space.heap = bias ? 0x555555555000
			  : segments[segment_count - 1].address + segments[segment_count - 1].size;
	memcpy(text, s->bytes, s->size);
	for (size_t i = 0; i < segment_count; i++)
		mappings[i] = (struct mapping){.begin = (bias + segments[i].address) & ~4095ul,
			.end = (bias + segments[i].address + segments[i].size + 4095) & ~4095ul,
			.is_executable = true,
			.is_file = true};
	for (uint64_t at = 0; at < s->size; at++) {
		if (!(s->facts[at] & IS_SYSCALL))
			continue;
		uint64_t from = at > PATCH_WINDOW ? at - PATCH_WINDOW : 0;
		uint64_t left = s->size - from;
		struct patch_text around = {bias + s->address + from, text + from,
			left < 2 * PATCH_WINDOW ? left : 2 * PATCH_WINDOW};
		struct patch_plan plan = patch_plan(bias + s->address + at, &around, &space);
		if (plan.answer == PATCH_PLANNED) {
			/* As it will be for the next one. */
			plans = realloc(plans, (space.plan_count + 1) * sizeof(*plans));
			if (!plans)
				abort();
			plans[space.plan_count++] = plan;
			space.plans = plans;
			memcpy(text + at, plan.bytes, PATCH_SITE);
			for (size_t k = 0; k < plan.jump_count; k++) {
				struct patch_jump *jump = &plan.jumps[k];
				memcpy(text + (jump->address - bias - s->address), jump->bytes,
					jump->length);
				jump->address -= bias;
			}
		}
		check_plan(s, s->address + at, &plan);
	}
	free(plans);
	free(text);
}

/* The segments of code that the file has. False when it is no such file. */
static bool load(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 || status.st_size < (off_t)sizeof(Elf64_Ehdr))
		return false;
	uint64_t size = (uint64_t)status.st_size;
	const uint8_t *file = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (file == MAP_FAILED)
		return false;
	const Elf64_Ehdr *header = (const void *)file;
	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_machine != EM_X86_64 ||
		header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_phoff > size ||
		header->e_phnum > (size - header->e_phoff) / sizeof(Elf64_Phdr))
		return false;
	const Elf64_Phdr *programs = (const void *)(file + header->e_phoff);
	for (size_t i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *p = &programs[i];
		if (p->p_type != PT_LOAD || !(p->p_flags & PF_X) || p->p_filesz == 0 ||
			p->p_offset > size || p->p_filesz > size - p->p_offset ||
			segment_count == sizeof(segments) / sizeof(segments[0]))
			continue;
		struct segment *s = &segments[segment_count++];
		*s = (struct segment){
			p->p_vaddr, p->p_filesz, file + p->p_offset, calloc(1, p->p_filesz)};
		if (!s->facts)
			abort();
	}
	return segment_count > 0;
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;

	if (argc != 2 || !load(argv[1])) {
		fprintf(stderr, "plans: %s is no program for this machine\n", argv[argc - 1]);
		return 2;
	}
	file_name = argv[1];
	while (getline(&line, &room, stdin) > 0)
		learn(line);
	uint64_t bias = segments[0].address < 0x400000 ? 0x7f0000000000 : 0;
	for (size_t i = 0; i < segment_count; i++)
		plan_all(&segments[i], bias);
	printf("%s: %lu instructions, %lu sites planned, %lu of them by several holes, %lu by puns; %lu not; "
	       "%lu faults\n",
		file_name, instructions, answers[PATCH_PLANNED], chains, puns,
		answers[PATCH_NO_WAY] + answers[PATCH_ENTANGLED], faults);
	free(line);
	return faults > 0;
}
