/* SPDX-License-Identifier: MIT */
/*
 * The part of the recorder in the tracee that is C: without libc, and without vector registers, of
 * which nobody has saved the program's values. Its stack is in the thread's area.
 */
#include <sys/syscall.h>

#include "tracer/recorder/finish.h"

#define PAGE 4096

bool stub_copy(void *to, const void *from, size_t length);
void finish(struct area *area);

static long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "+a"(number)
			 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return number;
}

/* By the kernel, who meets no fault; up to the end of a page, for it may give all of it up for one
 * that is not there. Not where the program may have got a filter that forbids the call: no area has
 * a permit then. */
static size_t read_page(const struct area *area, char *to, const char *from, size_t length)
{
	const uint64_t left = PAGE - (uint64_t)from % PAGE;
	struct iovec own = {to, finish_least(length, left)};
	struct iovec remote = {(void *)from, own.iov_len};

	if (*(const volatile uint32_t *)&area->permit != AREA_PERMITTED)
		return 0;
	const long copied = call(SYS_process_vm_readv, call(SYS_gettid, 0, 0, 0, 0, 0, 0),
		(long)&own, 1, (long)&remote, 1, 0);
	return copied > 0 ? (size_t)copied : 0;
}

static size_t read_doubtful(const struct area *area, char *to, const char *from, size_t length)
{
	size_t done = 0, step;

	do {
		step = read_page(area, to + done, from + done, length - done);
		done += step;
	} while (step > 0 && done < length);
	return done;
}

static size_t copy(const struct finish *f, void *to, const void *from, size_t length)
{
	if (f->is_doubtful)
		return read_doubtful(f->area, to, from, length);
	return stub_copy(to, from, length) ? length : 0;
}

void finish(struct area *area)
{
	struct finish f = {
		.area = area,
		.ring = (unsigned char *)area + AREA_RING,
		.words = (const uint64_t *)AREA_WORDS,
		.copy = copy,
	};
	uint64_t head = finish_record(&f);

	/* Stores are seen in their order: x86-64. */
	__asm__ volatile("" ::: "memory");
	*(volatile uint64_t *)&area->head = head;
}
