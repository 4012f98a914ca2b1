/* SPDX-License-Identifier: MIT */
/*
 * rings PART [FILE]: rings of io_uring(7) that come and go, that threads and processes share, and
 * that nobody enters again. Says at the end how often it has sent 4 bytes through them. Exits with
 * 77 where the system has no io_uring.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "tests/tracer/targets/rings.h"

static int pair[2];

static struct io_uring_sqe talk_entry(void)
{
	return OPERATION(IORING_OP_SEND, .fd = pair[0], .addr = AT("talk"), .len = 4);
}

static void send_through(struct test_ring *ring, int number, unsigned flags)
{
	ring_offer(ring, talk_entry());
	ring_enter(number, 1, 1, flags);
	CHECK(ring_take(ring).res == 4);
	atomic_fetch_add(sent, 1);
}

static void again(void)
{
	struct test_ring ring;
	char *memory = NULL;

	for (int i = 0; i < 5; i++) {
		CHECK(ring_make(&ring, 8, 0));
		CHECK(!memory || memory == ring.memory); /* the same address */
		memory = ring.memory;
		send_through(&ring, ring.fd, 0);
		ring_end(&ring);
	}
}

static void many(void)
{
	struct test_ring ring;

	for (int i = 0; i < 2000; i++) {
		CHECK(ring_make(&ring, 2, 0));
		send_through(&ring, ring.fd, 0);
		CHECK(read(pair[1], (char[4]){0}, 4) == 4);
		ring_end(&ring);
	}
}

/* The rings live at the same time, and the numbers are given in another order. */
static void several(void)
{
	struct test_ring rings[3];

	for (int i = 0; i < 3; i++)
		CHECK(ring_make(&rings[i], 8, 0));
	for (int i = 2; i >= 0; i--)
		send_through(&rings[i], rings[i].fd, 0);
	ring_end(&rings[1]);
	CHECK(ring_make(&rings[1], 8, 0));
	for (int i = 0; i < 3; i++)
		send_through(&rings[i], rings[i].fd, 0);
}

/* Each thread has its own ring at index 0. */
static void *use_registered(void *unused)
{
	struct test_ring ring;
	struct io_uring_rsrc_update update = {.offset = -1U};

	CHECK(ring_make(&ring, 8, 0));
	update.data = (uint64_t)ring.fd;
	CHECK(syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_RING_FDS, &update, 1) == 1);
	for (int i = 0; i < 4; i++)
		send_through(&ring, (int)update.offset, IORING_ENTER_REGISTERED_RING);
	CHECK(close(ring.fd) == 0); /* the index is another reference to it */
	send_through(&ring, (int)update.offset, IORING_ENTER_REGISTERED_RING);
	return unused;
}

static void registered(void)
{
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		CHECK(pthread_create(&threads[i], NULL, use_registered, NULL) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

/* One thread waits in the kernel for what another one submits and a third one sees completed. */
static struct test_ring shared;

static void *submit_and_wait(void *unused)
{
	ring_offer(&shared, OPERATION(IORING_OP_RECV, .fd = pair[1], .addr = AT((char[4]){0}),
				    .len = 4, .flags = IOSQE_ASYNC, .user_data = 1));
	ring_offer(&shared, talk_entry());
	ring_enter(shared.fd, 2, 3, 0);
	return unused;
}

static void shared_by_threads(void)
{
	pthread_t thread;

	CHECK(ring_make(&shared, 8, 0));
	CHECK(pthread_create(&thread, NULL, submit_and_wait, NULL) == 0);
	/* The results stay where they are: the kernel counts those that nobody has taken. */
	unsigned *tail = ring_word(&shared, shared.params.cq_off.tail);
	while (__atomic_load_n(tail, __ATOMIC_ACQUIRE) != 2)
		;
	/* This call sees the results of the other, which has not returned. */
	ring_offer(&shared, talk_entry());
	ring_enter(shared.fd, 1, 0, 0);
	CHECK(pthread_join(thread, NULL) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(ring_take(&shared).res == 4);
	atomic_fetch_add(sent, 2);
}

/* Nobody enters the ring after the sends, whose results are seen in it; it is unmapped and closed.
 */
static void polled(void)
{
	struct test_ring ring;

	for (int i = 0; i < 3; i++) {
		CHECK(ring_make(&ring, 8, 0));
		struct io_uring_sqe entry = talk_entry();
		entry.flags = IOSQE_ASYNC;
		ring_offer(&ring, entry);
		ring_offer(&ring, entry);
		ring_enter(ring.fd, 2, 0, 0);
		CHECK(ring_take(&ring).res == 4 && ring_take(&ring).res == 4);
		atomic_fetch_add(sent, 2);
		ring_end(&ring);
	}
}

static void send_unseen(void)
{
	static struct test_ring ring;
	struct io_uring_sqe entry = talk_entry();

	CHECK(ring_make(&ring, 8, 0));
	entry.flags = IOSQE_ASYNC;
	ring_offer(&ring, entry);
	ring_enter(ring.fd, 1, 0, 0);
	CHECK(ring_take(&ring).res == 4);
	atomic_fetch_add(sent, 1);
}

/* Processes that end with results in their rings: by themselves, killed, and by another thread. */
static void ended(void)
{
	for (int way = 0; way < 2; way++) {
		pid_t child = fork();
		if (child == 0) {
			send_unseen();
			if (way == 1)
				raise(SIGKILL);
			_exit(0);
		}
		CHECK(waitpid(child, NULL, 0) == child);
	}
	send_unseen();
}

/* The ring is another process's, and its number another one. */
static void inherited(void)
{
	static struct test_ring ring;

	CHECK(ring_make(&ring, 8, 0));
	pid_t child = fork();
	if (child == 0) {
		int number = dup(ring.fd);
		CHECK(close(ring.fd) == 0);
		send_through(&ring, number, 0);
		send_through(&ring, number, 0);
		_exit(0);
	}
	CHECK(waitpid(child, NULL, 0) == child);
	int number = dup2(ring.fd, 100);
	CHECK(close(ring.fd) == 0);
	send_through(&ring, number, 0);
}

/* More than 4096 at a time, and as many under way with the same user_data. */
static void thousands(void)
{
	struct test_ring ring;
	int ends[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	CHECK(ring_make(&ring, 8192, 0));
	for (int i = 0; i < 6000; i++)
		ring_offer(&ring, OPERATION(IORING_OP_RECV, .fd = ends[1], .addr = AT((char[4]){0}),
					  .len = 4, .msg_flags = i % 2 ? MSG_DONTWAIT : 0));
	for (int i = 0; i < 100; i++)
		ring_offer(&ring, OPERATION(IORING_OP_SEND, .fd = ends[0], .addr = AT("talk"),
					  .len = 4, .user_data = 1));
	ring_enter(ring.fd, 6100, 100, 0);
	atomic_fetch_add(sent, 100);
}

/* What is accepted is used before the ring is entered again. */
static void accepted(void)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	struct test_ring ring;

	int listening = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(listen(listening, 5) == 0);
	CHECK(getsockname(listening, (struct sockaddr *)&address, &length) == 0);
	CHECK(ring_make(&ring, 8, 0));
	ring_offer(&ring, OPERATION(IORING_OP_ACCEPT, .fd = listening, .flags = IOSQE_ASYNC));
	ring_enter(ring.fd, 1, 0, 0);
	CHECK(connect(client, (struct sockaddr *)&address, length) == 0);
	int fd = ring_take(&ring).res;
	CHECK(fd >= 0 && send(fd, "talk", 4, 0) == 4 && recv(client, (char[4]){0}, 4, 0) == 4);
	atomic_fetch_add(sent, 1);
	ring_end(&ring);
}

/* Operations of which only a failure has a result: four sends, a fifth on a closed number, and two
 * closes, one of them late. */
static void unasked(void)
{
	struct test_ring ring;
	int ends[2], idle;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && (idle = dup(ends[1])) >= 0);
	CHECK(ring_make(&ring, 8, 0));
	for (int i = 0; i < 5; i++) {
		struct io_uring_sqe entry = talk_entry();
		entry.flags = IOSQE_CQE_SKIP_SUCCESS;
		entry.fd = i < 4 ? ends[0] : 99;
		entry.user_data = (uint64_t)i / 2;
		ring_offer(&ring, entry);
		if (i > 1)
			ring_enter(ring.fd, i == 2 ? 3 : 1, 0, 0);
		atomic_fetch_add(sent, 1);
	}
	CHECK(ring_take(&ring).res == -EBADF);
	for (int i = 0; i < 4; i++)
		CHECK(recv(ends[1], (char[4]){0}, 4, MSG_WAITALL) == 4);
	ring_offer(
		&ring, OPERATION(IORING_OP_CLOSE, .fd = ends[1], .flags = IOSQE_CQE_SKIP_SUCCESS));
	ring_offer(&ring, OPERATION(IORING_OP_CLOSE, .fd = idle,
				  .flags = IOSQE_CQE_SKIP_SUCCESS | IOSQE_ASYNC));
	ring_enter(ring.fd, 2, 0, 0);
	/* Its number is another socket's now. */
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) == ends[1]);
	while (fcntl(idle, F_GETFD) >= 0)
		;
	ring_end(&ring);
}

/* What is completed in between is on no socket. */
static void beside(void)
{
	struct test_ring ring;
	int ends[2];
	char got[4];

	CHECK(pipe(ends) == 0);
	CHECK(ring_make(&ring, 8, 0));
	ring_offer(&ring, OPERATION(IORING_OP_READ, .fd = ends[0], .addr = AT(got), .len = 4));
	ring_enter(ring.fd, 1, 0, 0);
	CHECK(write(ends[1], "talk", 4) == 4);
	CHECK(ring_take(&ring).res == 4);
	send_through(&ring, ring.fd, 0);
	ring_end(&ring);
}

/* A receive that waits, and a send that does not, which go by the same user_data. */
static void alike(void)
{
	struct test_ring ring;
	char got[4];

	CHECK(ring_make(&ring, 8, 0));
	ring_offer(&ring, OPERATION(IORING_OP_RECV, .fd = pair[1], .addr = AT(got), .len = 4));
	ring_enter(ring.fd, 1, 0, 0);
	send_through(&ring, ring.fd, 0);
	ring_enter(ring.fd, 0, 1, IORING_ENTER_GETEVENTS);
	CHECK(ring_take(&ring).res == 4);
	ring_end(&ring);
}

/* Until the file is there, and then for ever: a send whose result nobody takes, and a receive that
 * nobody answers. */
static const char *go;

static void waiting(void)
{
	struct test_ring ring;
	int ends[2];

	puts("ready");
	while (access(go, F_OK) != 0)
		usleep(1000);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	CHECK(ring_make(&ring, 8, 0));
	struct io_uring_sqe entry = talk_entry();
	entry.flags = IOSQE_ASYNC;
	entry.fd = ends[0];
	ring_offer(&ring, entry);
	ring_offer(&ring, OPERATION(IORING_OP_RECV, .fd = ends[0], .addr = AT((char[4]){0}),
				  .len = 4, .user_data = 1));
	ring_enter(ring.fd, 2, 0, 0);
	CHECK(ring_take(&ring).res == 4);
	puts("done");
	for (;;)
		pause();
}

/* A thread of the kernel takes what is submitted. */
static void unentered(void)
{
	struct test_ring ring;

	CHECK(ring_make(&ring, 8, IORING_SETUP_SQPOLL) || ring_make(&ring, 8, 0));
	puts("ready");
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	static const struct part parts[] = {
		{"again", again},
		{"many", many},
		{"several", several},
		{"registered", registered},
		{"shared", shared_by_threads},
		{"polled", polled},
		{"ended", ended},
		{"inherited", inherited},
		{"thousands", thousands},
		{"accepted", accepted},
		{"unasked", unasked},
		{"beside", beside},
		{"alike", alike},
		{"waiting", waiting},
		{"unentered", unentered},
	};
	struct test_ring ring;

	if (!ring_make(&ring, 1, 0))
		return 77;
	ring_end(&ring);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	go = argc > 2 ? argv[2] : NULL;
	return argc < 2 ? 0 : parts_run(argv[1], parts, sizeof(parts) / sizeof(parts[0]));
}
