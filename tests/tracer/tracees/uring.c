/* SPDX-License-Identifier: MIT */
/* A client and a server in one process, all through io_uring(7) by its bare system calls: socket,
 * accept, connect, send, recv, sendmsg, recvmsg, read, write, shutdown and close. */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/tracer/targets/ring_setup.h"

static struct io_uring_params params;
static char *submissions, *completions;
static struct io_uring_sqe *entries;
static int ring;

static unsigned *word(char *base, unsigned offset)
{
	return (unsigned *)(void *)(base + offset);
}

static void set_up(unsigned flags)
{
	params = (struct io_uring_params){.flags = flags};
	ring = ring_setup(8, &params);
	if (ring < 0 && (errno == EPERM || errno == ENOSYS)) {
		fputs("needs io_uring(7), which this system does not allow\n", stderr);
		exit(77);
	}
	assert(ring >= 0);
	submissions = mmap(NULL, params.sq_off.array + params.sq_entries * 4,
		PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	completions = mmap(NULL, params.cq_off.cqes + params.cq_entries * 16,
		PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
	entries = mmap(NULL, params.sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE,
		MAP_SHARED, ring, IORING_OFF_SQES);
}

static void offer(struct io_uring_sqe entry)
{
	unsigned *tail = word(submissions, params.sq_off.tail);
	unsigned index = *tail & (params.sq_entries - 1);

	entries[index] = entry;
	word(submissions, params.sq_off.array)[index] = index;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

static void enter(unsigned submit, unsigned wait)
{
	assert(syscall(SYS_io_uring_enter, ring, submit, wait, IORING_ENTER_GETEVENTS, NULL, 0) >=
		0);
}

/* The next result. */
static struct io_uring_cqe take(void)
{
	unsigned *head = word(completions, params.cq_off.head);
	struct io_uring_cqe *all = (void *)(completions + params.cq_off.cqes);

	while (__atomic_load_n(word(completions, params.cq_off.tail), __ATOMIC_ACQUIRE) == *head)
		enter(0, 1);
	struct io_uring_cqe result = all[*head & (params.cq_entries - 1)];
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

static int run(struct io_uring_sqe entry)
{
	offer(entry);
	enter(1, 1);
	return take().res;
}

/* Two whose results come in any order; `second` is the one of the second. */
static int run_both(struct io_uring_sqe a, struct io_uring_sqe b, int *second)
{
	int first = -1;

	a.user_data = 1;
	b.user_data = 2;
	offer(a);
	offer(b);
	enter(2, 2);
	for (int i = 0; i < 2; i++) {
		struct io_uring_cqe got = take();
		*(got.user_data == 1 ? &first : second) = got.res;
	}
	return first;
}

#define OPERATION(code, ...) ((struct io_uring_sqe){.opcode = IORING_OP_##code, __VA_ARGS__})
#define AT(pointer)          (uint64_t)(uintptr_t)(pointer)

/* One operation with several results, and one whose second result says that its memory is free. */
static void several(int listening, const struct sockaddr_in *address)
{
	int clients[2], accepted[2];

	offer(OPERATION(
		ACCEPT, .fd = listening, .ioprio = IORING_ACCEPT_MULTISHOT, .user_data = 7));
	enter(1, 0);
	for (int i = 0; i < 2; i++) {
		clients[i] = socket(AF_INET, SOCK_STREAM, 0);
		assert(connect(clients[i], (const struct sockaddr *)address, sizeof(*address)) ==
			0);
		accepted[i] = take().res;
		assert(accepted[i] >= 0);
	}
	offer(OPERATION(SEND_ZC, .fd = clients[1], .addr = AT("zero"), .len = 4, .user_data = 8));
	enter(1, 2);
	assert(take().res == 4 && (take().flags & IORING_CQE_F_NOTIF));
	assert(recv(accepted[1], (char[8]){0}, 8, 0) == 4);
}

/* What the trace cannot be sure of: a completion that nobody waits for, and direct descriptors. */
static void blind(void)
{
	char buffer[8];
	int pair[2];

	assert(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	offer(OPERATION(RECV, .fd = pair[0], .addr = AT(buffer), .len = sizeof(buffer)));
	enter(1, 0);
	assert(send(pair[1], "alone", 5, 0) == 5);
	unsigned *head = word(completions, params.cq_off.head);
	while (__atomic_load_n(word(completions, params.cq_off.tail), __ATOMIC_ACQUIRE) == *head)
		getppid();
	assert(take().res == 5);
	assert(run(OPERATION(SOCKET, .fd = AF_INET, .off = SOCK_STREAM, .file_index = 1)) < 0);
}

int main(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in peer;
	socklen_t length = sizeof(address), peer_length = sizeof(peer);
	char buffer[32], other[32];
	struct iovec segment = {buffer, sizeof(buffer)};
	struct msghdr message = {.msg_iov = &segment, .msg_iovlen = 1};
	int accepted, result;

	set_up(0);
	int listening = run(OPERATION(SOCKET, .fd = AF_INET, .off = SOCK_STREAM));
	int client = run(OPERATION(SOCKET, .fd = AF_INET, .off = SOCK_STREAM));
	assert(listening >= 0 && client >= 0);
	assert(bind(listening, (struct sockaddr *)&address, length) == 0);
	assert(listen(listening, 5) == 0);
	assert(getsockname(listening, (struct sockaddr *)&address, &length) == 0);
	assert(run_both(OPERATION(ACCEPT, .fd = listening, .addr = AT(&peer),
				.addr2 = AT(&peer_length), .accept_flags = SOCK_CLOEXEC),
		       OPERATION(
			       CONNECT, .fd = client, .addr = AT(&address), .off = sizeof(address)),
		       &result) >= 0);
	assert(result == 0);
	accepted = client + 1;
	assert(run_both(OPERATION(RECV, .fd = accepted, .addr = AT(buffer), .len = sizeof(buffer)),
		       OPERATION(SEND, .fd = client, .addr = AT("hello"), .len = 5), &result) == 5);
	segment.iov_len = 5;
	assert(run(OPERATION(SENDMSG, .fd = accepted, .addr = AT(&message), .len = 1)) == 5);
	segment = (struct iovec){other, sizeof(other)};
	assert(run(OPERATION(RECVMSG, .fd = client, .addr = AT(&message), .len = 1)) == 5);
	assert(run(OPERATION(WRITE, .fd = client, .addr = AT("bye"), .len = 3, .off = -1ull)) == 3);
	assert(run(OPERATION(READ, .fd = accepted, .addr = AT(buffer), .len = 32, .off = -1ull)) ==
		3);
	assert(run(OPERATION(RECV, .fd = accepted, .addr = AT(buffer), .len = 32,
		       .msg_flags = MSG_DONTWAIT)) == -EAGAIN);
	assert(run(OPERATION(SHUTDOWN, .fd = client, .len = SHUT_WR)) == 0);
	assert(run(OPERATION(READ, .fd = accepted, .addr = AT(buffer), .len = 32, .off = -1ull)) ==
		0);
	assert(run(OPERATION(CLOSE, .fd = client)) == 0);
	assert(run(OPERATION(CLOSE, .fd = 99)) == -EBADF);
	several(listening, &address);
	blind();
	/* Nobody connects: it is under way for ever. */
	offer(OPERATION(ACCEPT, .fd = listening));
	enter(1, 0);
	return 0;
}
