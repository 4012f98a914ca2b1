/* SPDX-License-Identifier: MIT */
/* Rules about descriptors that are not given back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"

static bool is_made(const struct hint_search *search, const struct descriptor *descriptor)
{
	const struct call *maker = descriptor_maker(search->trace, descriptor);

	return maker && effect_makes_socket(maker->effect) &&
	       descriptor->socket->direction != DIRECTION_PAIR;
}

static bool is_dead_after(const struct hint_search *search, const struct call *call)
{
	return call_is(call, CALL_END_OF_STREAM) || hint_has_failed(search, call, "ECONNRESET") ||
	       hint_has_failed(search, call, "EPIPE") ||
	       (call->effect == EFFECT_CONNECT && call_is(call, CALL_FAILED) &&
		       !hint_has_connected(search, call));
}

/* The last call that was of use, if the connection had ended then, or had never begun: nothing can
 * be done with it but close it. NO_CALL: it may still be of use. */
static uint32_t dead_since(const struct hint_search *search, const struct descriptor *descriptor)
{
	uint32_t dead = NO_CALL;

	for (size_t i = 0; i < descriptor->calls.count; i++) {
		uint32_t index = descriptor->calls.list[i];
		const struct call *call = hint_call(search, index);
		if (call_is(call, CALL_WAITS) || index == descriptor->made_by)
			continue;
		if (is_dead_after(search, call))
			dead = dead == NO_CALL ? index : dead;
		else if (hint_shows_connection(search, call))
			dead = NO_CALL;
	}
	return descriptor->calls.count <= 1 && descriptor->last_wait == NO_CALL
		       ? descriptor->made_by
		       : dead;
}

/* It was not closed before that call. */
static bool is_open_after(
	const struct hint_search *search, const struct descriptor *descriptor, uint32_t call)
{
	return descriptor->ended_ns > call_end_ns(hint_call(search, call));
}

/* The last call with which the process made one. */
static uint32_t last_made(const struct hint_search *search, const struct process *process)
{
	for (size_t i = process->descriptor_count; i-- > 0;)
		if (is_made(search, process->descriptors[i]))
			return process->descriptors[i]->made_by;
	return NO_CALL;
}

/* A program that closes some sockets at its end may do so because it is the end. */
#define LEAK_CLOSED_LEAST 5

static void look_for_leak(struct hint_search *search, const struct process *process, uint32_t work)
{
	uint32_t last = last_made(search, process);
	size_t count = 0, closed = 0, made = 0;
	bool went_on = false;
	struct hint hint;

	for (size_t i = 0; i < process->descriptor_count; i++) {
		const struct descriptor *descriptor = process->descriptors[i];
		bool is_closed = !hint_is_open_at_exit(descriptor) &&
				 descriptor->ended_ns != INT64_MAX && work != NO_CALL &&
				 is_open_after(search, descriptor, work);
		uint32_t dead;
		if (!is_made(search, descriptor))
			continue;
		made++;
		if ((!is_closed && !hint_is_open_at_exit(descriptor)) ||
			hint_is_said(search, descriptor->socket, process) ||
			(dead = dead_since(search, descriptor)) == NO_CALL)
			continue;
		went_on |= dead < last;
		closed += is_closed;
		if (count++ == 0) {
			hint = hint_begin(search, dead);
			hint.descriptor = descriptor;
			hint.process = process;
		} else {
			hint_show(&hint, dead);
		}
	}
	if (!went_on || (closed > 0 && count < LEAK_CLOSED_LEAST))
		return;
	hint.times = count;
	hint_add(search, hint,
		closed > 0 ? "%zu of %zu sockets were of no use any more and open until the end"
			   : "%zu of %zu sockets were of no use any more and open at exit",
		count, made);
}

/*
 * Still open at exit, or until the program closed all that it had, though the peer was gone, the
 * connect had failed, or nothing was ever done with them, while the program went on and made
 * others: a listening socket, a live connection or an idle one is none. A program that runs longer
 * comes to EMFILE.
 */
void hint_find_leak(struct hint_search *search)
{
	const uint32_t *works = hint_last_works(search);

	for (size_t i = 0; i < search->trace->process_count; i++)
		look_for_leak(search, search->trace->processes[i], works[i]);
}

/* So many are open at the end: a tenth of them is the usual limit of 1024 that setrlimit(2) gives.
 */
#define GROWN_LEAST 100

/* Fewer are enough of which nearly all ask for the same address: the next could have used the one
 * before. */
#define GROWN_CLIENTS_LEAST 20

/* The process's time, in quarters: in each as many were made, and what was made is not used any
 * more a quarter later. A server with many connections that live, or a client that makes all its
 * connections at the beginning, is none. */
#define QUARTERS      4
#define QUARTER_LEAST 8 /* one of so many of all was made in each quarter */

/* The sockets that a process made from its first one to the call `to`. */
struct growth {
	struct hint_search *search;
	uint32_t from, to; /* `to` failed with EMFILE, or is its last work */
	size_t made, open, idle, by_quarter[QUARTERS];
	size_t alike; /* of those that are open: that asked for the address of the first that did */
	char peer[ADDRESS_SIZE];
	int64_t highest; /* number of those that are open */
	uint32_t shown[HINT_CALLS];
};

static bool asks_alike(struct growth *growth, const struct descriptor *descriptor)
{
	const struct socket *socket = descriptor->socket;
	char peer[ADDRESS_SIZE];

	if (socket->direction != DIRECTION_OUT || descriptor->calls.bytes_out == 0)
		return false;
	address_text(growth->alike == 0 ? growth->peer : peer, socket->peer);
	return growth->alike == 0 || strcmp(peer, growth->peer) == 0;
}

static void add_grown(struct growth *growth, const struct descriptor *descriptor)
{
	uint32_t made = descriptor->made_by, used = made;
	uint64_t span = (uint64_t)growth->to - growth->from + 1;

	growth->made++;
	if (!is_open_after(growth->search, descriptor, growth->to))
		return;
	for (size_t i = descriptor->calls.count; i-- > 0;) {
		const struct call *call = descriptor_call(growth->search->trace, descriptor, i);
		if (hint_is_work(call) && !call_is(call, CALL_WAITS)) {
			used = descriptor->calls.list[i];
			break;
		}
	}
	if (growth->open < HINT_CALLS)
		growth->shown[growth->open] = made;
	growth->alike += asks_alike(growth, descriptor);
	growth->open++;
	if (descriptor->fd > growth->highest)
		growth->highest = descriptor->fd;
	growth->by_quarter[(uint64_t)(made - growth->from) * QUARTERS / span]++;
	growth->idle += used - made <= span / QUARTERS;
}

static bool grows(const struct growth *growth)
{
	size_t least = growth->alike >= growth->open - growth->open / 10 ? GROWN_CLIENTS_LEAST
									 : GROWN_LEAST;

	if (growth->open < least || growth->open < growth->made - growth->made / 10 ||
		growth->idle < growth->open - growth->open / 10)
		return false;
	for (size_t i = 0; i < QUARTERS; i++)
		if (growth->by_quarter[i] < growth->open / QUARTER_LEAST)
			return false;
	return true;
}

static struct growth growth_until(
	struct hint_search *search, const struct process *process, uint32_t to)
{
	struct growth growth = {.search = search, .from = NO_CALL, .to = to};

	for (size_t i = 0; i < process->descriptor_count; i++) {
		const struct descriptor *descriptor = process->descriptors[i];
		if (!is_made(search, descriptor) || descriptor->made_by > growth.to)
			continue;
		if (growth.from == NO_CALL)
			growth.from = descriptor->made_by;
		if (descriptor->made_by >= growth.from &&
			descriptor->socket->direction != DIRECTION_LISTENING)
			add_grown(&growth, descriptor);
	}
	return growth;
}

/* The kernel gives the lowest number that is free, open(2): where sockets have most of the numbers
 * up to the highest of theirs, they fill the table, and not files. */
static bool fills(const struct growth *growth)
{
	return growth->open > 0 && (int64_t)growth->open > growth->highest / 2;
}

static void add_growth(const struct growth *growth, const struct process *process, uint32_t first,
	size_t count, const char *seen)
{
	struct hint hint = hint_begin(growth->search, first);

	for (size_t i = 0; i < growth->open && i < HINT_CALLS; i++)
		if (growth->shown[i] != first)
			hint_show(&hint, growth->shown[i]);
	hint.process = process;
	hint.descriptor = NULL;
	hint_add(growth->search, hint, "%zu of %zu sockets %s", count, growth->made,
		hint_term(growth->search, seen));
}

static void look_for_growth(
	struct hint_search *search, const struct process *process, uint32_t work, uint32_t refused)
{
	struct growth growth;

	if (refused != NO_CALL) {
		growth = growth_until(search, process, refused);
		if (fills(&growth)) {
			add_growth(&growth, process, refused, growth.open,
				"were open when EMFILE said that there may be no more");
			return;
		}
	}
	if (work == NO_CALL)
		return;
	growth = growth_until(search, process, work);
	if (grows(&growth))
		add_growth(&growth, process, growth.shown[0], growth.idle,
			"were not closed, and are not used any more");
}

/* The first call of each process that failed with EMFILE, or NO_CALL; for the caller to free. */
static uint32_t *find_refused(const struct hint_search *search)
{
	const struct trace *trace = search->trace;
	uint32_t *refused = xcalloc(trace->process_count + 1, sizeof(*refused));

	for (size_t i = 0; i < trace->process_count; i++)
		refused[i] = NO_CALL;
	for (uint32_t i = 0; i < trace->call_count; i++) {
		uint32_t *first = &refused[trace->calls[i].process->number];
		if (trace->calls[i].error && *first == NO_CALL &&
			hint_has_failed(search, &trace->calls[i], "EMFILE"))
			*first = i;
	}
	return refused;
}

/*
 * A process has a limit, RLIMIT_NOFILE, and then gets EMFILE: its table is full of sockets. Before
 * that: it makes sockets all the time, closes next to none, and does not use the old ones.
 */
void hint_find_growth(struct hint_search *search)
{
	const uint32_t *works = hint_last_works(search);
	uint32_t *refused = find_refused(search);

	for (size_t i = 0; i < search->trace->process_count; i++)
		look_for_growth(search, search->trace->processes[i], works[i], refused[i]);
	free(refused);
}
