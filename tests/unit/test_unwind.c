/* SPDX-License-Identifier: MIT */
/* The recorder's own code, run one instruction at a time: wherever a signal comes, its thread is
 * led out to where it would be without it, with the registers that it would have. */
#include "tests/unit/test.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/call/call.h"
#include "tracer/recorder/code.h"
#include "tracer/recorder/patch_plan.h"
#include "tracer/recorder/unwind.h"

/* In a page of its own: the site, the hole that it jumps to, and the trampoline. */
#define SITE       0x100
#define HOLE       0x120
#define TRAMPOLINE 0x800
#define STEPS_MAX  2000

#define STATUS_FLAGS 0x8d5u /* carry, parity, auxiliary, zero, sign, overflow */

struct machine {
	pid_t child;
	struct patch_plan plan;
	struct area *area;
	uint64_t *words;
	int pipe[2], pair[2];
};

static unsigned char *map(uint64_t at, size_t length, int flags)
{
	void *memory = mmap((void *)at, length, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | flags, -1, 0);

	assert_ptr_equal(memory, (void *)at);
	return memory;
}

static void write_page(struct machine *m, unsigned char *page)
{
	const unsigned char to_hole[2] = {0xeb, HOLE - SITE - 2};
	const int32_t distance = TRAMPOLINE - HOLE - 5;

	memset(page, 0xcc, 4096);
	memcpy(page + SITE, to_hole, sizeof(to_hole));
	page[HOLE] = 0xe9;
	memcpy(page + HOLE + 1, &distance, sizeof(distance));
	m->plan = (struct patch_plan){.site = (uint64_t)(uintptr_t)page + SITE,
		.trampoline = (uint64_t)(uintptr_t)page + TRAMPOLINE,
		.jump_count = 1,
		.jumps = {{.address = (uint64_t)(uintptr_t)page + HOLE, .length = 5, .end = 5}}};
	code_trampoline(page + TRAMPOLINE, m->plan.site + 2);
}

static void child(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	_exit(1);
}

static int begin(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	size_t length;
	const unsigned char *code = code_bytes(&length);

	memcpy(map(AREA_CODE, AREA_CODE_SIZE, MAP_PRIVATE), code, length);
	m->words = (uint64_t *)map(AREA_WORDS, AREA_SHARED, MAP_SHARED);
	m->area = (struct area *)((unsigned char *)m->words + (AREA_FIRST - AREA_WORDS));
	m->area->payload = 64;
	m->area->state = AREA_OUTSIDE;
	m->area->permit = AREA_PERMITTED;
	write_page(m, mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			      MAP_ANONYMOUS | MAP_PRIVATE, -1, 0));
	assert_int_equal(pipe(m->pipe), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, m->pair), 0);
	m->child = fork();
	if (m->child == 0)
		child();
	assert_int_equal(waitpid(m->child, NULL, 0), m->child);
	*state = m;
	return 0;
}

static int end(void **state)
{
	struct machine *m = *state;

	kill(m->child, SIGKILL);
	waitpid(m->child, NULL, 0);
	munmap((void *)AREA_CODE, AREA_CODE_SIZE);
	munmap(m->words, AREA_SHARED);
	for (int i = 0; i < 2; i++) {
		close(m->pipe[i]);
		close(m->pair[i]);
	}
	free(m);
	return 0;
}

static void get(const struct machine *m, struct registers *registers)
{
	assert_int_equal(ptrace(PTRACE_GETREGS, m->child, 0, &registers->all), 0);
}

/* All that a system call leaves as it was. */
static void assert_same(const struct user_regs_struct *is, const struct user_regs_struct *was)
{
	assert_int_equal(is->rbx, was->rbx);
	assert_int_equal(is->rbp, was->rbp);
	assert_int_equal(is->r12, was->r12);
	assert_int_equal(is->r13, was->r13);
	assert_int_equal(is->r14, was->r14);
	assert_int_equal(is->r15, was->r15);
	assert_int_equal(is->rdi, was->rdi);
	assert_int_equal(is->rsi, was->rsi);
	assert_int_equal(is->rdx, was->rdx);
	assert_int_equal(is->r10, was->r10);
	assert_int_equal(is->r8, was->r8);
	assert_int_equal(is->r9, was->r9);
	assert_int_equal(is->rsp, was->rsp);
	assert_int_equal(is->eflags & STATUS_FLAGS, was->eflags & STATUS_FLAGS);
}

struct seen {
	bool is_before, is_behind; /* was led to the site, and behind it */
	int64_t result;
};

/* A signal comes now. */
static void interrupt(
	const struct machine *m, const struct user_regs_struct *was, struct seen *seen)
{
	struct registers registers;
	struct area area = *m->area;

	get(m, &registers);
	enum unwound how = unwind(&registers, &area, &m->plan, 1);
	uint64_t ip = registers.all.rip;
	assert_same(&registers.all, was);
	if (ip == m->plan.site) {
		assert_true(how == UNWOUND_BEFORE || how == UNWOUND_OUTSIDE);
		assert_false(seen->is_behind);
		assert_int_equal(registers.all.rax, was->rax);
		seen->is_before = true;
		return;
	}
	assert_int_equal(ip, m->plan.site + 2);
	if (seen->is_behind)
		assert_int_equal((int64_t)registers.all.rax, seen->result);
	seen->result = (int64_t)registers.all.rax;
	seen->is_behind = true;
}

static void step(const struct machine *m)
{
	int status;

	assert_int_equal(ptrace(PTRACE_SINGLESTEP, m->child, 0, 0), 0);
	assert_int_equal(waitpid(m->child, &status, 0), m->child);
	assert_true(WIFSTOPPED(status));
	if (WSTOPSIG(status) == SIGSEGV) {
		struct registers registers;
		get(m, &registers);
		assert_true(unwind_fault(&registers));
		assert_int_equal(ptrace(PTRACE_SETREGS, m->child, 0, &registers.all), 0);
		return;
	}
	assert_int_equal(WSTOPSIG(status), SIGTRAP);
}

/* Has the thread make the call at the site, and a signal come at each of its instructions. */
static int64_t make_call(const struct machine *m, uint64_t gs, uint64_t flags, long number,
	const uint64_t arguments[6])
{
	struct seen seen = {false, false, 0};
	struct registers registers;
	struct user_regs_struct *r = &registers.all;
	int steps = 0;

	get(m, &registers);
	r->rip = m->plan.site;
	r->rax = (unsigned long)number;
	r->orig_rax = ~0UL;
	r->rdi = arguments[0], r->rsi = arguments[1], r->rdx = arguments[2];
	r->r10 = arguments[3], r->r8 = arguments[4], r->r9 = arguments[5];
	r->rbx = 0xb0b, r->rbp = 0xb0b0b, r->r12 = 12, r->r13 = 13, r->r14 = 14, r->r15 = 15;
	r->eflags = (r->eflags & ~(unsigned long)STATUS_FLAGS) | flags;
	r->gs_base = gs;
	assert_int_equal(ptrace(PTRACE_SETREGS, m->child, 0, r), 0);
	const struct user_regs_struct was = *r;
	do {
		interrupt(m, &was, &seen);
		step(m);
		get(m, &registers);
	} while (r->rip != m->plan.site + 2 && ++steps < STEPS_MAX);
	assert_true(steps < STEPS_MAX);
	assert_same(r, &was);
	assert_true(seen.is_before && seen.is_behind);
	assert_int_equal((int64_t)r->rax, seen.result);
	assert_int_equal(m->area->state, AREA_OUTSIDE);
	return seen.result;
}

/* True when the call was made with all the flags that there are, one after the other, and has left
 * a record each time. */
static bool is_recorded(const struct machine *m, uint64_t gs, long number,
	const uint64_t arguments[6], int64_t result)
{
	static const uint64_t flags[] = {0, 1, 4, 0x10, 0x40, 0x80, 0x800, STATUS_FLAGS};
	uint64_t before, count = 0;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		before = m->area->head;
		m->area->tail = before;
		assert_int_equal(make_call(m, gs, flags[i], number, arguments), result);
		count += m->area->head != before;
	}
	assert_true(count == 0 || count == sizeof(flags) / sizeof(flags[0]));
	return count > 0;
}

static uint64_t address(const void *memory)
{
	return (uint64_t)(uintptr_t)memory;
}

static void test_recorded(void **state)
{
	const struct machine *m = *state;
	static char bytes[5] = "hello";
	static struct iovec segments[2] = {{bytes, 2}, {bytes + 2, 3}};
	struct pollfd *polled = (struct pollfd *)((char *)m->area + 2 * AREA_SIZE);

	m->words[m->pair[0]] = m->words[m->pair[1]] = 7;
	polled->fd = m->pair[1];
	polled->events = POLLIN;
	assert_true(is_recorded(m, AREA_FIRST, SYS_write,
		(uint64_t[6]){(uint64_t)m->pair[0], address(bytes), 5}, 5));
	assert_true(is_recorded(m, AREA_FIRST, SYS_sendto,
		(uint64_t[6]){(uint64_t)m->pair[0], address(bytes), 5, MSG_NOSIGNAL, 0, 0}, 5));
	assert_true(is_recorded(m, AREA_FIRST, SYS_writev,
		(uint64_t[6]){(uint64_t)m->pair[0], address(segments), 2}, 5));
	assert_true(is_recorded(m, AREA_FIRST, SYS_poll, (uint64_t[6]){address(polled), 1, 0}, 1));
	/* Memory that cannot be read, and a call that fails. */
	assert_true(is_recorded(
		m, AREA_FIRST, SYS_write, (uint64_t[6]){(uint64_t)m->pair[0], 8, 5}, -EFAULT));
}

/* The part of the last record, which has no other. */
static const struct captured_part *only_part(const struct machine *m)
{
	const struct area_record *record =
		(const struct area_record *)((const char *)m->area + AREA_RING +
					     (m->area->tail & (AREA_RING_SIZE - 1)));
	const struct captured_part *part = (const struct captured_part *)(record + 1);

	assert_int_equal(
		record->size, sizeof(*record) + sizeof(*part) + (part->length + 7) / 8 * 8);
	return part;
}

/* Of what a call was given that has failed as much is recorded as is there. */
static void test_failed(void **state)
{
	const struct machine *m = *state;
	static char address_of_unix[200] = "\1";
	const uint64_t bytes = address(address_of_unix), end = AREA_FIRST + (1 << AREA_SHIFT);
	const uint64_t out = (uint64_t)m->pair[0];
	const struct captured_part *part;
	struct call_segments segments;

	m->words[out] = 7;
	assert_true(is_recorded(m, AREA_FIRST, SYS_sendto,
		(uint64_t[6]){out, bytes, 5, MSG_NOSIGNAL, bytes, 200}, -EINVAL));
	part = only_part(m);
	assert_int_equal(part->length, 200);
	assert_memory_equal(part->bytes, address_of_unix, 200);
	assert_true(is_recorded(m, AREA_FIRST, SYS_sendto,
		(uint64_t[6]){out, bytes, 5, MSG_NOSIGNAL, end - 6, 16}, -EFAULT));
	part = only_part(m);
	assert_int_equal(part->length, 6);
	assert_int_equal(part->wanted, 16);
	assert_true(
		is_recorded(m, AREA_FIRST, SYS_writev, (uint64_t[6]){out, end - 40, 3}, -EFAULT));
	memcpy(&segments, only_part(m)->bytes, sizeof(segments));
	assert_int_equal(segments.count, 2);
}

static void test_unrecorded(void **state)
{
	const struct machine *m = *state;
	static char bytes[5] = "hello";
	const uint64_t to_pipe[6] = {(uint64_t)m->pipe[1], address(bytes), 5};
	const uint64_t to_pair[6] = {(uint64_t)m->pair[0], address(bytes), 5};
	const uint64_t from[6] = {(uint64_t)m->pair[1], address(m->area) + 2 * AREA_SIZE, 1,
		MSG_DONTWAIT, address(m->area) + 3 * AREA_SIZE, address(m->area) + 4 * AREA_SIZE};

	/* On what is no socket, by the recorder; all else by the trampoline itself. */
	assert_false(is_recorded(m, AREA_FIRST, SYS_write, to_pipe, 5));
	assert_false(is_recorded(m, 0, SYS_write, to_pair, 5));
	assert_false(is_recorded(m, AREA_FIRST, SYS_getpid, (uint64_t[6]){0}, m->child));
	m->words[m->pair[1]] = 7;
	assert_int_equal(make_call(m, AREA_FIRST, 0, SYS_recvfrom, from), 1);
	m->words[m->pair[0]] = AREA_FD_STOP | 7;
	assert_false(is_recorded(m, AREA_FIRST, SYS_write, to_pair, 5));
	m->words[m->pair[0]] = AREA_FD_UNNAMED | 7;
	assert_false(is_recorded(m, AREA_FIRST, SYS_write, to_pair, 5));
	m->words[m->pair[0]] = 7;
	m->area->permit = 0;
	assert_false(is_recorded(m, AREA_FIRST, SYS_write, to_pair, 5));
	m->area->permit = AREA_PERMITTED;
	/* A ring that is full. */
	m->area->head = m->area->tail + AREA_RING_SIZE;
	assert_int_equal(make_call(m, AREA_FIRST, 0, SYS_write, to_pair), 5);
	assert_int_equal(m->area->head, m->area->tail + AREA_RING_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_recorded, begin, end),
		cmocka_unit_test_setup_teardown(test_failed, begin, end),
		cmocka_unit_test_setup_teardown(test_unrecorded, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
