/* SPDX-License-Identifier: MIT */
/* A ring of io_uring(7) by its bare system calls; numbers instead of names that headers may lack.
 */
#ifndef TESTS_TARGETS_RINGS_H
#define TESTS_TARGETS_RINGS_H

#include <linux/io_uring.h>
#include <sys/syscall.h>

#include "tests/tracer/targets/parts.h"
#include "tests/tracer/targets/ring_setup.h"

#define OP_READ_MULTISHOT   49
#define OP_FIXED_FD_INSTALL 54
#define OP_EPOLL_WAIT       59
#define OP_WRITEV_FIXED     61

#define AT(pointer)          (uint64_t)(uintptr_t)(pointer)
#define OPERATION(code, ...) ((struct io_uring_sqe){.opcode = (code), __VA_ARGS__})

struct test_ring {
	int fd;
	struct io_uring_params params;
	char *memory;
	size_t length;
	struct io_uring_sqe *entries;
};

/* True where the system lets one be made. */
static inline bool ring_make(struct test_ring *ring, unsigned count, unsigned flags)
{
	ring->params = (struct io_uring_params){.flags = flags};
	ring->fd = ring_setup(count, &ring->params);
	if (ring->fd < 0)
		return false;
	ring->length = ring->params.cq_off.cqes +
		       ring->params.cq_entries * (flags & IORING_SETUP_CQE32 ? 32 : 16);
	if (ring->length < ring->params.sq_off.array + ring->params.sq_entries * 4)
		ring->length = ring->params.sq_off.array + ring->params.sq_entries * 4;
	ring->memory = mmap(NULL, ring->length, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
		IORING_OFF_SQ_RING);
	ring->entries = mmap(NULL, ring->params.sq_entries * sizeof(*ring->entries),
		PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQES);
	CHECK(ring->memory != MAP_FAILED && ring->entries != MAP_FAILED);
	return true;
}

/* In liburing's order. */
static inline void ring_end(struct test_ring *ring)
{
	CHECK(munmap(ring->entries, ring->params.sq_entries * sizeof(*ring->entries)) == 0);
	CHECK(munmap(ring->memory, ring->length) == 0);
	CHECK(close(ring->fd) == 0);
}

static inline unsigned *ring_word(const struct test_ring *ring, unsigned offset)
{
	return (unsigned *)(void *)(ring->memory + offset);
}

static inline void ring_offer(struct test_ring *ring, struct io_uring_sqe entry)
{
	unsigned *tail = ring_word(ring, ring->params.sq_off.tail);
	unsigned index = *tail & (ring->params.sq_entries - 1);

	ring->entries[index] = entry;
	ring_word(ring, ring->params.sq_off.array)[index] = index;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

static inline void ring_enter(int number, unsigned submit, unsigned wait, unsigned flags)
{
	CHECK(syscall(SYS_io_uring_enter, number, submit, wait,
		      (wait ? IORING_ENTER_GETEVENTS : 0) | flags, NULL, 0) == (int)submit);
}

static inline bool ring_has_result(const struct test_ring *ring)
{
	return __atomic_load_n(ring_word(ring, ring->params.cq_off.tail), __ATOMIC_ACQUIRE) !=
	       *ring_word(ring, ring->params.cq_off.head);
}

/* The next result, looked for without a system call. */
static inline struct io_uring_cqe ring_take(const struct test_ring *ring)
{
	struct io_uring_cqe *all = (void *)(ring->memory + ring->params.cq_off.cqes);
	unsigned *head = ring_word(ring, ring->params.cq_off.head);

	while (!ring_has_result(ring))
		;
	struct io_uring_cqe result = all[*head & (ring->params.cq_entries - 1)];
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

static inline int ring_run(struct test_ring *ring, struct io_uring_sqe entry)
{
	ring_offer(ring, entry);
	ring_enter(ring->fd, 1, 1, 0);
	return ring_take(ring).res;
}

#endif
