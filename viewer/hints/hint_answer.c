/* SPDX-License-Identifier: MIT */
/* Rules about questions that get no answer. */
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/complete.h"
#include "viewer/wording/names.h"

/* So long people wait for an answer before they ask what the program waits for. */
#define NO_ANSWER_NS 1000000000

/* Of a socket that many processes have, so many descriptors are looked at. */
#define HOLDERS_LOOKED_AT 8

/* Ports from here on the kernel chooses for clients: ip_local_port_range, ip(7). */
#define FIRST_CHOSEN_PORT 32768

/* It has asked for the connection; of one that was attached to only its ports tell. */
static bool is_client(const struct socket *socket)
{
	if (socket->direction == DIRECTION_OUT)
		return true;
	return socket->direction == DIRECTION_NONE && socket->found &&
	       address_port_number(socket->local) >= FIRST_CHOSEN_PORT &&
	       address_port_number(socket->peer) > 0 &&
	       address_port_number(socket->peer) < FIRST_CHOSEN_PORT;
}

/* The last calls on a socket that did something: the last of all, and the last that moved bytes or
 * made the connection. */
struct last_calls {
	uint32_t work, moved, connect;
};

static struct last_calls last_calls_on(
	const struct hint_search *search, const struct socket *socket)
{
	struct last_calls last = {NO_CALL, NO_CALL, NO_CALL};

	for (size_t i = hint_call_count(search, socket); i-- > 0 && last.moved == NO_CALL;) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (last.work == NO_CALL && hint_is_work(call))
			last.work = index;
		if (last.connect == NO_CALL && call->effect == EFFECT_CONNECT)
			last.connect = index;
		if (hint_has_moved(call, EFFECT_SEND) || hint_has_moved(call, EFFECT_RECEIVE))
			last.moved = index;
	}
	return last;
}

/* The wait watches for what comes from the peer on this descriptor, and on no other. */
static bool is_for_it_alone(const struct hint_search *search, const struct call *wait,
	const struct descriptor *descriptor)
{
	const struct value *waits = call_details(search->trace, wait)->waits;
	const struct value *one = value_element(waits, 0), *events = value_member(one, "events");
	int64_t fd = -1;

	value_integer(value_member(one, "fd"), &fd);
	return value_count(waits) == 1 && fd == descriptor->fd &&
	       (value_has(events, "POLLIN") || value_has(events, "EPOLLIN"));
}

bool hint_has_known_question(const struct hint_search *search, const struct socket *socket)
{
	size_t count;
	const struct exchanges *exchanges = trace_exchanges(search->trace);
	const uint32_t *numbers = exchanges_on(exchanges, socket, &count);
	const struct exchange *last = count > 0 ? &exchanges->list[numbers[count - 1]] : NULL;

	return last && last->name != 0 && exchange_asker(last) == socket &&
	       !exchange_has_answer(last);
}

/* The call that waits for the peer at the end of the socket's life, or of the trace; NO_CALL: none
 * does. */
static uint32_t last_wait_for(const struct hint_search *search, const struct socket *socket,
	const struct last_calls *last)
{
	const struct call *work = last->work == NO_CALL ? NULL : hint_call(search, last->work);
	const struct descriptor *watched = NULL;
	size_t holders = 0;

	/* It waits, or was given up. A thread that does nothing but receive waits whether something
	 * was asked or not. */
	if (work && work->effect == EFFECT_RECEIVE && work->duration_ns >= CALL_WAIT_NS &&
		(call_is(work, CALL_UNFINISHED) || call_is(work, CALL_PENDING) ||
			hint_has_failed(search, work, "ETIMEDOUT")))
		return last->moved == NO_CALL ||
				       work->time_ns >= hint_call(search, last->moved)->time_ns ||
				       hint_has_known_question(search, socket)
			       ? last->work
			       : NO_CALL;
	for (const struct descriptor *one = socket->holder; one && holders < HOLDERS_LOOKED_AT;
		one = one->next_holder, holders++)
		if (one->last_wait != NO_CALL && (!watched || one->last_wait > watched->last_wait))
			watched = one;
	/* One that has asked for nothing may wait for its user, too. */
	if (!watched || last->moved == NO_CALL || watched->last_wait < last->moved)
		return NO_CALL;
	const struct call *wait = hint_call(search, watched->last_wait);
	if (wait->effect != EFFECT_WAIT || descriptor_readiness(watched, watched->last_wait) ||
		!(is_for_it_alone(search, wait, watched) ||
			hint_has_known_question(search, socket)))
		return NO_CALL;
	return watched->last_wait;
}

static const char *what_is_missing(const struct last_calls *last)
{
	if (last->moved != NO_CALL)
		return "no answer came";
	return last->connect != NO_CALL ? "nothing came since the connect" : "nothing came";
}

static void report_no_answer(struct hint_search *search, const struct socket *socket,
	const struct last_calls *last, uint32_t wait)
{
	uint32_t since = last->moved != NO_CALL     ? last->moved
			 : last->connect != NO_CALL ? last->connect
						    : wait;
	const struct call *waits = hint_call(search, wait);
	int64_t end_ns = waits->time_ns + waits->duration_ns;
	int64_t waited_ns = end_ns - hint_call(search, since)->time_ns;
	char peer[120];

	if (waited_ns < NO_ANSWER_NS)
		return;
	hint_say_peer(search, socket, end_ns, peer, sizeof(peer));
	struct hint hint = hint_begin(search, since);
	if (wait != since)
		hint_show(&hint, wait);
	hint.process = waits->process;
	hint.descriptor = waits->descriptor ? waits->descriptor : socket->last_holder;
	hint.lost_ns = waited_ns;
	const char *end = call_is(waits, CALL_UNFINISHED) ? ", and the wait never returned"
			  : hint_has_failed(search, waits, "ETIMEDOUT")
				  ? ", and the kernel gave the connection up: the peer, or the "
				    "way to it, is gone"
				  : "";
	hint_add(search, hint, "%s, for %s%s%s", hint_term(search, what_is_missing(last)),
		hint_time(search, waited_ns), hint_term(search, end), peer);
}

/*
 * A client has sent something, or is connected and has not, and waits for its peer until the end:
 * in a receive, or in a wait for this connection alone, or, among others, for the answer to what a
 * known protocol asks. A program that only sends does not wait; one that was asked lets its peer
 * wait for reasons of its own.
 */
void hint_find_no_answer(struct hint_search *search, const struct socket *socket)
{
	if (!is_client(socket) || !socket_is_stream(search->trace, socket))
		return;
	struct last_calls last = last_calls_on(search, socket);
	if ((last.moved != NO_CALL && hint_call(search, last.moved)->effect != EFFECT_SEND) ||
		(last.moved == NO_CALL && last.connect != NO_CALL &&
			(!socket->connection ||
				socket->connection->outcome != OUTCOME_ESTABLISHED)))
		return;
	uint32_t wait = last_wait_for(search, socket, &last);
	if (wait != NO_CALL)
		report_no_answer(search, socket, &last, wait);
}

/* After so long without a byte a connection has been idle; a reader takes no break so long. */
#define IDLE_NS 100000000

/* An end that comes later is about what was asked, and not about the connection. */
#define STALE_NS 500000000

/* A connection that is used again: the send, and the end of what moved before. */
struct again {
	uint32_t send; /* NO_CALL: none */
	int64_t idle_ns;
};

static bool is_end(const struct hint_search *search, const struct call *call)
{
	return call_is(call, CALL_END_OF_STREAM) || hint_has_failed(search, call, "ECONNRESET") ||
	       hint_has_failed(search, call, "EPIPE");
}

/* A farewell is followed by the end, and needs no answer: one of a few bytes, or TLS's alert. */
#define LONGEST_FAREWELL 8
#define TLS_ALERT        0x15

static bool is_farewell(const struct hint_search *search, const struct call *send)
{
	const unsigned char *bytes;

	return (send->bytes > 0 && send->bytes <= LONGEST_FAREWELL) ||
	       (call_payload(search->trace, send, &bytes) > 0 && bytes[0] == TLS_ALERT);
}

static void report_stale(struct hint_search *search, const struct again *again, uint32_t end)
{
	const struct call *send = hint_call(search, again->send), *call = hint_call(search, end);

	if (call->time_ns - send->time_ns > STALE_NS || is_farewell(search, send))
		return;
	struct hint hint = hint_begin(search, again->send);
	if (end != again->send)
		hint_show(&hint, end);
	hint_add(search, hint, "idle for %s, then used again, and the answer was %s",
		hint_time(search, again->idle_ns),
		call_is(call, CALL_END_OF_STREAM) ? hint_term(search, "the end of the stream")
						  : trace_word(search->trace, call->error));
}

/*
 * A server closes connections that are idle for too long, and what is sent at that moment gets no
 * answer: RFC 9112, 9.6. The connection had answered before.
 */
void hint_find_stale(struct hint_search *search, const struct socket *socket)
{
	struct again again = {.send = NO_CALL};
	int64_t answered_ns = INT64_MAX;
	bool has_asked = false;

	/* Half as long: other calls may stand in between. */
	if (hint_facts(search, socket)->longest_ns < IDLE_NS / 2 || !is_client(socket) ||
		!socket_is_stream(search->trace, socket))
		return;
	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (call->effect == EFFECT_SEND && again.send == NO_CALL) {
			if (answered_ns != INT64_MAX && call->time_ns - answered_ns >= IDLE_NS)
				again = (struct again){index, call->time_ns - answered_ns};
			has_asked = true;
		}
		if (again.send != NO_CALL && effect_transfers(call->effect) &&
			is_end(search, call)) {
			report_stale(search, &again, index);
			return;
		}
		if (hint_has_moved(call, EFFECT_RECEIVE)) {
			answered_ns = has_asked ? call_end_ns(call) : INT64_MAX;
			again.send = NO_CALL;
		} else if (call->effect == EFFECT_SEND) {
			answered_ns = INT64_MAX;
		} else if (call->effect == EFFECT_SHUTDOWN) {
			return;
		}
	}
}

/* So long both ends have waited. */
#define BOTH_SENDING_NS 1000000000

/* When an end of a connection waited for room to send, at last. */
struct blocked {
	uint32_t call; /* NO_CALL: it did not */
	int64_t begin_ns, end_ns;
};

static bool waits_to_send_only(const struct hint_search *search, const struct call *wait,
	const struct descriptor *descriptor)
{
	const struct value *waits = call_details(search->trace, wait)->waits;

	for (size_t i = 0; i < value_count(waits); i++) {
		const struct value *one = value_element(waits, i),
				   *events = value_member(one, "events");
		int64_t fd = -1;
		value_integer(value_member(one, "fd"), &fd);
		if (fd == descriptor->fd)
			return (value_has(events, "POLLOUT") || value_has(events, "EPOLLOUT")) &&
			       !value_has(events, "POLLIN") && !value_has(events, "EPOLLIN");
	}
	return false;
}

static struct blocked blocked_send(const struct hint_search *search, const struct socket *socket)
{
	struct last_calls last = last_calls_on(search, socket);
	struct blocked blocked = {.call = NO_CALL};
	const struct descriptor *holder = socket->last_holder;

	if (last.work == NO_CALL || hint_call(search, last.work)->effect != EFFECT_SEND)
		return blocked;
	blocked.call = last.work;
	if (holder && holder->last_wait != NO_CALL && holder->last_wait > last.work) {
		const struct call *wait = hint_call(search, holder->last_wait);
		uint8_t ready = descriptor_readiness(holder, holder->last_wait);
		/* That the peer ended makes no room. */
		if ((ready != 0 && !(ready & READY_FAILED)) ||
			!waits_to_send_only(search, wait, holder))
			return (struct blocked){.call = NO_CALL};
		blocked.call = holder->last_wait;
	}
	const struct call *call = hint_call(search, blocked.call);
	blocked.begin_ns = call->time_ns;
	blocked.end_ns = call->time_ns + call->duration_ns;
	return blocked;
}

/*
 * A send waits for room in the buffers, which the peer's receive makes: tcp(7). Where both ends
 * wait for that, neither receives, and both wait for ever.
 */
void hint_find_both_sending(struct hint_search *search, const struct socket *socket)
{
	const struct socket *peer = socket->other_end;

	if (!peer || peer->number < socket->number || !socket_is_stream(search->trace, socket))
		return;
	struct blocked one = blocked_send(search, socket);
	struct blocked other = one.call == NO_CALL ? one : blocked_send(search, peer);
	if (one.call == NO_CALL || other.call == NO_CALL)
		return;
	int64_t begin_ns = one.begin_ns > other.begin_ns ? one.begin_ns : other.begin_ns;
	int64_t end_ns = one.end_ns < other.end_ns ? one.end_ns : other.end_ns;
	if (end_ns - begin_ns < BOTH_SENDING_NS)
		return;
	struct hint hint = hint_begin(search, one.call);
	hint_show(&hint, other.call);
	hint.descriptor = socket->last_holder;
	hint.lost_ns = end_ns - begin_ns;
	hint_add(search, hint, "for %s this end and its peer, %.60s, waited for room to send",
		hint_time(search, hint.lost_ns), peer->held_by ? name_program(peer->held_by) : "?");
}
