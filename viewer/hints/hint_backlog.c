/* SPDX-License-Identifier: MIT */
/* The rule about connections that find no room in a server's queue. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"

/* A SYN that finds the queue full is dropped, and sent again after a second: tcp(7), listen(2);
 * TCP_TIMEOUT_INIT of include/net/tcp.h. Nothing on one machine takes so long otherwise. */
#define RETRANSMISSION_NS 950000000

/* The connects to a listening socket. */
struct backlog {
	uint32_t slow; /* the first connect that took so long; NO_CALL: none */
	size_t slow_count, waiting;
	int64_t lost_ns;
};

/* After a connect that did not block, so many calls on its descriptor are looked at. */
#define CALLS_LOOKED_AT 16

/* The call that returned when the connection was there: the connect, or the wait after one that did
 * not block; NULL: not known. */
static const struct call *connected_by(const struct hint_search *search, const struct call *connect)
{
	const struct descriptor *descriptor = connect->descriptor;
	bool is_after = false;

	if (!descriptor || call_is(connect, CALL_UNFINISHED))
		return NULL;
	if (!connect->error)
		return connect;
	if (!hint_has_failed(search, connect, "EINPROGRESS"))
		return NULL;
	for (size_t i = 0; i < descriptor->calls.count && i < CALLS_LOOKED_AT; i++) {
		const struct call *call = descriptor_call(search->trace, descriptor, i);
		if (is_after && call_is(call, CALL_WAITS_TO_SEND) &&
			descriptor_readiness(descriptor, descriptor->calls.list[i]))
			return call;
		is_after |= call == connect;
	}
	return NULL;
}

/* How long the program waited for the connection in one call; 0: not known. */
static int64_t waited_ns(const struct hint_search *search, const struct call *connect)
{
	const struct call *by = connected_by(search, connect);

	return by ? by->duration_ns : 0;
}

static bool is_slow(const struct hint_search *search, const struct call *call)
{
	return call->effect == EFFECT_CONNECT && call->descriptor &&
	       hint_is_tcp(search, call->descriptor->socket) &&
	       waited_ns(search, call) >= RETRANSMISSION_NS;
}

/* The socket that the connect came to; NULL: none of the trace, or not known. */
static const struct socket *listener_of(const struct hint_search *search, const struct link *link)
{
	const struct call *accept = link->to == NO_CALL ? NULL : hint_call(search, link->to);

	if (link->kind != LINK_CONNECT || link->from == NO_CALL)
		return NULL;
	if (accept)
		return accept->descriptor ? accept->descriptor->socket : NULL;
	return link->peer && link->peer->direction == DIRECTION_LISTENING ? link->peer : NULL;
}

static void find_slow(struct hint_search *search, struct backlog *all, const struct links *links,
	bool *is_explained)
{
	for (size_t i = 0; i < links->count; i++) {
		const struct socket *listener = listener_of(search, &links->list[i]);
		if (!listener || !is_slow(search, hint_call(search, links->list[i].from)))
			continue;
		is_explained[hint_call(search, links->list[i].from)->descriptor->socket->number] =
			true;
		struct backlog *backlog = &all[listener->number];
		quantity_add_up(&backlog->lost_ns,
			waited_ns(search, hint_call(search, links->list[i].from)));
		if (backlog->slow_count++ == 0)
			backlog->slow = links->list[i].from;
	}
}

/* Of a burst of threads each has begun before the others' connections are there. */
#define BURST_NS 100000000

/* Those that were connected when the slow one began, or soon after, and not accepted. */
static void count_waiting(
	struct hint_search *search, struct backlog *all, const struct links *links)
{
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->list[i];
		const struct socket *listener = listener_of(search, link);
		struct backlog *backlog = listener ? &all[listener->number] : NULL;
		if (!backlog || backlog->slow_count == 0)
			continue;
		const struct call *by = connected_by(search, hint_call(search, link->from));
		int64_t begun_ns = hint_call(search, backlog->slow)->time_ns;
		backlog->waiting += by && call_end_ns(by) - begun_ns <= BURST_NS &&
				    (link->to == NO_CALL ||
					    call_end_ns(hint_call(search, link->to)) > begun_ns);
	}
}

/* The backlog that the socket listens with, -1: not known. */
static int64_t backlog_of(
	const struct hint_search *search, const struct socket *socket, uint32_t *listen)
{
	int64_t backlog = -1;

	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (call->effect != EFFECT_LISTEN || call->error)
			continue;
		*listen = index;
		value_integer(
			value_member(call_details(search->trace, call)->args, "backlog"), &backlog);
	}
	return backlog;
}

static void report(
	struct hint_search *search, const struct socket *socket, const struct backlog *backlog)
{
	uint32_t listen = 0;
	int64_t size = backlog_of(search, socket, &listen);

	/* The queue takes one more: sk_acceptq_is_full of include/net/sock.h. */
	if (size < 0 || (int64_t)backlog->waiting <= size)
		return;
	struct hint hint = hint_begin(search, listen);
	hint_show(&hint, backlog->slow);
	const struct call *by = connected_by(search, hint_call(search, backlog->slow));
	if (by != hint_call(search, backlog->slow))
		hint_show(&hint, (uint32_t)(by - search->trace->calls));
	hint.times = backlog->slow_count;
	hint.lost_ns = backlog->lost_ns;
	hint_add(search, hint,
		"with a backlog of %" PRId64
		" and %zu connections waiting for accept, a connect took %s",
		size, backlog->waiting,
		hint_time(search, waited_ns(search, hint_call(search, backlog->slow))));
}

/* Of the addresses that clients ask for, so many are looked at. */
#define MOST_PEERS 16

/* A connect to a UNIX socket waits for nothing but room: unix_stream_connect of net/unix/af_unix.c.
 */
#define UNIX_WAIT_NS 100000000

/* What a client met that no server of the trace explains. */
enum refusal_kind { REFUSAL_FULL, REFUSAL_WAITED, REFUSAL_RESENT, REFUSAL_SILENT, REFUSAL_NONE };

struct crowded {
	struct hint hint;
	enum refusal_kind kind;
	uint64_t peer;
	int64_t longest_ns;
};

struct crowds {
	struct hint_search *search;
	const bool *is_explained; /* by socket: its listening socket is in the trace */
	struct crowded list[MOST_PEERS];
	size_t count;
};

/* The other end is on this machine, where no packet is lost. */
static bool is_near(const struct socket *socket)
{
	const char *host = hint_host(socket->peer);
	bool is_wildcard;

	return address_of_this_machine(socket->peer, &is_wildcard) ||
	       (host[0] != '\0' && strcmp(host, hint_host(socket->local)) == 0);
}

/* Since the connect, until a wait of so long ended in which the socket was not ready; 0: there was
 * none. */
static int64_t silent_ns(const struct hint_search *search, const struct call *connect)
{
	const struct descriptor *descriptor = connect->descriptor;
	uint32_t wait = descriptor->last_wait_to_send;

	/* It never returned, or SO_SNDTIMEO ended it. */
	if (connect->duration_ns >= RETRANSMISSION_NS)
		return connect->duration_ns;
	if (wait == NO_CALL || hint_call(search, wait)->time_ns < connect->time_ns ||
		descriptor_readiness(descriptor, wait))
		return 0;
	return hint_call(search, wait)->time_ns + hint_call(search, wait)->duration_ns -
	       connect->time_ns;
}

static enum refusal_kind kind_of(
	const struct hint_search *search, const struct attempt *attempt, int64_t *took_ns)
{
	const struct call *connect = hint_call(search, attempt->connect);
	const struct socket *socket = connect->descriptor->socket;
	bool is_unix = strcmp(trace_word(search->trace, socket->family), "AF_UNIX") == 0;

	*took_ns = 0;
	if (is_unix && attempt->outcome == OUTCOME_BACKLOG_FULL)
		return REFUSAL_FULL;
	if (is_unix) {
		*took_ns = connect->duration_ns;
		return *took_ns >= UNIX_WAIT_NS ? REFUSAL_WAITED : REFUSAL_NONE;
	}
	if (!hint_is_tcp(search, socket) || !is_near(socket))
		return REFUSAL_NONE;
	if (attempt->outcome == OUTCOME_ESTABLISHED) {
		*took_ns = waited_ns(search, connect);
		return *took_ns >= RETRANSMISSION_NS ? REFUSAL_RESENT : REFUSAL_NONE;
	}
	*took_ns = attempt->outcome == OUTCOME_TIMED_OUT && attempt->told_by != NO_CALL
			   ? call_end_ns(hint_call(search, attempt->told_by)) - connect->time_ns
		   : attempt->outcome == OUTCOME_GIVEN_UP || attempt->outcome == OUTCOME_ASKING
			   ? silent_ns(search, connect)
			   : 0;
	return *took_ns >= RETRANSMISSION_NS ? REFUSAL_SILENT : REFUSAL_NONE;
}

static void add_crowded(struct crowds *crowds, const struct attempt *attempt)
{
	struct hint_search *search = crowds->search;
	const struct call *connect = hint_call(search, attempt->connect);
	struct crowded *one = crowds->list, *end = one + crowds->count;
	int64_t took_ns;

	if (!connect->descriptor || crowds->is_explained[connect->descriptor->socket->number])
		return;
	enum refusal_kind kind = kind_of(search, attempt, &took_ns);
	if (kind == REFUSAL_NONE)
		return;
	uint64_t peer = address_hash(connect->descriptor->socket->peer, NULL);
	while (one < end &&
		(one->kind != kind || one->peer != peer || one->hint.process != connect->process))
		one++;
	if (one == end) {
		if (crowds->count == MOST_PEERS)
			return;
		crowds->count++;
		*one = (struct crowded){
			.hint = hint_begin(search, attempt->connect), .kind = kind, .peer = peer};
	} else {
		one->hint.times++;
		hint_show(&one->hint, attempt->connect);
	}
	hint_speaks_of(search, connect->descriptor->socket);
	quantity_add_up(&one->hint.lost_ns, took_ns);
	if (took_ns > one->longest_ns)
		one->longest_ns = took_ns;
}

static void report_crowded(struct hint_search *search, const struct crowded *one)
{
	const char *took = hint_time(search, one->longest_ns);

	switch (one->kind) {
	case REFUSAL_FULL:
		hint_add(search, one->hint, "EAGAIN: the queue of the listening socket was full");
		break;
	case REFUSAL_WAITED:
		hint_add(search, one->hint,
			"a connect waited %s, as it does only for room in the queue", took);
		break;
	case REFUSAL_RESENT:
		hint_add(search, one->hint,
			"a connect on this machine took %s: its SYN found no room, and was sent "
			"again",
			took);
		break;
	case REFUSAL_SILENT:
		hint_add(search, one->hint,
			"a connect on this machine had no answer for %s, as when the queue is "
			"full, or a firewall drops it",
			took);
		break;
	case REFUSAL_NONE:
		break;
	}
}

/*
 * Of a TCP connect of which the trace has both ends: that it, or the wait for one that did not
 * block, took as long as a SYN that is sent again, and, when it began, more connections waited for
 * their accept than the backlog lets wait. Of the client alone: the same time, on one machine; and
 * of a UNIX socket that there was no room, which EAGAIN says, or that it had to wait for.
 */
void hint_find_backlog(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	bool *is_explained = xcalloc(trace->socket_count + 1, sizeof(*is_explained));
	struct crowds crowds = {.search = search, .is_explained = is_explained};
	bool has_slow = false;

	for (size_t i = 0; i < trace->attempt_count && !has_slow; i++)
		has_slow = is_slow(search, hint_call(search, trace->attempts[i].connect));
	if (has_slow) {
		const struct links *links = hint_links(search);
		struct backlog *all = xcalloc(trace->socket_count + 1, sizeof(*all));
		find_slow(search, all, links, is_explained);
		count_waiting(search, all, links);
		for (size_t i = 0; i < trace->socket_count; i++)
			if (all[i].slow_count > 0)
				report(search, trace->sockets[i], &all[i]);
		free(all);
	}
	for (size_t i = 0; i < trace->attempt_count; i++)
		add_crowded(&crowds, &trace->attempts[i]);
	for (size_t i = 0; i < crowds.count; i++)
		report_crowded(search, &crowds.list[i]);
	free(is_explained);
}
