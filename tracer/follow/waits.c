/* SPDX-License-Identifier: MIT */
#include "tracer/follow/waits.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "tracer/call/layout.h"
#include "tracer/proc/fds.h"
#include "tracer/ptrace/tracee_memory.h"

/* At the entry of a wait up to LISTED_LIMIT sockets are listed, so that its cost does not grow with
 * the sockets of a server; at its exit up to READY_LIMIT of the others, those that are ready. */
#define LISTED_LIMIT 64
#define READY_LIMIT  1024

/* The largest number that a program may give for its sets; the kernel clamps it, too: select(2). */
#define SET_BITS 65536

struct waits {
	struct tracer *tracer;
	const struct thread *thread;
	struct captured_call **call;
	int at; /* the argument that says what is waited for */
	/* What the call has listed, where it does not stand in the tracee's memory. */
	const struct ring_list *given;
	struct call_wait list[READY_LIMIT];
	size_t count, limit;
	uint32_t omitted;
};

/* The argument `offset` positions behind the one that says what is waited for. */
static uint64_t argument(const struct waits *w, int offset)
{
	return (*w->call)->arguments[w->at + offset];
}

static void add(struct waits *w, int fd, uint32_t events, uint32_t ready, uint64_t data)
{
	const struct held_descriptor *held = table_get(w->thread->table, fd);

	if (!held)
		return;
	if (w->count == w->limit) {
		w->omitted++;
		return;
	}
	w->list[w->count++] = (struct call_wait){.fd = fd,
		.events = events,
		.ready = ready,
		.data = data,
		.descriptor = held->id,
		.socket = held->socket->id};
}

/* The list becomes a part of the call. */
static void keep(struct waits *w, enum part_kind kind)
{
	size_t length = w->count * sizeof(w->list[0]);

	if (length > 0)
		memcpy(call_add(w->call, PART_OF_CALL, kind, length, length), w->list, length);
}

/* The descriptors that were listed at the call's entry. */
static struct call_wait *listed(const struct waits *w, size_t *count)
{
	struct captured_part *part = call_part_writable(*w->call, PART_OF_CALL, PART_WAITS);

	*count = part ? part->length / sizeof(struct call_wait) : 0;
	return part ? (struct call_wait *)part->bytes : NULL; /* aligned: call.h */
}

/* The array of a poll, good until the tracer's scratch is used again. */
static const struct pollfd *read_poll(const struct waits *w, size_t *count)
{
	size_t wanted = argument(w, 1) < SET_BITS ? argument(w, 1) : SET_BITS;

	if (w->given) {
		*count = w->given->length / sizeof(struct pollfd);
		return (const struct pollfd *)w->given->bytes;
	}
	struct pollfd *set = scratch_get(&w->tracer->scratch, wanted * sizeof(*set));

	*count = memory_read(w->thread->tid, argument(w, 0), set, wanted * sizeof(*set)) /
		 sizeof(*set);
	return set;
}

static void list_poll(struct waits *w)
{
	size_t count;
	const struct pollfd *set = read_poll(w, &count);

	for (size_t i = 0; i < count; i++)
		add(w, set[i].fd, (uint16_t)set[i].events, 0, i);
}

/* The sockets that are not listed stand behind the last one that is. */
static void finish_poll(struct waits *w)
{
	size_t count, listed_count;
	const struct pollfd *set = read_poll(w, &count);
	struct call_wait *list = listed(w, &listed_count);

	for (size_t i = 0; i < listed_count; i++)
		if (list[i].data < count)
			list[i].ready = (uint16_t)set[list[i].data].revents;
	if (listed_count < LISTED_LIMIT)
		return;
	for (size_t i = list[listed_count - 1].data + 1; i < count; i++)
		if (set[i].revents)
			add(w, set[i].fd, (uint16_t)set[i].events, (uint16_t)set[i].revents, i);
}

static void list_one(struct waits *w)
{
	add(w, (int)argument(w, 0), (uint32_t)argument(w, 1), 0, 0);
}

/* The result is what it is ready for. */
static void finish_one(struct waits *w)
{
	size_t count;
	struct call_wait *list = listed(w, &count);

	if (count > 0)
		list->ready = (uint32_t)(*w->call)->result;
}

/* The events of poll(2) that the three sets stand for: select(2), "Correspondence between select()
 * and poll() notifications". */
static const uint32_t set_events[3] = {POLLIN, POLLOUT, POLLPRI};

typedef unsigned char bit_set[SET_BITS / 8];

static bool has_bit(const bit_set set, int fd)
{
	return set[fd / 8] & (1u << (fd % 8));
}

/* Fills the sets; returns how many numbers there are. */
static int read_sets(const struct waits *w, bit_set sets[3])
{
	int32_t bits = (int32_t)argument(w, -1);

	if (bits < 0)
		bits = 0;
	if (bits > SET_BITS)
		bits = SET_BITS;
	/* The kernel reads and writes whole longs: FDS_BYTES in fs/select.c. */
	size_t step = layout_long(*w->call);
	size_t bytes = ((size_t)bits + 8 * step - 1) / (8 * step) * step;
	for (int i = 0; i < 3; i++) {
		memset(sets[i], 0, bytes);
		if (argument(w, i))
			memory_read(w->thread->tid, argument(w, i), sets[i], bytes);
	}
	return bits;
}

static uint32_t events_of(bit_set sets[3], int fd)
{
	uint32_t events = 0;

	for (int i = 0; i < 3; i++)
		events |= has_bit(sets[i], fd) ? set_events[i] : 0;
	return events;
}

static void list_select(struct waits *w)
{
	const struct descriptor_table *table = w->thread->table;
	bit_set sets[3];
	int bits = read_sets(w, sets);

	for (int fd = table_next(table, 0); fd >= 0 && fd < bits; fd = table_next(table, fd + 1))
		if (events_of(sets, fd))
			add(w, fd, events_of(sets, fd), 0, 0);
}

/* The kernel leaves those that are ready in the sets. */
static void finish_select(struct waits *w)
{
	const struct descriptor_table *table = w->thread->table;
	bit_set sets[3];
	int bits = read_sets(w, sets);
	size_t count;
	struct call_wait *list = listed(w, &count);

	for (size_t i = 0; i < count; i++)
		list[i].ready = events_of(sets, list[i].fd) & list[i].events;
	if (count < LISTED_LIMIT)
		return;
	for (int fd = table_next(table, list[count - 1].fd + 1); fd >= 0 && fd < bits;
		fd = table_next(table, fd + 1))
		if (events_of(sets, fd))
			add(w, fd, events_of(sets, fd), events_of(sets, fd), 0);
}

static struct interest *interest_of(const struct waits *w)
{
	return w->tracer->rings.are_opaque
		       ? NULL
		       : interests_get(&w->thread->table->interests, (int)argument(w, 0),
				 w->tracer->interest_doubts);
}

/* The kernel adds these two to whatever a program asks for: epoll_ctl(2). */
static uint32_t asked_for(uint32_t events)
{
	return events & ~(uint32_t)(EPOLLERR | EPOLLHUP);
}

static void add_interest(void *context, int fd, uint32_t events, uint64_t data)
{
	add(context, fd, asked_for(events), 0, data);
}

/* The kernel has removed a member whose descriptor was closed: epoll(7), question 6. */
static void list_members(struct waits *w, struct interest *interest)
{
	for (int fd = interest->first, next; fd >= 0; fd = next) {
		const struct interest_member *member = &interest->members[fd];
		const struct held_descriptor *held = table_get(w->thread->table, fd);
		next = member->next;
		if (!held || held->id != member->descriptor)
			interest_remove(interest, fd);
		else if (w->count < w->limit)
			add(w, fd, asked_for(member->events), 0, member->data);
		else
			break;
	}
	if (interest->count > w->count)
		w->omitted = (uint32_t)(interest->count - w->count);
}

static int by_fd(const void *a, const void *b)
{
	return ((const struct call_wait *)a)->fd - ((const struct call_wait *)b)->fd;
}

/* The instance may lose its sockets, and still be waited for: it is followed from now on. */
static void list_unknown(struct waits *w)
{
	struct descriptor_table *table = w->thread->table;
	int epoll = (int)argument(w, 0);

	fds_each_interest(w->thread->tid, epoll, add_interest, w);
	if (w->count > 0 && interests_add_unknown(&table->interests, epoll))
		table_watch(table, epoll, true);
}

static void list_epoll(struct waits *w)
{
	struct interest *interest = interest_of(w);

	if (interest)
		list_members(w, interest);
	else
		list_unknown(w);
	if (w->count > 0)
		qsort(w->list, w->count, sizeof(w->list[0]), by_fd);
}

/* Returns whether any of those listed has the data. */
static bool mark_listed(struct call_wait *list, size_t count, const struct epoll_event *event)
{
	bool is_listed = false;

	for (size_t i = 0; i < count; i++)
		if (list[i].data == event->data.u64) {
			list[i].ready |= event->events;
			is_listed = true;
		}
	return is_listed;
}

/* A one-shot member that was reported is not waited for until it is changed: epoll_ctl(2). */
static void disarm(struct interest_member *member)
{
	if (member->events & EPOLLONESHOT)
		member->events &= EPOLLONESHOT | EPOLLET | EPOLLWAKEUP | EPOLLEXCLUSIVE;
}

/* What is ready, good until the tracer's scratch is used again. */
static const struct epoll_event *read_events(const struct waits *w, size_t *count)
{
	size_t wanted = (size_t)(*w->call)->result;

	if (w->given) {
		*count = w->given->length / sizeof(struct epoll_event);
		return (const struct epoll_event *)w->given->bytes;
	}
	if (wanted > SET_BITS)
		wanted = SET_BITS;
	struct epoll_event *events = scratch_get(&w->tracer->scratch, wanted * sizeof(*events));
	*count = memory_read(w->thread->tid, argument(w, 1), events, wanted * sizeof(*events)) /
		 sizeof(*events);
	return events;
}

static void finish_epoll(struct waits *w)
{
	size_t count, event_count;
	struct interest *interest = interest_of(w);
	struct call_wait *list = listed(w, &count);
	const struct epoll_event *events = read_events(w, &event_count);

	for (size_t i = 0; i < event_count; i++) {
		const struct epoll_event *event = &events[i];
		bool is_listed = mark_listed(list, count, event);
		int fd = interest ? interest_with_data(interest, event->data.u64) : -1;
		struct interest_member *member;
		for (; fd >= 0 && (member = interest_member(interest, fd));
			fd = member->next_same) {
			if (member->data != event->data.u64)
				continue;
			if (!is_listed)
				add(w, fd, asked_for(member->events), event->events, member->data);
			disarm(member);
		}
	}
}

static const struct {
	enum argument_kind kind; /* of the argument that says what is waited for */
	void (*list)(struct waits *w);
	void (*finish)(struct waits *w);
} forms[FORM_COUNT] = {
	[FORM_POLL] = {ARGUMENT_POLL_SET, list_poll, finish_poll},
	[FORM_POLL_ONE] = {ARGUMENT_POLL_FD, list_one, finish_one},
	[FORM_SELECT] = {ARGUMENT_READ_SET, list_select, finish_select},
	[FORM_EPOLL_WAIT] = {ARGUMENT_EPOLL, list_epoll, finish_epoll},
};

static void begin(struct waits *w, struct tracer *tracer, const struct thread *thread,
	struct captured_call **call, const struct ring_list *given)
{
	const struct syscall_row *row = call_row(*call);

	w->tracer = tracer;
	w->thread = thread;
	w->call = call;
	w->at = syscall_argument(row, forms[row->form].kind);
	w->count = 0;
	w->omitted = 0;
	w->given = given;
}

static bool enter(struct tracer *tracer, const struct thread *thread, struct captured_call **call,
	const struct ring_list *given)
{
	struct waits w;

	begin(&w, tracer, thread, call, given);
	w.limit = LISTED_LIMIT;
	forms[call_row(*call)->form].list(&w);
	keep(&w, PART_WAITS);
	(*call)->waits_omitted = w.omitted;
	return w.count > 0 ||
	       (call_row(*call)->form == FORM_EPOLL_WAIT &&
		       interests_had_sockets(&thread->table->interests, (int)argument(&w, 0)));
}

static void leave(struct tracer *tracer, const struct thread *thread, struct captured_call **call,
	const struct ring_list *given)
{
	uint32_t *omitted = &(*call)->waits_omitted;
	struct waits w;

	if (!call_part(*call, PART_OF_CALL, PART_WAITS) || (*call)->result <= 0)
		return;
	begin(&w, tracer, thread, call, given);
	w.limit = READY_LIMIT;
	forms[call_row(*call)->form].finish(&w);
	*omitted -= w.count < *omitted ? (uint32_t)w.count : *omitted;
	keep(&w, PART_MORE_WAITS);
}

bool waits_enter(struct tracer *tracer, const struct thread *thread, struct captured_call **call)
{
	return enter(tracer, thread, call, NULL);
}

void waits_exit(struct tracer *tracer, const struct thread *thread, struct captured_call **call)
{
	leave(tracer, thread, call, NULL);
}

bool waits_recorded(struct tracer *tracer, const struct thread *thread, struct captured_call **call,
	const struct ring_list *given, bool is_entered)
{
	bool is_recorded = is_entered || enter(tracer, thread, call, given);

	if (is_recorded)
		leave(tracer, thread, call, given);
	return is_recorded;
}

void waits_doubt(struct tracer *tracer)
{
	const struct thread *thread;
	size_t at = 0;

	tracer->interest_doubts++;
	while (tracer->settings.has_recorder && (thread = tracees_next(&tracer->tracees, &at)))
		if (thread->table)
			table_doubted(thread->table);
}
