/* SPDX-License-Identifier: MIT */
/* Rules about descriptors that are not given back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"

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
	return descriptor->calls.count <= 1 ? descriptor->made_by : dead;
}

/* The last call with which the process made one. */
static uint32_t last_made(const struct hint_search *search, const struct process *process)
{
	for (size_t i = process->descriptor_count; i-- > 0;)
		if (is_made(search, process->descriptors[i]))
			return process->descriptors[i]->made_by;
	return NO_CALL;
}

/*
 * Still open at exit though the peer was gone, the connect had failed, or nothing was ever done
 * with them, while the program went on and made others: a listening socket, a live connection or an
 * idle one is none. Exit closes them: a program that runs longer comes to EMFILE.
 */
void hint_find_leak(struct hint_search *search, const struct process *process)
{
	uint32_t last = last_made(search, process);
	size_t count = 0, made = 0;
	bool went_on = false;
	struct hint hint;

	for (size_t i = 0; i < process->descriptor_count; i++) {
		const struct descriptor *descriptor = process->descriptors[i];
		uint32_t dead;
		if (!is_made(search, descriptor))
			continue;
		made++;
		if (!hint_is_open_at_exit(descriptor) ||
			(dead = dead_since(search, descriptor)) == NO_CALL)
			continue;
		went_on |= dead < last;
		if (count++ == 0) {
			hint = hint_begin(search, dead);
			hint.descriptor = descriptor;
			hint.process = process;
		} else {
			hint_show(&hint, dead);
		}
	}
	if (!went_on)
		return;
	hint.times = count;
	hint_add(search, hint, "%zu of %zu sockets were of no use any more and open at exit", count,
		made);
}

/* So many are open at the end: a tenth of them is the usual limit of 1024 that setrlimit(2) gives.
 */
#define GROWN_LEAST 100

/* The process's time, in quarters: in each as many were made, and what was made is not used any
 * more a quarter later. A server with many connections that live, or a client that makes all its
 * connections at the beginning, is none. */
#define QUARTERS      4
#define QUARTER_LEAST 8 /* one of so many of all was made in each quarter */

/* The sockets that a process made from its first one to the call `to`. */
struct growth {
	struct hint_search *search;
	uint32_t from, to;
	bool is_refused; /* `to` failed with EMFILE; otherwise it is the last call */
	size_t made, open, idle, by_quarter[QUARTERS];
	int64_t highest; /* number of those that are open */
	uint32_t shown[HINT_CALLS];
};

/* At EMFILE, though a program that ends in good order closes it later; otherwise for good. */
static bool is_open(const struct growth *growth, const struct descriptor *descriptor)
{
	if (growth->is_refused)
		return descriptor->ended_ns > hint_call(growth->search, growth->to)->time_ns;
	return descriptor->ended_ns == INT64_MAX || hint_is_open_at_exit(descriptor);
}

static void add_grown(struct growth *growth, const struct descriptor *descriptor)
{
	uint32_t made = descriptor->made_by, used = made;
	uint64_t span = (uint64_t)growth->to - growth->from + 1;

	growth->made++;
	if (!is_open(growth, descriptor))
		return;
	for (size_t i = descriptor->calls.count; i-- > 0;)
		if (!call_is(descriptor_call(growth->search->trace, descriptor, i), CALL_WAITS)) {
			used = descriptor->calls.list[i];
			break;
		}
	if (growth->open < HINT_CALLS)
		growth->shown[growth->open] = made;
	growth->open++;
	if (descriptor->fd > growth->highest)
		growth->highest = descriptor->fd;
	growth->by_quarter[(uint64_t)(made - growth->from) * QUARTERS / span]++;
	growth->idle += used - made <= span / QUARTERS;
}

static bool grows(const struct growth *growth)
{
	if (growth->open < GROWN_LEAST || growth->open < growth->made - growth->made / 10 ||
		growth->idle < growth->open - growth->open / 10)
		return false;
	for (size_t i = 0; i < QUARTERS; i++)
		if (growth->by_quarter[i] < growth->open / QUARTER_LEAST)
			return false;
	return true;
}

/* Found out about each process in a pass over all calls. */
struct last_calls {
	uint32_t last, refused; /* its last call; the first that failed with EMFILE, or NO_CALL */
};

static struct last_calls *find_last_calls(const struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct last_calls *calls = xcalloc(trace->process_count + 1, sizeof(*calls));

	for (size_t i = 0; i < trace->process_count; i++)
		calls[i].refused = NO_CALL;
	for (uint32_t i = 0; i < trace->call_count; i++) {
		struct last_calls *of = &calls[trace->calls[i].process->number];
		of->last = i;
		if (of->refused == NO_CALL && trace->calls[i].error &&
			hint_has_failed(search, &trace->calls[i], "EMFILE"))
			of->refused = i;
	}
	return calls;
}

static struct growth growth_until(
	struct hint_search *search, const struct process *process, uint32_t to, bool is_refused)
{
	struct growth growth = {
		.search = search, .from = NO_CALL, .to = to, .is_refused = is_refused};

	for (size_t i = 0; i < process->descriptor_count; i++) {
		const struct descriptor *descriptor = process->descriptors[i];
		if (!is_made(search, descriptor) || descriptor->made_by > growth.to)
			continue;
		if (growth.from == NO_CALL)
			growth.from = descriptor->made_by;
		if (descriptor->made_by >= growth.from)
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
	hint_add(growth->search, hint, "%zu of %zu sockets %s", count, growth->made, seen);
}

static void look_for_growth(
	struct hint_search *search, const struct process *process, const struct last_calls *calls)
{
	struct growth growth;

	if (calls->refused != NO_CALL) {
		growth = growth_until(search, process, calls->refused, true);
		if (fills(&growth)) {
			add_growth(&growth, process, calls->refused, growth.open,
				"were open when EMFILE said that there may be no more");
			return;
		}
	}
	growth = growth_until(search, process, calls->last, false);
	if (grows(&growth))
		add_growth(&growth, process, growth.shown[0], growth.idle,
			"were not closed, and are not used any more");
}

/*
 * A process has a limit, RLIMIT_NOFILE, and then gets EMFILE: its table is full of sockets. Before
 * that: it makes sockets all the time, closes next to none, and does not use the old ones.
 */
void hint_find_growth(struct hint_search *search)
{
	struct last_calls *calls = find_last_calls(search);

	for (size_t i = 0; i < search->trace->process_count; i++)
		look_for_growth(search, search->trace->processes[i], &calls[i]);
	free(calls);
}
