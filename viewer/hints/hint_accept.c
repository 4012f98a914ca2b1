/* SPDX-License-Identifier: MIT */
/* The rule about workers that accept from one queue. */
#include <stdint.h>

#include "viewer/hints/hint_rules.h"

/* So many wakes for nothing are told of, and half as many as there were clients; fewer are the lot
 * of whoever is a moment late. */
#define VAIN_LEAST 20
#define VAIN_PART  2

/* So many workers are looked at. */
#define MOST_WORKERS 64

/* A thread that waits for clients. */
struct acceptor {
	const struct process *process;
	int32_t tid;
	bool is_woken; /* a wait has said that a client is there, and it has not asked yet */
	uint32_t woken_by;
	size_t accepted, vain;
};

struct acceptors {
	struct acceptor list[MOST_WORKERS];
	size_t count;
	uint32_t shown[2]; /* a wait for nothing, and the accept after it */
};

static struct acceptor *acceptor_of(struct acceptors *all, const struct call *call)
{
	struct acceptor *one = all->list, *end = one + all->count;

	while (one < end && (one->tid != call->tid || one->process != call->process))
		one++;
	if (one == end) {
		if (all->count == MOST_WORKERS)
			return NULL;
		all->count++;
		*one = (struct acceptor){.process = call->process, .tid = call->tid};
	}
	return one;
}

static void learn(struct acceptors *all, const struct hint_search *search, uint32_t index,
	const struct descriptor *descriptor)
{
	const struct call *call = hint_call(search, index);
	bool is_wait = call_is(call, CALL_WAITS);
	struct acceptor *one =
		is_wait || call->effect == EFFECT_ACCEPT ? acceptor_of(all, call) : NULL;

	if (!one)
		return;
	if (is_wait) {
		if (descriptor_readiness(descriptor, index)) {
			one->is_woken = true;
			one->woken_by = index;
		}
		return;
	}
	if (call_is(call, CALL_MAKES)) {
		one->accepted++;
	} else if (one->is_woken && hint_has_failed(search, call, "EAGAIN")) {
		if (one->vain++ == 0 && all->shown[0] == NO_CALL) {
			all->shown[0] = one->woken_by;
			all->shown[1] = index;
		}
	}
	/* The accepts that follow empty the queue: the last one of them says EAGAIN. */
	one->is_woken = false;
}

/*
 * Of all that wait for a listening socket each is woken when a client comes, and one gets it:
 * accept says EAGAIN to the others, epoll_ctl(2), EPOLLEXCLUSIVE. Only where it comes to many wakes
 * for nothing: that one worker accepts more than others is usual, as whoever waited last is woken
 * first.
 */
void hint_find_uneven(struct hint_search *search, const struct socket *socket)
{
	struct acceptors all;
	size_t workers = 0, accepted = 0, vain = 0, most = 0, least = SIZE_MAX;
	const struct descriptor *holder = socket->holder;

	if (socket->direction != DIRECTION_LISTENING)
		return;
	all.count = 0;
	all.shown[0] = all.shown[1] = NO_CALL;
	for (size_t i = 0; holder && i < MOST_WORKERS; i++, holder = holder->next_holder)
		for (size_t j = 0; j < holder->calls.count; j++)
			learn(&all, search, holder->calls.list[j], holder);
	for (const struct acceptor *one = all.list; one < all.list + all.count; one++) {
		if (one->accepted + one->vain == 0)
			continue;
		workers++;
		accepted += one->accepted;
		vain += one->vain;
		most = one->accepted > most ? one->accepted : most;
		least = one->accepted < least ? one->accepted : least;
	}
	if (workers < 2 || vain < VAIN_LEAST || vain < accepted / VAIN_PART)
		return;
	struct hint hint = hint_begin(search, all.shown[0]);
	hint.descriptor = hint_call(search, all.shown[1])->descriptor;
	hint_show(&hint, all.shown[1]);
	hint.times = vain;
	hint_add(search, hint,
		"%zu workers accepted %zu clients, the busiest one %zu, the idlest %zu; %zu times one was "
		"woken, and found none",
		workers, accepted, most, least, vain);
}
