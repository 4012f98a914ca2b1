/* SPDX-License-Identifier: MIT */
/* The rule about connections that several use at once. */
#include <inttypes.h>
#include <string.h>

#include "viewer/hints/hint_rules.h"
#include "viewer/wording/names.h"

/* Of a connection, so many processes are followed, and so many descriptors looked at. */
#define MOST_SHARERS 8
#define MOST_COPIES  1000

/* A process that has the connection since a fork, or before one. */
struct sharer {
	const struct process *process;
	uint32_t asked; /* its send that nothing was received after, by itself; NO_CALL: none */
};

struct sharers {
	struct sharer list[MOST_SHARERS];
	size_t count;
	/* Two have asked, and neither had received anything, when the first of them did; and then
	 * the other one did. One that is done with the connection, or only sends, is in nobody's
	 * way. */
	const struct sharer *first, *second;
	uint32_t first_asked, second_asked, first_received, second_received;
};

/* When the connection came to be that of two processes that run the same program: a fork without an
 * exec; INT64_MAX: it is not. A child that runs another one was given it on purpose. */
static int64_t shared_since_ns(const struct socket *socket)
{
	const struct descriptor *copy = socket->holder;
	int64_t since_ns = INT64_MAX;

	for (size_t i = 0; copy && i < MOST_COPIES; i++, copy = copy->next_holder) {
		int64_t executed_ns = copy->process->executed_ns;
		if (copy->given_by && strcmp(copy->given_by, "fork") == 0 &&
			(executed_ns < copy->born_ns || executed_ns > copy->ended_ns) &&
			copy->born_ns < since_ns)
			since_ns = copy->born_ns;
	}
	return since_ns;
}

static struct sharer *sharer_of(struct sharers *all, const struct process *process)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].process == process)
			return &all->list[i];
	if (all->count == MOST_SHARERS)
		return NULL;
	all->list[all->count] = (struct sharer){.process = process, .asked = NO_CALL};
	return &all->list[all->count++];
}

static void learn(struct sharers *all, const struct call *call, uint32_t index)
{
	struct sharer *one = sharer_of(all, call->process);

	if (!one)
		return;
	if (call->effect == EFFECT_SEND) {
		one->asked = index;
		return;
	}
	if (all->first && one == all->second && all->second_received == NO_CALL)
		all->second_received = index;
	for (struct sharer *other = all->list; other < all->list + all->count; other++)
		if (other != one && one->asked != NO_CALL && other->asked != NO_CALL &&
			all->second_received == NO_CALL) {
			all->first = one;
			all->second = other;
			all->first_asked = one->asked;
			all->second_asked = other->asked;
			all->first_received = index;
		}
	one->asked = NO_CALL;
}

static void report_processes(struct hint_search *search, const struct sharers *all)
{
	bool is_in_order = all->first_asked < all->second_asked;

	if (all->second_received == NO_CALL)
		return;
	struct hint hint = hint_begin(search, is_in_order ? all->first_asked : all->second_asked);
	hint_show(&hint, is_in_order ? all->second_asked : all->first_asked);
	hint_show(&hint, all->first_received);
	hint_show(&hint, all->second_received);
	hint_add(search, hint,
		"%.60s %" PRId64 " and %.60s %" PRId64
		" both sent, and both received, before either had its answer: each may get the other's",
		name_program(all->first->process), all->first->process->pid,
		name_program(all->second->process), all->second->process->pid);
}

/* The bytes of a stream go to whoever asks first: part of a message to one, the rest to another. */
static bool overlap(
	const struct hint_search *search, const struct call *one, const struct call *other)
{
	static const char ring[] = "io_uring";

	return one->tid != other->tid && one->process == other->process &&
	       other->time_ns < call_end_ns(one) && one->bytes > 1 && other->bytes > 1 &&
	       strncmp(trace_word(search->trace, one->name), ring, sizeof(ring) - 1) != 0 &&
	       strncmp(trace_word(search->trace, other->name), ring, sizeof(ring) - 1) != 0;
}

/*
 * A stream has one order in each direction, whoever of its holders reads or writes: connections are
 * shared by fork(2) and between threads, and nothing keeps their messages apart. Two processes, of
 * one program, had each asked, and each waited for an answer; or two threads were in a receive at
 * once, and both got something.
 */
void hint_find_shared(struct hint_search *search, const struct socket *socket)
{
	size_t count = hint_call_count(search, socket), overlaps = 0;
	int64_t since_ns = INT64_MAX;
	struct sharers all = {.second_received = NO_CALL};
	struct hint hint = {.call_count = 0};
	uint32_t last = NO_CALL;

	if (!socket->connection || socket->direction == DIRECTION_PAIR || count < 4 ||
		!socket_is_stream(search->trace, socket))
		return;
	if (!hint_facts(search, socket)->has_threads)
		return;
	if (socket->holder && socket->holder->next_holder)
		since_ns = shared_since_ns(socket);
	for (size_t i = 0; i < count; i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		bool is_receive = hint_has_moved(call, EFFECT_RECEIVE);
		if (!is_receive && !hint_has_moved(call, EFFECT_SEND))
			continue;
		if (call->time_ns >= since_ns)
			learn(&all, call, index);
		if (!is_receive)
			continue;
		if (last != NO_CALL && overlap(search, hint_call(search, last), call)) {
			if (overlaps++ == 0)
				hint = hint_begin(search, last);
			hint_show(&hint, index);
		}
		last = index;
	}
	report_processes(search, &all);
	if (overlaps == 0)
		return;
	hint.times = overlaps;
	hint_add(search, hint,
		"threads %" PRId32 " and %" PRId32
		" were in a receive at once, and each got a part of the stream",
		hint_call(search, hint.calls[0])->tid, hint_call(search, hint.calls[1])->tid);
}
