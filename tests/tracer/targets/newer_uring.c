/* SPDX-License-Identifier: MIT */
/*
 * What io_uring(7) can do in Linux 6.18 and could not in 6.1, on a socketpair; by numbers, because
 * headers may be older. Exits with 77 where the kernel knows less. With "mixed": a ring whose
 * completions differ in size.
 */
#include <assert.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/tracer/targets/ring_setup.h"

#define OP_READ_MULTISHOT 49
#define OP_READV_FIXED    60
#define OP_WRITEV_FIXED   61
#define SEND_VECTORIZED   (1 << 5)
#define SETUP_CQE_MIXED   (1 << 18)
#define AT(pointer)       (uint64_t)(uintptr_t)(pointer)

static struct io_uring_params params;
static char *rings;
static struct io_uring_sqe *entries;
static int ring;

static void set_up(unsigned flags)
{
	params.flags = flags;
	ring = ring_setup(8, &params);
	if (ring < 0)
		_exit(77);
	rings = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	entries = mmap(NULL, 8 * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		IORING_OFF_SQES);
	assert(rings != MAP_FAILED && entries != MAP_FAILED);
}

/* Submits the entry and returns its first result. */
static int run(struct io_uring_sqe entry)
{
	unsigned *tail = (void *)(rings + params.sq_off.tail);
	unsigned *head = (void *)(rings + params.cq_off.head);
	struct io_uring_cqe *completions = (void *)(rings + params.cq_off.cqes);

	entries[*tail & 7] = entry;
	((unsigned *)(void *)(rings + params.sq_off.array))[*tail & 7] = *tail & 7;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	assert(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1);
	int result = completions[*head & (params.cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	if (result == -EINVAL)
		_exit(77);
	return result;
}

int main(int argc, char **argv)
{
	static char memory[4096] = "headbody";
	struct iovec all = {memory, sizeof(memory)};
	struct iovec segments[2] = {{memory, 4}, {memory + 4, 4}};
	int pair[2];

	assert(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	if (argc > 1 && strcmp(argv[1], "mixed") == 0) {
		set_up(SETUP_CQE_MIXED);
		assert(run((struct io_uring_sqe){.opcode = IORING_OP_SEND,
			       .fd = pair[0],
			       .addr = AT("unseen"),
			       .len = 6}) == 6);
		return 0;
	}
	set_up(0);
	assert(syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &all, 1) == 0);
	assert(run((struct io_uring_sqe){.opcode = IORING_OP_SEND,
		       .fd = pair[0],
		       .ioprio = SEND_VECTORIZED,
		       .addr = AT(segments),
		       .len = 2}) == 8);
	assert(run((struct io_uring_sqe){
		       .opcode = OP_WRITEV_FIXED, .fd = pair[0], .addr = AT(segments), .len = 2}) ==
		8);
	segments[0] = (struct iovec){memory + 100, 6};
	segments[1] = (struct iovec){memory + 200, 10};
	assert(run((struct io_uring_sqe){
		       .opcode = OP_READV_FIXED, .fd = pair[1], .addr = AT(segments), .len = 2}) ==
		16);
	assert(run((struct io_uring_sqe){.opcode = IORING_OP_PROVIDE_BUFFERS,
		       .fd = 1,
		       .addr = AT(memory + 1000),
		       .len = 1000}) >= 0);
	assert(send(pair[0], "once", 4, 0) == 4);
	assert(run((struct io_uring_sqe){
		       .opcode = OP_READ_MULTISHOT, .fd = pair[1], .flags = IOSQE_BUFFER_SELECT}) ==
		4);
	return 0;
}
