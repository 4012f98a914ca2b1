/* SPDX-License-Identifier: MIT */
/* The rule about edge-triggered epoll. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"

/* So long what is there is not taken: longer than a thread takes that does something else first. */
#define STALL_NS 100000000

/* So many stalls of a socket are looked into, and so many calls before and after each. */
#define STALLS_LOOKED_AT 16
#define CALLS_LOOKED_AT  1000
#define CALLS_BEFORE     16

/* Something was there, and the socket's program did not take it for so long. */
struct stall {
	const struct socket *socket;
	size_t taken;       /* the last call that took something: its place on the socket */
	uint32_t next;      /* the next one that did, or NO_CALL */
	int64_t bytes_left; /* 0: a connection */
};

struct edge_search {
	struct hint_search *search;
	uint8_t *would_block; /* owned, by process: bits of enum effect that said EAGAIN, or NULL */
	uint8_t *looked_at;   /* owned, by socket: so many stalls */
	struct hint *hints;   /* owned, by socket: of those that are sure */
};

static bool takes(const struct call *call, enum effect effect)
{
	return effect == EFFECT_ACCEPT
		       ? call->effect == effect && !call->error && !call_is(call, CALL_UNFINISHED)
		       : hint_has_moved(call, effect);
}

static enum effect effect_of(const struct stall *stall)
{
	return stall->bytes_left > 0 ? EFFECT_RECEIVE : EFFECT_ACCEPT;
}

/* A program that takes until EAGAIN knows what is left, and may leave it on purpose. */
static bool knows_would_block(struct edge_search *edge, const struct stall *stall, uint32_t index)
{
	const struct trace *trace = edge->search->trace;
	uint8_t bit = effect_of(stall) == EFFECT_ACCEPT ? 2 : 1;

	if (!edge->would_block) {
		edge->would_block = xcalloc(trace->process_count + 1, 1);
		for (size_t i = 0; i < trace->call_count; i++) {
			const struct call *call = &trace->calls[i];
			if (call_is(call, CALL_PENDING) && call->descriptor)
				edge->would_block[call->process->number] |=
					call->effect == EFFECT_ACCEPT    ? 2
					: call->effect == EFFECT_RECEIVE ? 1
									 : 0;
		}
	}
	return edge->would_block[trace->calls[index].process->number] & bit;
}

/* The wait of the same thread that had found it ready before the call; NO_CALL: none had. */
static uint32_t announced_by(const struct hint_search *search, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	size_t place = hint_place(call->descriptor, index);

	for (size_t i = 1; i <= place && i <= CALLS_BEFORE; i++) {
		uint32_t before = call->descriptor->calls.list[place - i];
		if (call_is(hint_call(search, before), CALL_WAITS) &&
			hint_call(search, before)->tid == call->tid &&
			descriptor_readiness(call->descriptor, before) != 0)
			return before;
	}
	return NO_CALL;
}

/* The thread's wait after that call that slept although something was there; NO_CALL: it was told
 * of it again, or did not wait. */
static uint32_t sleep_after(const struct hint_search *search, uint32_t taken)
{
	const struct call *call = hint_call(search, taken);

	for (size_t i = 1; i <= CALLS_LOOKED_AT && taken + i < search->trace->call_count; i++) {
		uint32_t index = (uint32_t)(taken + i);
		const struct call *next = hint_call(search, index);
		if (next->descriptor && next->descriptor->socket == call->descriptor->socket &&
			next->effect == call->effect)
			return NO_CALL;
		if (next->tid != call->tid || next->effect != EFFECT_WAIT)
			continue;
		/* Until something more came. */
		if (next->duration_ns >= STALL_NS)
			return index;
		if (descriptor_readiness(call->descriptor, index) != 0)
			return NO_CALL;
	}
	return NO_CALL;
}

/* The socket is announced anew when its events are set anew: epoll_ctl(2). */
static bool is_set_anew(const struct hint_search *search, const struct stall *stall, uint32_t until)
{
	for (size_t i = stall->taken + 1; i < hint_call_count(search, stall->socket); i++) {
		uint32_t index = hint_call_on(search, stall->socket, i);
		if (index > until)
			return false;
		if (hint_is_epoll_control(search, hint_call(search, index)))
			return true;
	}
	return false;
}

static bool asks_for_edges(const struct value *events)
{
	return value_has(events, "EPOLLET") && !value_has(events, "EPOLLONESHOT");
}

/* The wait watches it edge-triggered: as epoll_ctl was told, or as the wait says. */
static bool is_edge_triggered(
	const struct hint_search *search, const struct stall *stall, uint32_t wait)
{
	const struct value *waits;

	for (size_t i = 1; i <= stall->taken && i <= CALLS_LOOKED_AT; i++) {
		const struct call *call =
			hint_call(search, hint_call_on(search, stall->socket, stall->taken - i));
		if (hint_is_epoll_control(search, call))
			return asks_for_edges(value_member(
				value_member(call_details(search->trace, call)->args, "event"),
				"events"));
	}
	waits = call_details(search->trace, hint_call(search, wait))->waits;
	for (size_t i = 0; i < value_count(waits); i++) {
		int64_t id = -1;
		value_integer(value_member(value_element(waits, i), "socket"), &id);
		if (id == stall->socket->id)
			return asks_for_edges(value_member(value_element(waits, i), "events"));
	}
	return false;
}

/* It was given more room than it used: then that was all. */
static bool has_filled_buffer(const struct hint_search *search, const struct call *call)
{
	int64_t size;

	return value_integer(
		       value_member(call_details(search->trace, call)->args, "size"), &size) &&
	       size == call->bytes;
}

static void look_at_stall(struct edge_search *edge, const struct stall *stall)
{
	struct hint_search *search = edge->search;
	uint32_t taken = hint_call_on(search, stall->socket, stall->taken), wait, told;
	const struct call *call = hint_call(search, taken);
	struct hint *hint = &edge->hints[stall->socket->number];

	if (edge->looked_at[stall->socket->number]++ >= STALLS_LOOKED_AT) {
		edge->looked_at[stall->socket->number] = STALLS_LOOKED_AT;
		return;
	}
	wait = sleep_after(search, taken);
	if (wait == NO_CALL || knows_would_block(edge, stall, taken) ||
		announced_by(search, taken) == NO_CALL || is_set_anew(search, stall, wait) ||
		!is_edge_triggered(search, stall, wait) ||
		(stall->bytes_left > 0 && !has_filled_buffer(search, call)))
		return;
	/* A program that remembers what is left does not want to be told. */
	told = stall->next == NO_CALL ? NO_CALL : announced_by(search, stall->next);
	if (stall->next != NO_CALL && (told == NO_CALL || told < wait))
		return;
	int64_t until_ns = stall->next == NO_CALL ? hint_call(search, wait)->time_ns +
							    hint_call(search, wait)->duration_ns
						  : hint_call(search, stall->next)->time_ns;
	if (hint->times == 0) {
		*hint = hint_begin(search, taken);
		hint_show(hint, wait);
		if (stall->next != NO_CALL)
			hint_show(hint, stall->next);
	} else {
		hint->times++;
	}
	quantity_add_up(&hint->lost_ns, until_ns - call_end_ns(call));
}

/* Nothing is lost or late between the two ends. */
static bool is_local(const struct hint_search *search, const struct socket *socket)
{
	const char *address = value_text(value_member(socket->local, "address"), NULL);

	return strcmp(trace_word(search->trace, socket->family), "AF_UNIX") == 0 ||
	       (address && (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0));
}

static int64_t end_of(const struct hint_search *search, const struct socket *socket)
{
	return socket->last ? socket->last->ended_ns : search->trace->end_ns;
}

/* Bytes that the peer had sent before, and that were not received. */
static void look_for_unread(struct edge_search *edge, const struct socket *socket)
{
	struct hint_search *search = edge->search;
	const struct socket *peer = socket->other_end;
	size_t count = hint_call_count(search, socket), sends = 0, last = SIZE_MAX;
	const struct hint_facts *facts = hint_facts(search, socket);
	int64_t sent = 0, received = 0;

	if (facts->longest_ns < STALL_NS &&
		end_of(search, socket) / 2 - facts->last_ns / 2 < STALL_NS / 2)
		return;

	for (size_t i = 0; i <= count; i++) {
		uint32_t index = i < count ? hint_call_on(search, socket, i) : NO_CALL;
		if (index != NO_CALL && !takes(hint_call(search, index), EFFECT_RECEIVE))
			continue;
		int64_t until_ns = index == NO_CALL ? end_of(search, socket)
						    : hint_call(search, index)->time_ns;
		if (last != SIZE_MAX) {
			const struct call *before =
				hint_call(search, hint_call_on(search, socket, last));
			for (; sends < hint_call_count(search, peer); sends++) {
				const struct call *send =
					hint_call(search, hint_call_on(search, peer, sends));
				if (call_end_ns(send) > call_end_ns(before))
					break;
				if (hint_has_moved(send, EFFECT_SEND))
					quantity_add_up(&sent, send->bytes);
			}
			if (sent > received && until_ns - call_end_ns(before) >= STALL_NS)
				look_at_stall(edge,
					&(struct stall){socket, last, index, sent - received});
		}
		if (index == NO_CALL)
			break;
		quantity_add_up(&received, hint_call(search, index)->bytes);
		last = i;
	}
}

/* Where the accept stands among the calls on its listening socket, and the one that accepted
 * before; SIZE_MAX: none did. */
static size_t accept_before(
	const struct hint_search *search, const struct socket *listener, uint32_t accept)
{
	size_t low = 0, high = hint_call_count(search, listener);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (hint_call_on(search, listener, middle) < accept)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t i = 1; i <= low && i <= CALLS_BEFORE; i++)
		if (takes(hint_call(search, hint_call_on(search, listener, low - i)),
			    EFFECT_ACCEPT))
			return low - i;
	return SIZE_MAX;
}

/* It had been made long before it was accepted. */
static void look_for_late_accept(struct edge_search *edge, const struct connection *connection)
{
	struct hint_search *search = edge->search;
	uint32_t accept = connection->acceptor && connection->acceptor->holder
				  ? connection->acceptor->holder->made_by
				  : NO_CALL;
	const struct call *accepted, *before, *asked;
	size_t taken;

	if (accept == NO_CALL || connection->asked_by == NO_CALL || !connection->opener ||
		connection->opener->part != connection->acceptor->part)
		return;
	accepted = hint_call(search, accept);
	asked = hint_call(search, connection->asked_by);
	if (accepted->effect != EFFECT_ACCEPT || !accepted->descriptor ||
		accepted->time_ns - call_end_ns(asked) < STALL_NS)
		return;
	taken = accept_before(search, accepted->descriptor->socket, accept);
	if (taken == SIZE_MAX)
		return;
	before = hint_call(search, hint_call_on(search, accepted->descriptor->socket, taken));
	if (call_end_ns(asked) <= call_end_ns(before))
		look_at_stall(
			edge, &(struct stall){accepted->descriptor->socket, taken, accept, 0});
}

/* What the kernel said to be there. */
static int64_t left_there(const struct socket_report *report)
{
	return report->tcp.state == TCP_LISTEN ? report->queues.backlog : report->queues.receive;
}

/* It was announced since that call, or a wait is under way that will announce it, so that what is
 * there may have come then. */
static bool is_announced_since(const struct hint_search *search, uint32_t taken, int64_t until_ns)
{
	const struct descriptor *descriptor = hint_call(search, taken)->descriptor;
	size_t low = 0, high = descriptor->answer_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (descriptor->answers[middle].wait <= taken)
			low = middle + 1;
		else
			high = middle;
	}
	return low < descriptor->answer_count &&
	       hint_call(search, descriptor->answers[low].wait)->time_ns <= until_ns;
}

/* The kernel was asked after the last call that took something, and before the next. */
static void look_at_reports(struct edge_search *edge, const struct socket *socket)
{
	struct hint_search *search = edge->search;
	enum effect effect =
		socket->direction == DIRECTION_LISTENING ? EFFECT_ACCEPT : EFFECT_RECEIVE;
	size_t last = SIZE_MAX, next = 0, count = hint_call_count(search, socket);

	for (size_t i = 0; i < socket->report_count; i++) {
		const struct socket_report *report = &socket->reports[i];
		int64_t left = left_there(report);
		for (; next < count; next++) {
			const struct call *call =
				hint_call(search, hint_call_on(search, socket, next));
			if (!takes(call, effect))
				continue;
			if (call_end_ns(call) > report->time_ns)
				break;
			last = next;
		}
		if (left <= 0 || last == SIZE_MAX ||
			is_announced_since(
				search, hint_call_on(search, socket, last), report->time_ns))
			continue;
		look_at_stall(
			edge, &(struct stall){socket, last,
				      next < count ? hint_call_on(search, socket, next) : NO_CALL,
				      effect == EFFECT_ACCEPT ? 0 : left});
	}
}

static void report(struct hint_search *search, struct hint *hint, bool is_accept)
{
	const char *waited = hint_time(search, hint->lost_ns / (int64_t)hint->times);

	if (is_accept)
		hint_add(search, *hint,
			"one accept, and another connection was there, while the thread waited for %s",
			waited);
	else
		hint_add(search, *hint,
			"a receive filled its buffer, and more was there, while the thread waited "
			"for %s",
			waited);
}

/*
 * With EPOLLET a socket is announced when something comes, and not because something is there
 * still: epoll(7), which says to receive until EAGAIN. Sure only where something was there, the
 * thread that was told of it waited nevertheless, and the next call came when it was told again.
 */
void hint_find_edge_triggered(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct edge_search edge = {.search = search,
		.looked_at = xcalloc(trace->socket_count + 1, 1),
		.hints = xcalloc(trace->socket_count + 1, sizeof(*edge.hints))};

	for (size_t i = 0; i < trace->socket_count; i++) {
		const struct socket *socket = trace->sockets[i];
		if (socket->other_end && socket->other_end->part == socket->part &&
			socket_is_stream(trace, socket) && is_local(search, socket))
			look_for_unread(&edge, socket);
	}
	for (size_t i = 0; i < trace->socket_count; i++)
		if (edge.hints[i].times == 0)
			look_at_reports(&edge, trace->sockets[i]);
	for (size_t i = 0; i < trace->connection_count; i++)
		look_for_late_accept(&edge, trace->connections[i]);
	for (size_t i = 0; i < trace->socket_count; i++)
		if (edge.hints[i].times > 0)
			report(search, &edge.hints[i],
				trace->sockets[i]->direction == DIRECTION_LISTENING);
	free(edge.would_block);
	free(edge.looked_at);
	free(edge.hints);
}
