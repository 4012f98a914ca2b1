#include "tracer/waits.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "format/memory.h"
#include "tracer/kernel.h"
#include "tracer/layout.h"
#include "tracer/tracee_memory.h"

/* More descriptors than this are not listed for one call. */
#define WAIT_LIMIT 1024

/* The largest number that a program may give for its sets; the kernel clamps it, too: select(2). */
#define SET_BITS 65536

struct waits {
	struct thread *thread;
	struct call_wait *list;
	size_t count, capacity;
};

static const uint64_t *arguments(const struct waits *w)
{
	return w->thread->call->arguments;
}

static void add(struct waits *w, int fd, uint32_t events, uint64_t data)
{
	const struct descriptor *held = table_get(w->thread->table, fd);

	if (!held || w->count == WAIT_LIMIT)
		return;
	w->list = array_grow(w->list, w->count, &w->capacity, sizeof(*w->list));
	w->list[w->count++] = (struct call_wait){.fd = fd,
		.events = events,
		.data = data,
		.descriptor = held->id,
		.socket = held->socket->id};
}

static bool is_poll(const struct syscall_row *row)
{
	return syscall_argument(row, ARGUMENT_POLL_SET) == 0;
}

static bool is_select(const struct syscall_row *row)
{
	return syscall_argument(row, ARGUMENT_READ_SET) == 1;
}

/* The array of a poll; freed by the caller. */
static struct pollfd *read_poll(const struct waits *w, size_t *count)
{
	size_t wanted = arguments(w)[1] < SET_BITS ? arguments(w)[1] : SET_BITS;
	struct pollfd *set = xcalloc(wanted + 1, sizeof(*set));

	*count = memory_read(w->thread->tid, arguments(w)[0], set, wanted * sizeof(*set)) /
		 sizeof(*set);
	return set;
}

static void add_poll(struct waits *w)
{
	size_t count;
	struct pollfd *set = read_poll(w, &count);

	for (size_t i = 0; i < count; i++)
		add(w, set[i].fd, (uint16_t)set[i].events, i);
	free(set);
}

static void finish_poll(struct waits *w)
{
	size_t count;
	struct pollfd *set = read_poll(w, &count);

	for (size_t i = 0; i < w->count; i++)
		if (w->list[i].data < count)
			w->list[i].ready = (uint16_t)set[w->list[i].data].revents;
	free(set);
}

/* What the three sets stand for in the words of poll: select(2), "Correspondence between select()
 * and poll() notifications". */
static const uint32_t set_events[3] = {POLLIN, POLLOUT, POLLPRI};

typedef unsigned char bit_set[SET_BITS / 8];

static bool has_bit(const bit_set set, int fd)
{
	return set[fd / 8] & (1u << (fd % 8));
}

/* Fills sets of zeros; returns how many numbers there are. */
static int read_sets(const struct waits *w, bit_set sets[3])
{
	int32_t bits = (int32_t)arguments(w)[0];

	if (bits < 0)
		bits = 0;
	if (bits > SET_BITS)
		bits = SET_BITS;
	/* The kernel reads and writes whole longs: FDS_BYTES in fs/select.c. */
	size_t step = layout_long(w->thread->call);
	size_t bytes = ((size_t)bits + 8 * step - 1) / (8 * step) * step;
	for (int i = 0; i < 3; i++)
		if (arguments(w)[1 + i])
			memory_read(w->thread->tid, arguments(w)[1 + i], sets[i], bytes);
	return bits;
}

static uint32_t events_of(bit_set sets[3], int fd)
{
	uint32_t events = 0;

	for (int i = 0; i < 3; i++)
		events |= has_bit(sets[i], fd) ? set_events[i] : 0;
	return events;
}

static void add_select(struct waits *w)
{
	bit_set *sets = xcalloc(3, sizeof(bit_set));
	int bits = read_sets(w, sets);

	for (int fd = table_next(w->thread->table, 0); fd >= 0 && fd < bits;
		fd = table_next(w->thread->table, fd + 1))
		if (events_of(sets, fd))
			add(w, fd, events_of(sets, fd), 0);
	free(sets);
}

static void finish_select(struct waits *w)
{
	bit_set *sets = xcalloc(3, sizeof(bit_set));

	read_sets(w, sets);
	for (size_t i = 0; i < w->count; i++)
		w->list[i].ready = events_of(sets, w->list[i].fd) & w->list[i].events;
	free(sets);
}

/* The kernel adds these two to whatever a program asks for: epoll_ctl(2). */
static void add_interest(void *context, int fd, uint32_t events, uint64_t data)
{
	add(context, fd, events & ~(uint32_t)(EPOLLERR | EPOLLHUP), data);
}

static int by_fd(const void *a, const void *b)
{
	return ((const struct call_wait *)a)->fd - ((const struct call_wait *)b)->fd;
}

static void add_epoll(struct waits *w)
{
	kernel_each_interest(w->thread->tid, (int)arguments(w)[0], add_interest, w);
	if (w->count > 0)
		qsort(w->list, w->count, sizeof(*w->list), by_fd);
}

static void mark_ready(struct waits *w, const struct epoll_event *event)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->list[i].data == event->data.u64)
			w->list[i].ready |= event->events;
}

static void finish_epoll(struct waits *w)
{
	size_t wanted = (size_t)w->thread->call->result;
	struct epoll_event *events;

	if (wanted > SET_BITS)
		wanted = SET_BITS;
	events = xcalloc(wanted + 1, sizeof(*events));
	size_t count =
		memory_read(w->thread->tid, arguments(w)[1], events, wanted * sizeof(*events)) /
		sizeof(*events);
	for (size_t i = 0; i < count; i++)
		mark_ready(w, &events[i]);
	free(events);
}

bool waits_enter(struct thread *thread, const struct syscall_row *row)
{
	struct waits w = {.thread = thread};

	if (is_poll(row))
		add_poll(&w);
	else if (is_select(row))
		add_select(&w);
	else
		add_epoll(&w);
	size_t length = w.count * sizeof(*w.list);
	if (length > 0)
		memcpy(call_add(&thread->call, PART_OF_CALL, PART_WAITS, length, length), w.list,
			length);
	free(w.list);
	return length > 0;
}

void waits_exit(struct thread *thread, const struct syscall_row *row)
{
	struct part *part = call_part_writable(thread->call, PART_OF_CALL, PART_WAITS);
	struct waits w = {.thread = thread};

	if (!part || thread->call->result <= 0)
		return;
	w.count = part->length / sizeof(*w.list);
	w.list = (struct call_wait *)part->bytes; /* aligned: call.h */
	if (is_poll(row))
		finish_poll(&w);
	else if (is_select(row))
		finish_select(&w);
	else
		finish_epoll(&w);
}
