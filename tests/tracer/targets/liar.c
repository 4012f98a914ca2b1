/* SPDX-License-Identifier: MIT */
/*
 * Calls that lie about memory: pointers to nothing, lengths of everything, structures across the
 *end of a mapping. Prints what each of them returned, which is the same with and without a tracer.
 *
 *	liar SEED CALLS		so many calls, chosen and made of lies by chance
 *	liar SEED CALLS race	and now another thread changes the lies meanwhile: prints nothing
 *	liar ring		says that io_uring has received as much as there is room for
 *
 * Its network is of its own, for an address may be a lie, too.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/io_uring.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/tracer/targets/ring_setup.h"

#define PAGE_BYTES  4096
#define SLOTS       16
#define FIRST       3 /* the number of the first socket */
#define SOCKETS     9
#define SLOTS_PAGES 64
#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))

static uint64_t state;

static uint32_t any(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

/* Lengths, counts and numbers of which some program once thought that nobody gives them. */
static long any_length(void)
{
	static const long lengths[] = {0, 1, 2, 3, 4, 8, 12, 15, 16, 17, 20, 24, 28, 110, 128, 129,
		1023, 1024, 1025, 4096, 65536, 0x7fffffff, (long)0x80000000, (long)0xfffffff0, -1,
		-2, LONG_MAX, LONG_MIN};

	return lengths[any(COUNT(lengths))];
}

/* Of structures, one below the other, that the lies are about. */
struct slot {
	struct msghdr message;
	unsigned int moved; /* with the message a struct mmsghdr */
	struct iovec segments[4];
	union {
		struct sockaddr_in inet;
		struct sockaddr_un local;
		char bytes[128];
	} address;
	union {
		struct cmsghdr header;
		int numbers[16];
		char bytes[64];
	} control;
	int number;
	struct pollfd polled[4];
	struct epoll_event event;
	struct io_uring_params params;
};
static struct slot *slots;

static char *places[12];
static struct {
	char *bytes;
	size_t length;
} writable[2];

/* Pointers may be taken for something else: they are the same each time. */
static char *map_file(size_t pages, int protection, int file)
{
	static uintptr_t next = 0x20000000;
	char *address = (char *)next;

	next += 256 * PAGE_BYTES;
	return mmap(address, pages * PAGE_BYTES, protection,
		MAP_FIXED | (file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED), file, 0);
}

static char *map(size_t pages, int protection)
{
	return map_file(pages, protection, -1);
}

/* The last page of these has nothing behind it. */
static char *map_end(void)
{
	char *pages = map(2, PROT_READ | PROT_WRITE);

	munmap(pages + PAGE_BYTES, PAGE_BYTES);
	return pages + PAGE_BYTES;
}

/* Mapped, and not there: SIGBUS. */
static char *map_truncated(void)
{
	int file = (int)syscall(SYS_memfd_create, "truncated", 0);

	if (ftruncate(file, 2 * PAGE_BYTES) != 0)
		exit(2);
	char *pages = map_file(2, PROT_READ | PROT_WRITE, file);
	if (ftruncate(file, 10) != 0)
		exit(2);
	close(file);
	return pages + PAGE_BYTES;
}

static void map_places(void)
{
	char *none = map(1, PROT_NONE), *constant = map(1, PROT_READ);
	char *end = map_end(), *truncated = map_truncated();
	char *all[COUNT(places)] = {NULL, (char *)1, none, none + 100, constant, end - 3, end - 17,
		end, truncated, truncated - 20, (char *)(LONG_MAX / 2 * 2), (char *)-1L};

	memcpy(places, all, sizeof(places));
	writable[0].bytes = end - (writable[0].length = PAGE_BYTES);
	writable[1].bytes = truncated - (writable[1].length = PAGE_BYTES);
	/* What the kernel writes behind them is nobody's. */
	slots = (struct slot *)(void *)map(SLOTS_PAGES, PROT_READ | PROT_WRITE);
}

static void *any_place(void *good)
{
	return any(3) ? good : places[any(COUNT(places))];
}

static void lie_about_address(struct slot *slot)
{
	static const unsigned short families[] = {
		AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, 77, 0xffff};

	memset(&slot->address, any(2) ? 'x' : 0, sizeof(slot->address)); /* no NUL in a path */
	slot->address.inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	slot->address.inet.sin_port = htons((uint16_t)any(20));
	slot->address.inet.sin_family = families[any(COUNT(families))];
}

static void lie_about_control(struct slot *slot)
{
	static const int types[] = {SCM_RIGHTS, SCM_CREDENTIALS, 0, -1};

	for (size_t i = 0; i < COUNT(slot->control.numbers); i++)
		slot->control.numbers[i] = (int)any(20);
	slot->control.header.cmsg_len = (size_t)any_length();
	slot->control.header.cmsg_level = any(4) ? SOL_SOCKET : any(300);
	slot->control.header.cmsg_type = types[any(COUNT(types))];
}

static void lie_about_message(struct slot *slot)
{
	for (size_t i = 0; i < COUNT(slot->segments); i++)
		slot->segments[i] =
			(struct iovec){any_place(slot->control.bytes), (size_t)any_length()};
	slot->message = (struct msghdr){
		.msg_name = any_place(&slot->address),
		.msg_namelen = (socklen_t)any_length(),
		.msg_iov = any_place(slot->segments),
		.msg_iovlen = any(2) ? any(5) : (size_t)any_length(),
		.msg_control = any(2) ? NULL : any_place(&slot->control),
		.msg_controllen = (size_t)any_length(),
		.msg_flags = (int)any_length(),
	};
	slot->moved = (unsigned int)any_length();
}

/* Nothing stays of what the kernel wrote, such as the name that it gave a socket. */
static void forget(void)
{
	memset(slots, 0, SLOTS_PAGES * PAGE_BYTES);
	for (size_t i = 0; i < COUNT(writable); i++)
		memset(writable[i].bytes, 0, writable[i].length);
}

static void lie(struct slot *slot)
{
	lie_about_address(slot);
	lie_about_control(slot);
	lie_about_message(slot);
	slot->number = (int)any_length();
	for (size_t i = 0; i < COUNT(slot->polled); i++)
		slot->polled[i] = (struct pollfd){(int)any(15), (short)any(65536), 0};
	slot->event = (struct epoll_event){.events = any(8), .data.u64 = any(4)};
}

/* What a call takes: a letter each. f descriptor, a address, l length, L pointer to a length, m
 * message, v segments, p polled, e events, s an array of descriptors, b bytes, n any number, d
 * flags that keep it from waiting, c a count of those structures, o operation of epoll, 0. */
static const struct lie {
	long number;
	const char *name, *takes;
} calls[] = {
	{SYS_bind, "bind", "fal"},
	{SYS_connect, "connect", "fal"},
	{SYS_accept4, "accept4", "faL0"},
	{SYS_getsockname, "getsockname", "faL"},
	{SYS_getpeername, "getpeername", "faL"},
	{SYS_sendto, "sendto", "fbldal"},
	{SYS_recvfrom, "recvfrom", "fbldaL"},
	{SYS_sendmsg, "sendmsg", "fmd"},
	{SYS_recvmsg, "recvmsg", "fmd"},
	{SYS_sendmmsg, "sendmmsg", "fmcd"},
	{SYS_recvmmsg, "recvmmsg", "fmcd0"},
	{SYS_readv, "readv", "fvc"},
	{SYS_writev, "writev", "fvc"},
	{SYS_read, "read", "fbl"},
	{SYS_write, "write", "fbl"},
	{SYS_setsockopt, "setsockopt", "f1nbl"},
	{SYS_getsockopt, "getsockopt", "f1nbL"},
	{SYS_socketpair, "socketpair", "110s"},
	{SYS_poll, "poll", "pc0"},
#ifdef SYS__newselect
	{SYS__newselect, "select", "cbbbz"},
#else
	{SYS_select, "select", "cbbbz"},
#endif
	{SYS_epoll_wait, "epoll_wait", "Eec0"},
	{SYS_epoll_ctl, "epoll_ctl", "Eofe"},
	{SYS_ioctl, "ioctl", "fib"},
};

static int epoll;
static const struct timespec no_time;

static long argument(char kind, struct slot *slot)
{
	static const long requests[] = {
		FIONREAD, SIOCGIFADDR, SIOCGIFNAME, SIOCATMARK, SIOCGIFCONF};

	switch (kind) {
	case 'f':
		return any(12) ? FIRST + any(SOCKETS) : -(long)any(1u << 31);
	case 'a':
		return (long)any_place(&slot->address);
	case 'l':
		return any_length();
	case 'L':
		return (long)any_place(&slot->number);
	case 'm':
		return (long)any_place(&slot->message);
	case 'v':
		return (long)any_place(slot->segments);
	case 'p':
		return (long)any_place(slot->polled);
	case 'e':
		return (long)any_place(&slot->event);
	case 's':
	case 'b':
		return (long)any_place(slot->control.bytes);
	case 'n':
		return any(70);
	case 'd':
		return MSG_DONTWAIT | MSG_NOSIGNAL | (any(3) ? 0 : (long)(any(1 << 20) << 1));
	case 'c':
		return any(2) ? any(5) : any_length();
	case 'i':
		return requests[any(COUNT(requests))];
	case 'o':
		return any(5);
	case 'E':
		return any(8) ? epoll : any_length();
	case 'z':
		return (long)&no_time;
	default:
		return kind - '0';
	}
}

static void call(const struct lie *lie_told, bool is_silent)
{
	struct slot *slot = &slots[any(SLOTS)];
	long arguments[6] = {0};

	if (!is_silent) {
		forget();
		lie(slot);
	}
	for (size_t i = 0; lie_told->takes[i]; i++)
		arguments[i] = argument(lie_told->takes[i], slot);
	errno = 0;
	long result = syscall(lie_told->number, arguments[0], arguments[1], arguments[2],
		arguments[3], arguments[4], arguments[5]);
	if (!is_silent)
		/* How many are ready is a matter of standard input, too. */
		printf("%s %ld %d\n", lie_told->name,
			strchr("pc", *lie_told->takes) && result > 0 ? 0 : result, errno);
	/* What it made is above what it uses. */
	syscall(SYS_close_range, FIRST + SOCKETS + 1, ~0u, 0);
}

static void open_sockets(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	static const int types[][2] = {{AF_UNIX, SOCK_DGRAM}, {AF_UNIX, SOCK_SEQPACKET}};
	int pair[2];

	syscall(SYS_close_range, FIRST, ~0u, 0);
	for (size_t i = 0; i < COUNT(types); i++)
		socketpair(types[i][0], types[i][1] | SOCK_NONBLOCK, 0, pair);
	for (int i = 4; i < SOCKETS; i++) {
		int fd = socket(i == 4 ? AF_UNIX : AF_INET,
			(i % 2 ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
		address.sin_port = htons((uint16_t)(10 + i));
		if (i == 5 || i == 6)
			bind(fd, (struct sockaddr *)&address, sizeof(address));
		if (i == 6)
			listen(fd, 3);
	}
	epoll = epoll_create1(0);
}

/* A network of its own, which nothing can leave. False where that is not allowed. */
static bool leave_network(void)
{
	return unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

/* The words of a ring of io_uring, and an entry with a lie in it. */
static void lie_about_ring(struct io_uring_params *params, char *ring, struct io_uring_sqe *entries)
{
	static const uint8_t codes[] = {IORING_OP_NOP, IORING_OP_READV, IORING_OP_WRITEV,
		IORING_OP_SENDMSG, IORING_OP_RECVMSG, IORING_OP_ACCEPT, IORING_OP_CONNECT,
		IORING_OP_READ, IORING_OP_WRITE, IORING_OP_SEND, IORING_OP_RECV, IORING_OP_POLL_ADD,
		IORING_OP_POLL_REMOVE, IORING_OP_EPOLL_CTL, IORING_OP_SPLICE, IORING_OP_URING_CMD};
	const unsigned words[] = {params->sq_off.head, params->sq_off.tail, params->sq_off.array,
		params->sq_off.array + 4, params->cq_off.head, params->cq_off.tail};
	struct slot *slot = &slots[any(SLOTS)];

	lie(slot);
	*(unsigned *)(void *)(ring + words[any(COUNT(words))]) =
		any(2) ? any(20) : (unsigned)any_length();
	entries[any(8)] = (struct io_uring_sqe){
		.opcode = codes[any(COUNT(codes))],
		.fd = FIRST + (int)any(SOCKETS),
		.addr = (uintptr_t)any_place(&slot->message),
		.len = (unsigned)any_length(),
		.ioprio = (unsigned short)any(4),
		.off = any(6),
		.flags = any(4) ? 0 : (unsigned char)(IOSQE_BUFFER_SELECT | IOSQE_CQE_SKIP_SUCCESS),
		.user_data = any(4),
	};
}

static void tell_ring(int rounds, struct io_uring_params *params)
{
	/* The kernel's word, and what may be changed as soon as it is written. */
	struct io_uring_params own = {0};
	int fd;

	close(ring_setup(8, &own));
	*params = (struct io_uring_params){0};
	if ((fd = ring_setup(8, params)) < 0)
		return;
	char *ring = mmap(
		NULL, 4 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	void *entries =
		mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	for (int i = 0; i < rounds; i++) {
		lie_about_ring(&own, ring, entries);
		syscall(SYS_io_uring_enter, fd, any(9), 0, 0, NULL, 0);
	}
	munmap(ring, 4 * PAGE_BYTES);
	munmap(entries, PAGE_BYTES);
	close(fd);
}

static int tell_receipt(void)
{
	struct io_uring_params own = {0};
	int pair[2], fd = ring_setup(8, &own);
	char *ring =
		mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entries =
		mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	struct io_uring_cqe *done = (void *)(ring + own.cq_off.cqes);

	if (fd < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return 77;
	entries[0] = (struct io_uring_sqe){.opcode = IORING_OP_RECV,
		.fd = pair[0],
		.addr = (uintptr_t)entries,
		.len = 0x7ffff000,
		.user_data = 5};
	*(unsigned *)(void *)(ring + own.sq_off.tail) = 1;
	syscall(SYS_io_uring_enter, fd, 1, 0, 0, NULL, 0);
	*done = (struct io_uring_cqe){.user_data = 5, .res = 0x7ffff000};
	*(unsigned *)(void *)(ring + own.cq_off.tail) = 1;
	syscall(SYS_io_uring_enter, fd, 0, 0, 0, NULL, 0);
	/* And a descriptor twice, in one message. */
	struct {
		struct cmsghdr header;
		int numbers[2];
	} control = {{sizeof(control), SOL_SOCKET, SCM_RIGHTS}, {pair[1], pair[1]}};
	struct iovec segment = {entries, 1};
	struct msghdr message = {.msg_iov = &segment,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	entries[1] = (struct io_uring_sqe){.opcode = IORING_OP_RECVMSG,
		.fd = pair[0],
		.addr = (uintptr_t)&message,
		.len = 1,
		.user_data = 6};
	*(unsigned *)(void *)(ring + own.sq_off.array + 4) = 1;
	*(unsigned *)(void *)(ring + own.sq_off.tail) = 2;
	syscall(SYS_io_uring_enter, fd, 1, 0, 0, NULL, 0);
	done[1] = (struct io_uring_cqe){.user_data = 6, .res = 1};
	*(unsigned *)(void *)(ring + own.cq_off.tail) = 2;
	syscall(SYS_io_uring_enter, fd, 0, 0, 0, NULL, 0);
	puts("told");
	return 0;
}

/* Changes, as long as it is let, what calls are told. */
static void *change(void *is_over)
{
	uint64_t own = 1;

	while (!__atomic_load_n((bool *)is_over, __ATOMIC_RELAXED)) {
		own = own * 6364136223846793005u + 1442695040888963407u;
		struct slot *slot = &slots[(own >> 33) % SLOTS];
		uint64_t *word = (uint64_t *)(void *)slot + (own >> 40) % (sizeof(*slot) / 8);
		uint64_t before = *word;
		*word = own >> 60 ? own % 70 : UINT64_C(0x7fffffff7fffffff);
		slot->control.numbers[0] = 0x7ffffff0;
		slots[0].params.cq_entries = slots[0].params.sq_entries = UINT32_MAX;
		*word = before;
	}
	return NULL;
}

static void tell_all(int count, bool is_silent)
{
	for (int i = 0; i < count; i++)
		call(&calls[any(COUNT(calls))], is_silent);
}

int main(int argc, char **argv)
{
	bool is_race = argc > 3, is_over = false;
	pthread_t thread;

	if (strcmp(argv[1], "ring") == 0)
		return tell_receipt();
	if (!leave_network())
		return 77;
	signal(SIGPIPE, SIG_IGN);
	state = strtoull(argv[1], NULL, 10);
	map_places();
	open_sockets();
	for (int i = 0; i < SLOTS; i++)
		lie(&slots[i]);
	if (is_race)
		pthread_create(&thread, NULL, change, &is_over);
	tell_all(atoi(argv[2]), is_race);
	for (int i = 0; i < 20; i++)
		tell_ring(atoi(argv[2]) / 80, &slots[0].params);
	__atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
	if (is_race)
		pthread_join(thread, NULL);
	puts("told");
	return 0;
}
