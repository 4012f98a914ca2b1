/* SPDX-License-Identifier: MIT */
/* Talks to itself over the loopback through liburing(7): ring PART. Prints how many connections it
 * accepted, and how often and how much it has sent and received. Exits with 77 where the kernel has
 * not what PART is about.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK(claim) ((claim) ? (void)0 : fail(#claim, __LINE__))
#define CLIENTS      4
#define ROUNDS       50
#define SIZE         64
#define NOT_HERE     77

static struct {
	unsigned accepted, sends, receives;
	size_t sent, received;
} counts;

static struct io_uring ring;

static _Noreturn void fail(const char *claim, int line)
{
	fprintf(stderr, "line %d: not so: %s (%s)\n", line, claim, strerror(errno));
	exit(1);
}

static void make_ring(unsigned flags)
{
	struct io_uring_params params = {.flags = flags};
	int status = io_uring_queue_init_params(64, &ring, &params);

	if (status == -ENOSYS || status == -EPERM || status == -EINVAL)
		exit(NOT_HERE);
	CHECK(status == 0);
}

static struct io_uring_sqe *entry(void)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	CHECK(sqe);
	return sqe;
}

/* The next completion, which is consumed. */
static struct io_uring_cqe next(void)
{
	struct io_uring_cqe *cqe, copy;

	CHECK(io_uring_wait_cqe(&ring, &cqe) == 0);
	copy = *cqe;
	io_uring_cqe_seen(&ring, cqe);
	return copy;
}

/* What the one entry that stands in the ring comes to. */
static int submit(void)
{
	int submitted = io_uring_submit(&ring);

	/* Where a thread of the kernel takes entries, they are not counted exactly:
	 * io_uring_submit(3). */
	CHECK(submitted == 1 || (submitted >= 0 && (ring.flags & IORING_SETUP_SQPOLL)));
	int result = next().res;
	if (result == -EINVAL || result == -EOPNOTSUPP)
		exit(NOT_HERE);
	CHECK(result >= 0);
	return result;
}

static void has_sent(int result)
{
	CHECK(result >= 0);
	counts.sends++;
	counts.sent += (size_t)result;
}

static void has_received(int result)
{
	CHECK(result >= 0);
	counts.receives++;
	counts.received += (size_t)result;
}

static int listener(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*address = (struct sockaddr_in){AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	CHECK(bind(fd, (struct sockaddr *)address, length) == 0 && listen(fd, CLIENTS) == 0);
	CHECK(getsockname(fd, (struct sockaddr *)address, &length) == 0);
	return fd;
}

/* The two ends of a connection that the ring has made. */
static void make_connection(int ends[2])
{
	struct sockaddr_in address;
	int listening = listener(&address);

	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	io_uring_prep_connect(entry(), ends[0], (struct sockaddr *)&address, sizeof(address));
	submit();
	io_uring_prep_accept(entry(), listening, NULL, NULL, 0);
	ends[1] = submit();
	counts.accepted++;
	close(listening);
}

static void close_both(const int ends[2])
{
	for (int i = 0; i < 2; i++) {
		io_uring_prep_close(entry(), ends[i]);
		submit();
	}
}

/* An echo, one operation at a time. */
static void plain(void)
{
	char data[SIZE] = "plain";
	int ends[2];

	make_connection(ends);
	for (int i = 0; i < ROUNDS; i++)
		for (int from = 0; from < 2; from++) {
			io_uring_prep_send(entry(), ends[from], data, SIZE, 0);
			has_sent(submit());
			io_uring_prep_recv(entry(), ends[!from], data, SIZE, MSG_WAITALL);
			has_received(submit());
		}
	close_both(ends);
}

/* One accept takes all clients. */
static void multishot_accept(void)
{
	struct sockaddr_in address;
	int listening = listener(&address), clients[CLIENTS];

	struct io_uring_sqe *accepts = entry();
	io_uring_prep_multishot_accept(accepts, listening, NULL, NULL, 0);
	/* What the results of two operations that are under way at a time are told apart by. */
	accepts->user_data = 1;
	CHECK(io_uring_submit(&ring) == 1);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = socket(AF_INET, SOCK_STREAM, 0);
		CHECK(connect(clients[i], (struct sockaddr *)&address, sizeof(address)) == 0);
		struct io_uring_cqe cqe = next();
		CHECK(cqe.res >= 0 && cqe.flags & IORING_CQE_F_MORE);
		counts.accepted++;
		has_sent((int)write(clients[i], "hi", 2));
		char data[SIZE];
		io_uring_prep_recv(entry(), cqe.res, data, SIZE, 0);
		has_received(submit());
		close(cqe.res);
		close(clients[i]);
	}
}

/* The kernel chooses a buffer of a ring for each receive, and one receive does for all. */
static void buffers(void)
{
	enum { COUNT = 8, GROUP = 3 };
	static char data[COUNT][SIZE];
	struct io_uring_buf_ring *group;
	char words[SIZE] = "buffers";
	int ends[2];

	CHECK(posix_memalign((void **)&group, 4096, COUNT * sizeof(struct io_uring_buf)) == 0);
	struct io_uring_buf_reg registration = {
		.ring_addr = (unsigned long)group, .ring_entries = COUNT, .bgid = GROUP};
	if (io_uring_register_buf_ring(&ring, &registration, 0) != 0)
		exit(NOT_HERE);
	io_uring_buf_ring_init(group);
	for (int i = 0; i < COUNT; i++)
		io_uring_buf_ring_add(
			group, data[i], SIZE, (unsigned short)i, io_uring_buf_ring_mask(COUNT), i);
	io_uring_buf_ring_advance(group, COUNT);

	make_connection(ends);
	struct io_uring_sqe *receive = entry();
	io_uring_prep_recv_multishot(receive, ends[1], NULL, 0, 0);
	receive->flags |= IOSQE_BUFFER_SELECT;
	receive->buf_group = GROUP;
	CHECK(io_uring_submit(&ring) == 1);
	for (int i = 0; i < ROUNDS; i++) {
		has_sent((int)send(ends[0], words, SIZE, 0));
		struct io_uring_cqe cqe = next();
		CHECK(cqe.res == SIZE && cqe.flags & IORING_CQE_F_BUFFER &&
			cqe.flags & IORING_CQE_F_MORE);
		has_received(cqe.res);
		unsigned short index = (unsigned short)(cqe.flags >> IORING_CQE_BUFFER_SHIFT);
		CHECK(strcmp(data[index], words) == 0);
		io_uring_buf_ring_add(
			group, data[index], SIZE, index, io_uring_buf_ring_mask(COUNT), 0);
		io_uring_buf_ring_advance(group, 1);
	}
	CHECK(shutdown(ends[0], SHUT_WR) == 0);
	has_received(next().res);
	close_both(ends);
}

/* A send that does not copy has two completions: its result, and that its buffer is free. */
static void zero_copy(void)
{
	static char data[16 * SIZE];
	int ends[2];

	make_connection(ends);
	for (int i = 0; i < ROUNDS; i++) {
		io_uring_prep_send_zc(entry(), ends[0], data, sizeof(data), 0, 0);
		CHECK(io_uring_submit(&ring) == 1);
		struct io_uring_cqe cqe = next();
		if (cqe.res == -EINVAL || cqe.res == -EOPNOTSUPP)
			exit(NOT_HERE);
		has_sent(cqe.res);
		if (cqe.flags & IORING_CQE_F_MORE)
			CHECK(next().flags & IORING_CQE_F_NOTIF);
		io_uring_prep_recv(entry(), ends[1], data, sizeof(data), MSG_WAITALL);
		has_received(submit());
	}
	close_both(ends);
}

/* A chain: each entry begins when the one before it has succeeded, and with a limit of time. */
static void linked(void)
{
	char data[SIZE] = "linked";
	struct __kernel_timespec limit = {.tv_sec = 60};
	int ends[2];

	make_connection(ends);
	for (int i = 0; i < ROUNDS; i++) {
		struct io_uring_sqe *sqe = entry();
		io_uring_prep_send(sqe, ends[0], data, SIZE, MSG_WAITALL);
		sqe->flags |= IOSQE_IO_LINK;
		sqe->user_data = 1;
		sqe = entry();
		io_uring_prep_recv(sqe, ends[1], data, SIZE, MSG_WAITALL);
		sqe->flags |= IOSQE_IO_LINK;
		sqe->user_data = 2;
		sqe = entry();
		io_uring_prep_link_timeout(sqe, &limit, 0);
		sqe->user_data = 3;
		CHECK(io_uring_submit_and_wait(&ring, 3) == 3);
		for (int done = 0; done < 3; done++) {
			struct io_uring_cqe cqe = next();
			if (cqe.user_data == 1)
				has_sent(cqe.res);
			else if (cqe.user_data == 2)
				has_received(cqe.res);
		}
	}
	/* What would wait for ever is given up. */
	limit = (struct __kernel_timespec){.tv_nsec = 1000000};
	struct io_uring_sqe *sqe = entry();
	io_uring_prep_recv(sqe, ends[1], data, SIZE, 0);
	sqe->flags |= IOSQE_IO_LINK;
	io_uring_prep_link_timeout(entry(), &limit, 0);
	CHECK(io_uring_submit(&ring) == 2);
	int first = next().res, second = next().res;
	CHECK(first == -ECANCELED || second == -ECANCELED);
	close_both(ends);
}

/* A socket is waited for with a poll of one shot and of several. */
static void polled(void)
{
	char data[SIZE] = "polled";
	int ends[2];

	make_connection(ends);
	for (int i = 0; i < ROUNDS; i++) {
		io_uring_prep_poll_add(entry(), ends[1], POLLIN);
		CHECK(io_uring_submit(&ring) == 1);
		has_sent((int)send(ends[0], data, SIZE, 0));
		CHECK(next().res & POLLIN);
		has_received((int)recv(ends[1], data, SIZE, MSG_WAITALL));
	}
	io_uring_prep_poll_multishot(entry(), ends[1], POLLIN);
	CHECK(io_uring_submit(&ring) == 1);
	for (int i = 0; i < ROUNDS; i++) {
		has_sent((int)send(ends[0], data, SIZE, 0));
		CHECK(next().res & POLLIN);
		has_received((int)recv(ends[1], data, SIZE, MSG_WAITALL));
	}
	close(ends[0]);
	close(ends[1]);
}

/* An epoll instance whose list is changed through the ring. */
static void epoll(void)
{
	char data[SIZE] = "epoll";
	int ends[2], instance = epoll_create1(0);

	make_connection(ends);
	struct epoll_event event = {EPOLLIN, {.fd = ends[1]}};
	io_uring_prep_epoll_ctl(entry(), instance, ends[1], EPOLL_CTL_ADD, &event);
	submit();
	for (int i = 0; i < ROUNDS; i++) {
		has_sent((int)send(ends[0], data, SIZE, 0));
		CHECK(epoll_wait(instance, &event, 1, -1) == 1 && event.data.fd == ends[1]);
		io_uring_prep_recv(entry(), ends[1], data, SIZE, MSG_WAITALL);
		has_received(submit());
	}
	io_uring_prep_epoll_ctl(entry(), instance, ends[1], EPOLL_CTL_DEL, NULL);
	submit();
	close_both(ends);
	close(instance);
}

/* Sockets by their index among the ring's registered files. */
static void registered(void)
{
	char data[SIZE] = "registered";
	int ends[2];

	make_connection(ends);
	CHECK(io_uring_register_files(&ring, ends, 2) == 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct io_uring_sqe *sqe = entry();
		io_uring_prep_send(sqe, 0, data, SIZE, 0);
		sqe->flags |= IOSQE_FIXED_FILE;
		has_sent(submit());
		sqe = entry();
		io_uring_prep_recv(sqe, 1, data, SIZE, MSG_WAITALL);
		sqe->flags |= IOSQE_FIXED_FILE;
		has_received(submit());
	}
	CHECK(io_uring_unregister_files(&ring) == 0);
	close_both(ends);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
		unsigned flags;
	} parts[] = {
		{"plain", plain, 0},
		{"multishot", multishot_accept, 0},
		{"buffers", buffers, 0},
		{"zero_copy", zero_copy, 0},
		{"linked", linked, 0},
		{"polled", polled, 0},
		{"epoll", epoll, 0},
		{"registered", registered, 0},
		{"kernel_thread", plain, IORING_SETUP_SQPOLL},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (argc < 2 || strcmp(argv[1], parts[i].name) != 0)
			continue;
		make_ring(parts[i].flags);
		parts[i].run();
		io_uring_queue_exit(&ring);
		printf("accepted %u\nsent %u %zu\nreceived %u %zu\n", counts.accepted, counts.sends,
			counts.sent, counts.receives, counts.received);
		return 0;
	}
	fprintf(stderr, "usage: ring PART\n");
	return 2;
}
