/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/tsc.h"

#include <cpuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

/* "Invariant TSC" in the manuals of both makers: CPUID, leaf 80000007H. */
#define POWER_LEAF    0x80000007
#define INVARIANT_BIT (1u << 8)

/* The slope is measured over so much, at first over what there is, and what the line is off by is
 * made up for within that. */
#define WINDOW_NS INT64_C(1000000000)
#define REPAIR_NS 100000000.0

/* More than that comes from no drift. */
#define JUMP_NS INT64_C(1000000)

#define STALE_NS 1000000.0

/* The kernel watches the clock, and takes another one when it finds it wrong: tsc_mark_unstable in
 * arch/x86/kernel/tsc.c. The virtual ones are read with rdtsc, too. */
static bool is_trusted_by_kernel(void)
{
	static const char *const sources[] = {"tsc", "kvm-clock", "hyperv_clocksource_tsc_page"};
	FILE *file =
		fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
	char name[64] = "";
	bool is_trusted = false;

	if (!file)
		return false;
	bool is_read = fgets(name, sizeof(name), file) != NULL;
	fclose(file);
	name[strcspn(name, "\n")] = '\0';
	for (size_t i = 0; is_read && i < sizeof(sources) / sizeof(sources[0]); i++)
		is_trusted |= strcmp(name, sources[i]) == 0;
	return is_trusted;
}

bool tsc_is_usable(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(POWER_LEAF, &a, &b, &c, &d) && d & INVARIANT_BIT &&
	       is_trusted_by_kernel();
}

uint64_t tsc_now(void)
{
	return __rdtsc();
}

void tsc_begin(struct tsc_clock *clock, uint64_t now, int64_t now_ns)
{
	*clock = (struct tsc_clock){
		.begin = now, .begin_ns = now_ns, .base = now, .base_ns = now_ns};
}

int64_t tsc_ns(const struct tsc_clock *clock, uint64_t ticks)
{
	return clock->begin_ns +
	       (int64_t)((double)(int64_t)(ticks - clock->begin) * clock->ns_per_tick);
}

bool tsc_wants_sample(const struct tsc_clock *clock, uint64_t now)
{
	return (double)(now - clock->begin) * clock->ns_per_tick >= STALE_NS ||
	       clock->ns_per_tick == 0;
}

/* The machine was suspended: one of the clocks has stood still, or has begun anew. */
static void go_on_from(struct tsc_clock *clock, uint64_t now, int64_t now_ns)
{
	double ns_per_tick = clock->ns_per_tick;

	tsc_begin(clock, now, now_ns);
	clock->ns_per_tick = ns_per_tick;
}

void tsc_sample(struct tsc_clock *clock, uint64_t now, int64_t now_ns)
{
	int64_t off_ns = now_ns - tsc_ns(clock, now);
	bool is_first = clock->ns_per_tick == 0;

	if (now <= clock->base || now_ns <= clock->base_ns ||
		(!is_first && llabs(off_ns) > JUMP_NS)) {
		go_on_from(clock, now, now_ns);
		return;
	}
	double slope = (double)(now_ns - clock->base_ns) / (double)(now - clock->base);
	clock->begin = now;
	clock->begin_ns = is_first ? now_ns : now_ns - off_ns;
	clock->ns_per_tick = is_first ? slope : slope * (1 + (double)off_ns / REPAIR_NS);
	if (now_ns - clock->base_ns < WINDOW_NS)
		return;
	clock->base = now;
	clock->base_ns = now_ns;
}
