/* SPDX-License-Identifier: MIT */
/* The rule about connections that the peer has ended, and the program keeps. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"

/* Kept for so long the connection was forgotten; a program that goes on closes sooner. */
#define CLOSE_WAIT_NS 1000000000

/* Of a process that does so, others count, too, unless they may be about to be closed. */
#define CLOSE_WAIT_LEAST_NS 100000000

/* What is found out about a process. */
struct kept {
	struct hint hint;
	uint32_t last; /* its last call that did something; NO_CALL: none */
	int64_t longest_ns;
	size_t count, read; /* sockets that wait for a close, and those whose end was read */
};

/* A socket that waits for a close. */
struct waiting {
	const struct socket *socket;
	int64_t time_ns;
	uint32_t shown; /* a call that shows it, or that the process was in meanwhile */
	bool is_read;
};

/* What the calls on a socket say of its end. */
struct ending_seen {
	uint32_t end, moved; /* the first receive of the end; the last call that moved bytes */
	bool is_answered;    /* that was a send, before the end was received */
	bool is_broken;      /* by a reset, or the program ended it itself */
};

static struct ending_seen look_at_calls(
	const struct hint_search *search, const struct socket *socket)
{
	struct ending_seen seen = {.end = NO_CALL, .moved = NO_CALL};

	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (seen.end == NO_CALL && call_is(call, CALL_END_OF_STREAM))
			seen.end = index;
		else if ((call->effect == EFFECT_SHUTDOWN && !call->error) ||
			 (effect_transfers(call->effect) && call_is(call, CALL_FAILED)))
			seen.is_broken = true;
		else if (hint_has_moved(call, EFFECT_SEND) ||
			 hint_has_moved(call, EFFECT_RECEIVE)) {
			seen.moved = index;
			seen.is_answered = call->effect == EFFECT_SEND && seen.end == NO_CALL;
		}
	}
	return seen;
}

/* It waited for a close when the trace began. */
static bool was_found_so(const struct socket *socket)
{
	return socket->found && strcmp(socket->found->state, "TCP_CLOSE_WAIT") == 0;
}

/* When the kernel said first that it waits for a close, less the time in which nothing came, the
 * end either. */
static int64_t told_by_kernel_ns(const struct socket *socket)
{
	if (was_found_so(socket))
		return socket->holder->born_ns;
	for (size_t i = 0; i < socket->report_count; i++) {
		const struct socket_report *report = &socket->reports[i];
		int64_t ago_us = report->tcp.last_ack_us;
		if (report->tcp.state == TCP_CLOSE_WAIT)
			return ago_us > 0 && ago_us < report->time_ns / 1000
				       ? report->time_ns - ago_us * 1000
				       : report->time_ns;
	}
	return INT64_MAX;
}

/*
 * Since when nothing more can come, and nothing is to be sent; INT64_MAX: something may. Where the
 * peer is in the trace its last descriptor has ended. Else the end of the stream was received, or
 * the kernel says CLOSE_WAIT: that may be half a close, so that a
 * server has to have answered before, and sent nothing since.
 */
static int64_t dead_since_ns(const struct hint_search *search, const struct socket *socket,
	const struct ending_seen *seen)
{
	const struct socket *peer = socket->other_end;
	int64_t ended_ns = INT64_MAX, moved_ns = INT64_MIN;

	if (seen->moved != NO_CALL)
		moved_ns = call_end_ns(hint_call(search, seen->moved));
	if (peer) {
		ended_ns = peer->last ? peer->last->ended_ns : INT64_MAX;
	} else if (seen->moved == NO_CALL || seen->is_answered ||
		   socket->direction == DIRECTION_OUT) {
		if (seen->end != NO_CALL)
			ended_ns = call_end_ns(hint_call(search, seen->end));
		else
			ended_ns = told_by_kernel_ns(socket);
	}
	return ended_ns > moved_ns ? ended_ns : moved_ns;
}

/* It is open when the trace, or its process, ends; or until the process has done its work, and
 * closes what it has. */
static bool is_kept(
	const struct hint_search *search, const struct socket *socket, const struct kept *kept)
{
	return !socket->last || hint_is_open_at_exit(socket->last) ||
	       socket->last->ended_ns > call_end_ns(hint_call(search, kept->last));
}

/* How long the socket has waited for a close while its process went on with something else; 0: it
 * has not. */
static int64_t waited_ns(const struct hint_search *search, const struct socket *socket,
	const struct kept *kept, const struct ending_seen *seen)
{
	const struct call *work = hint_call(search, kept->last);
	int64_t dead_ns = dead_since_ns(search, socket, seen);
	int64_t end_ns = socket->last ? socket->last->ended_ns : search->trace->end_ns;

	/* One that was never used may be kept for later on purpose, and is not looked at. */
	if (seen->is_broken || dead_ns >= end_ns ||
		(seen->moved == NO_CALL && seen->end == NO_CALL && !was_found_so(socket)) ||
		(work->descriptor && work->descriptor->socket == socket) ||
		work->time_ns + work->duration_ns <= dead_ns)
		return 0;
	return end_ns - dead_ns;
}

static void add_waiting(struct hint_search *search, struct kept *all, const struct waiting *waiting)
{
	const struct socket *socket = waiting->socket;
	struct kept *kept = &all[socket->held_by->number];

	if (kept->longest_ns < CLOSE_WAIT_NS || waiting->time_ns < CLOSE_WAIT_LEAST_NS)
		return;
	hint_speaks_of(search, socket);
	if (kept->count++ == 0) {
		kept->hint = hint_begin(search, waiting->shown);
		kept->hint.process = socket->held_by;
		kept->hint.descriptor = socket->last ? socket->last : socket->holder;
	} else {
		hint_show(&kept->hint, waiting->shown);
	}
	kept->read += waiting->is_read;
}

/* False: it does not wait for a close. */
static bool look_at(const struct hint_search *search, struct kept *all, const struct socket *socket,
	struct waiting *waiting)
{
	struct kept *kept = socket->held_by ? &all[socket->held_by->number] : NULL;

	if (!kept || kept->last == NO_CALL || socket->direction == DIRECTION_LISTENING ||
		socket->direction == DIRECTION_PAIR || !socket_is_stream(search->trace, socket) ||
		!is_kept(search, socket, kept))
		return false;
	struct ending_seen seen = look_at_calls(search, socket);
	*waiting = (struct waiting){.socket = socket,
		.time_ns = waited_ns(search, socket, kept, &seen),
		.shown = seen.end != NO_CALL     ? seen.end
			 : seen.moved != NO_CALL ? seen.moved
						 : kept->last,
		.is_read = seen.end != NO_CALL};
	if (waiting->time_ns > kept->longest_ns)
		kept->longest_ns = waiting->time_ns;
	return waiting->time_ns > 0;
}

static void report(struct hint_search *search, struct kept *kept)
{
	kept->hint.times = kept->count;
	hint_add(search, kept->hint, "%zu %s ended by the peer, %s, and not closed for up to %s",
		kept->count, kept->count == 1 ? "connection was" : "connections were",
		hint_term(search, kept->read == 0            ? "which was never read"
				  : kept->read < kept->count ? "which was not always read"
							     : "which was read"),
		hint_time(search, kept->longest_ns));
}

/*
 * A connection whose peer has closed it stays until the program closes it, too: tcp(7), CLOSE_WAIT.
 * It takes a descriptor, and nothing will end it.
 */
void hint_find_close_wait(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct kept *all = xcalloc(trace->process_count + 1, sizeof(*all));
	const uint32_t *works = hint_last_works(search);
	struct waiting *list = NULL, waiting;
	size_t count = 0, capacity = 0;

	for (size_t i = 0; i < trace->process_count; i++)
		all[i].last = works[i];
	for (size_t i = 0; i < trace->socket_count; i++)
		if (look_at(search, all, trace->sockets[i], &waiting)) {
			list = array_grow(list, count, &capacity, sizeof(*list));
			list[count++] = waiting;
		}
	for (size_t i = 0; i < count; i++)
		add_waiting(search, all, &list[i]);
	for (size_t i = 0; i < trace->process_count; i++)
		if (all[i].count > 0)
			report(search, &all[i]);
	free(list);
	free(all);
}
