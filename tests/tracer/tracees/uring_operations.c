/* SPDX-License-Identifier: MIT */
/* Operations of io_uring(7) beside those that uring.c has: interest lists, waits, splices, options,
 * results in buffers that the kernel chooses, and what need not be there any more when an operation
 * ends. For Linux 6.15 and later. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include "tests/tracer/targets/rings.h"

static struct test_ring ring;
static int ends[2];

static int run(struct io_uring_sqe entry)
{
	return ring_run(&ring, entry);
}

/* The result of what was submitted before. */
static int result(void)
{
	if (!ring_has_result(&ring))
		ring_enter(ring.fd, 0, 1, 0);
	return ring_take(&ring).res;
}

static void wait_for_sockets(void)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = 7}, found;
	int epoll = epoll_create1(0);

	CHECK(run(OPERATION(IORING_OP_EPOLL_CTL, .fd = epoll, .off = (unsigned)ends[1],
		      .len = EPOLL_CTL_ADD, .addr = AT(&event))) == 0);
	CHECK(epoll_wait(epoll, &found, 1, 0) == 0);
	ring_offer(&ring, OPERATION(OP_EPOLL_WAIT, .fd = epoll, .addr = AT(&found), .len = 1));
	ring_enter(ring.fd, 1, 0, 0);
	CHECK(send(ends[0], "wake", 4, 0) == 4 && result() == 1);
	ring_offer(&ring, OPERATION(IORING_OP_EPOLL_CTL, .fd = epoll, .off = (unsigned)ends[1],
				  .len = EPOLL_CTL_DEL, .user_data = 1));
	ring_offer(&ring, OPERATION(IORING_OP_POLL_ADD, .fd = ends[1],
				  .poll32_events = POLLIN | POLLOUT, .user_data = 2));
	ring_enter(ring.fd, 2, 2, 0);
	result();
	result();
	CHECK(recv(ends[1], (char[4]){0}, 4, 0) == 4);
	/* Until it is cancelled, under another name. */
	ring_offer(&ring, OPERATION(IORING_OP_POLL_ADD, .fd = ends[1], .poll32_events = POLLIN,
				  .len = IORING_POLL_ADD_MULTI, .user_data = 3));
	ring_enter(ring.fd, 1, 0, 0);
	CHECK(run(OPERATION(IORING_OP_POLL_REMOVE, .fd = -1, .addr = 3, .off = 4,
		      .len = IORING_POLL_UPDATE_USER_DATA)) == 0);
	CHECK(send(ends[0], "many", 4, 0) == 4 && result() == POLLIN);
	CHECK(recv(ends[1], (char[4]){0}, 4, 0) == 4);
	CHECK(send(ends[0], "more", 4, 0) == 4 && result() == POLLIN);
	CHECK(recv(ends[1], (char[4]){0}, 4, 0) == 4);
	ring_offer(&ring, OPERATION(IORING_OP_ASYNC_CANCEL, .fd = -1, .addr = 4, .user_data = 5));
	ring_enter(ring.fd, 1, 2, 0);
	CHECK(result() + result() == -ECANCELED);
	CHECK(run(OPERATION(IORING_OP_CLOSE, .fd = epoll)) == 0);
	/* The number is another instance's, with nothing in it. */
	CHECK(epoll_create1(0) == epoll && epoll_wait(epoll, &found, 1, 0) == 0);
	close(epoll);
}

static void splice_all(void)
{
	int pipes[2];

	CHECK(pipe(pipes) == 0 && write(pipes[1], "spliced", 7) == 7);
	CHECK(run(OPERATION(IORING_OP_SPLICE, .fd = ends[0], .off = -1ull, .splice_fd_in = pipes[0],
		      .splice_off_in = -1ull, .len = 7)) == 7);
	CHECK(run(OPERATION(IORING_OP_SPLICE, .fd = pipes[1], .off = -1ull, .splice_fd_in = ends[1],
		      .splice_off_in = -1ull, .len = 100)) == 7);
	close(pipes[0]);
	close(pipes[1]);
}

static struct io_uring_sqe command(int fd, unsigned which, int option, void *value, unsigned length)
{
	return OPERATION(IORING_OP_URING_CMD, .fd = fd, .off = which,
		.addr = SOL_SOCKET | (uint64_t)(unsigned)option << 32, .addr3 = AT(value),
		.file_index = length);
}

static void command_sockets(void)
{
	int value = 1, fd = socket(AF_INET, SOCK_DGRAM, 0);

	CHECK(run(command(fd, 3, SO_KEEPALIVE, &value, sizeof(value))) == 0);
	CHECK(run(command(fd, 2, SO_KEEPALIVE, &value, sizeof(value))) == sizeof(value));
	CHECK(run(command(fd, 0, 0, NULL, 0)) == 0);
	CHECK(run(command(fd, 99, 0, NULL, 0)) == -EOPNOTSUPP);
	close(fd);
}

static void choose_buffers(void)
{
	static char memory[4096];
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in peer;
	socklen_t length = sizeof(address);
	struct iovec segment = {NULL, 100};
	struct msghdr several = {.msg_namelen = sizeof(peer)};
	struct msghdr single = {.msg_name = &peer,
		.msg_namelen = sizeof(peer),
		.msg_iov = &segment,
		.msg_iovlen = 1};
	int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);

	CHECK(bind(to, (struct sockaddr *)&address, length) == 0);
	CHECK(getsockname(to, (struct sockaddr *)&address, &length) == 0);
	CHECK(connect(from, (struct sockaddr *)&address, length) == 0);
	CHECK(run(OPERATION(IORING_OP_PROVIDE_BUFFERS, .fd = 8, .addr = AT(memory), .len = 256,
		      .buf_group = 1)) >= 0);
	CHECK(send(from, "single", 6, 0) == 6);
	CHECK(run(OPERATION(IORING_OP_RECVMSG, .fd = to, .addr = AT(&single), .len = 1,
		      .flags = IOSQE_BUFFER_SELECT, .buf_group = 1)) == 6);
	ring_offer(&ring, OPERATION(IORING_OP_RECVMSG, .fd = to, .addr = AT(&several), .len = 1,
				  .ioprio = IORING_RECV_MULTISHOT, .flags = IOSQE_BUFFER_SELECT,
				  .buf_group = 1, .user_data = 6));
	ring_enter(ring.fd, 1, 0, 0);
	for (int i = 0; i < 2; i++)
		CHECK(send(from, "several", 7, 0) == 7 && result() == 16 + (int)sizeof(peer) + 7);
	ring_offer(&ring, OPERATION(IORING_OP_ASYNC_CANCEL, .fd = -1, .addr = 6, .user_data = 7));
	ring_enter(ring.fd, 1, 2, 0);
	CHECK(result() + result() == -ECANCELED);
	CHECK(send(ends[0], "readv", 5, 0) == 5);
	CHECK(run(OPERATION(IORING_OP_READV, .fd = ends[1], .addr = AT(&segment), .len = 1,
		      .flags = IOSQE_BUFFER_SELECT, .buf_group = 1)) == 5);
	ring_offer(&ring, OPERATION(OP_READ_MULTISHOT, .fd = ends[1], .flags = IOSQE_BUFFER_SELECT,
				  .buf_group = 1, .user_data = 8));
	ring_enter(ring.fd, 1, 0, 0);
	CHECK(send(ends[0], "often", 5, 0) == 5 && result() == 5);
	CHECK(send(ends[0], "often", 5, 0) == 5 && result() == 5);
	ring_offer(&ring, OPERATION(IORING_OP_ASYNC_CANCEL, .fd = -1, .addr = 8, .user_data = 9));
	ring_enter(ring.fd, 1, 2, 0);
	CHECK(result() + result() == -ECANCELED);
	close(to);
	close(from);
}

/* The kernel has taken these when the operation is submitted. */
static void change_what_was_said(void)
{
	static char first[4], second[4];
	struct iovec segments[2] = {{first, 4}, {second, 4}};
	struct msghdr message = {.msg_iov = segments, .msg_iovlen = 2};

	ring_offer(
		&ring, OPERATION(IORING_OP_RECVMSG, .fd = ends[1], .addr = AT(&message), .len = 1));
	ring_enter(ring.fd, 1, 0, 0);
	segments[0] = segments[1] = (struct iovec){NULL, 1};
	CHECK(send(ends[0], "headbody", 8, 0) == 8 && result() == 8);
	segments[0] = (struct iovec){first, 4};
	ring_offer(
		&ring, OPERATION(IORING_OP_READV, .fd = ends[1], .addr = AT(segments), .len = 1));
	ring_enter(ring.fd, 1, 0, 0);
	segments[0] = (struct iovec){NULL, 1};
	CHECK(send(ends[0], "tail", 4, 0) == 4 && result() == 4);
}

static void write_registered(void)
{
	static char memory[4096] = "fixed";
	struct iovec all = {memory, sizeof(memory)}, part = {memory, 5};

	CHECK(syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &all, 1) == 0);
	CHECK(run(OPERATION(OP_WRITEV_FIXED, .fd = ends[0], .addr = AT(&part), .len = 1)) == 5);
	CHECK(read(ends[1], memory, 100) == 5);
}

/* A socket that only the ring has gets a number. */
static void install(void)
{
	int none = -1;

	CHECK(syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, &none, 1) == 0);
	CHECK(run(OPERATION(
		      IORING_OP_SOCKET, .fd = AF_UNIX, .off = SOCK_STREAM, .file_index = 1)) == 0);
	CHECK(run(OPERATION(OP_FIXED_FD_INSTALL, .fd = 0, .flags = IOSQE_FIXED_FILE)) ==
		ring.fd + 1);
	CHECK(close(ring.fd + 1) == 0);
}

int main(void)
{
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	if (!ring_make(&ring, 16, 0) ||
		run(OPERATION(OP_EPOLL_WAIT, .fd = -1, .len = 1)) == -EINVAL) {
		fputs("this kernel's io_uring is older\n", stderr);
		return 77;
	}
	wait_for_sockets();
	splice_all();
	command_sockets();
	choose_buffers();
	change_what_was_said();
	write_registered();
	install();
	return 0;
}
