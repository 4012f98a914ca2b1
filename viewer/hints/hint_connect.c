/* SPDX-License-Identifier: MIT */
/* Rules about connects. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"

/* Less is a round trip, which is not noticed. */
#define SLOW_FALLBACK_NS 50000000

/* Names have fewer addresses: a program that tries more looks for hosts. */
#define MOST_ADDRESSES 8

/* Of a socket, so many calls are looked at. */
#define CALLS_LOOKED_AT 100

/* A later connect belongs to another request. */
#define FALLBACK_PAUSE_NS 10000000000

/* Of attempts after one, so many are looked at. */
#define ATTEMPTS_LOOKED_AT 100

/* The addresses that a thread tried one after the other. */
struct chain {
	uint32_t first, last;         /* connects */
	const struct attempt *asking; /* of the last one, or NULL */
	size_t attempts;              /* 0: none is going on */
	int64_t lost_ns; /* until it was known, or given up, that the others are of no use */
};

static bool was_connected(const struct hint_search *search, const struct socket *socket)
{
	size_t count = hint_call_count(search, socket);

	for (size_t i = 0; i < count && i < CALLS_LOOKED_AT; i++)
		if (hint_shows_connection(
			    search, hint_call(search, hint_call_on(search, socket, i))))
			return true;
	return false;
}

static bool is_other_address(const struct value *one, const struct value *other)
{
	char a[ADDRESS_SIZE], b[ADDRESS_SIZE];

	address_text(a, one);
	address_text(b, other);
	return address_port_number(one) != 0 &&
	       address_port_number(one) == address_port_number(other) && strcmp(a, b) != 0;
}

bool hint_tries_another_address(const struct hint_search *search, const struct attempt *attempt)
{
	const struct trace *trace = search->trace;
	const struct call *first = hint_call(search, attempt->connect);

	for (size_t looked_at = 0;
		looked_at < ATTEMPTS_LOOKED_AT && attempt < trace->attempts + trace->attempt_count;
		looked_at++, attempt++) {
		const struct call *call = hint_call(search, attempt->connect);
		if (call->time_ns - first->descriptor->ended_ns >= FALLBACK_PAUSE_NS)
			break;
		if (call->process == first->process && call->descriptor &&
			is_other_address(
				first->descriptor->socket->peer, call->descriptor->socket->peer))
			return true;
	}
	return false;
}

static void end_chain(struct hint_search *search, struct chain *chain)
{
	const struct call *first = hint_call(search, chain->first);
	const struct call *last = hint_call(search, chain->last);
	size_t attempts = chain->attempts;
	bool is_slow = search->rule->weight == HINT_DELAYS;
	char address[ADDRESS_SIZE];

	chain->attempts = 0;
	/* 0.0.0.0 connects to 127.0.0.1: what was asked for may be the same again. */
	if (attempts > MOST_ADDRESSES || (chain->lost_ns >= SLOW_FALLBACK_NS) != is_slow ||
		!was_connected(search, last->descriptor->socket) ||
		!is_other_address(first->descriptor->socket->peer,
			value_member(call_details(search->trace, last)->args, "address")))
		return;
	struct hint hint = hint_begin(search, chain->first);
	hint_show(&hint, chain->last);
	hint.lost_ns = chain->lost_ns;
	address_text(address, last->descriptor->socket->peer);
	hint_add(search, hint, "%s went by with %zu %s before %.200s answered",
		hint_time(search, hint.lost_ns), attempts - 1,
		attempts == 2 ? "address" : "addresses", address);
}

/* A connect after that one is a second choice: the first has not connected, and the second goes to
 * another address of what is the same service. */
static bool goes_on(
	const struct hint_search *search, const struct chain *chain, const struct call *call)
{
	const struct call *last = hint_call(search, chain->last);
	const struct socket *before, *now = call->descriptor->socket;

	if (chain->attempts == 0 || last->descriptor->socket == now)
		return false;
	before = last->descriptor->socket;
	return call->time_ns - call_end_ns(last) < FALLBACK_PAUSE_NS &&
	       is_other_address(before->peer, now->peer) && !was_connected(search, before);
}

/* When the program knew of the last connect of the chain what it came to, or tried another address.
 * What it does in between is its own. */
static int64_t known_ns(
	const struct hint_search *search, const struct chain *chain, const struct call *next)
{
	int64_t told_ns = INT64_MAX;

	if (chain->asking && chain->asking->told_by != NO_CALL)
		told_ns = call_end_ns(hint_call(search, chain->asking->told_by));
	return told_ns < next->time_ns ? told_ns : next->time_ns;
}

/*
 * Names have several addresses, and programs try one after the other: getaddrinfo(3). The time
 * until the others were known not to answer is lost. Of addresses that are tried at the same time
 * (RFC 8305) the first one that had connected would have been used. Two rows: when it took long,
 * and when it did not.
 */
void hint_find_fallback(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct chain *chains;
	size_t attempt = 0;
	bool has_failed = false;

	for (size_t i = 0; i < trace->attempt_count; i++)
		has_failed |= trace->attempts[i].outcome != OUTCOME_ESTABLISHED;
	if (!has_failed)
		return;
	chains = xcalloc(trace->process_count + 1, sizeof(*chains));

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->effect != EFFECT_CONNECT || !call->descriptor ||
			!hint_is_tcp(search, call->descriptor->socket))
			continue;
		struct chain *chain = &chains[call->process->number];
		if (!goes_on(search, chain, call)) {
			if (chain->attempts > 1)
				end_chain(search, chain);
			*chain = (struct chain){.first = i};
		} else {
			chain->lost_ns += known_ns(search, chain, call) -
					  hint_call(search, chain->last)->time_ns;
		}
		while (attempt < trace->attempt_count && trace->attempts[attempt].connect < i)
			attempt++;
		chain->asking =
			attempt < trace->attempt_count && trace->attempts[attempt].connect == i
				? &trace->attempts[attempt]
				: NULL;
		chain->last = i;
		chain->attempts++;
	}
	for (size_t i = 0; i < trace->process_count; i++)
		if (chains[i].attempts > 1)
			end_chain(search, &chains[i]);
	free(chains);
}

/* So many waits after the connect are looked at. */
#define WAITS_LOOKED_AT 16

/* select(2) said that the socket is ready for writing: it says so, too, when the connect failed. */
static uint32_t select_that_said_ready(
	const struct hint_search *search, const struct descriptor *descriptor, uint32_t after)
{
	size_t looked_at = 0;

	for (size_t i = 0; i < descriptor->calls.count && looked_at < WAITS_LOOKED_AT; i++) {
		const struct call *call = descriptor_call(search->trace, descriptor, i);
		if (descriptor->calls.list[i] <= after || !call_is(call, CALL_WAITS) ||
			!strstr(trace_word(search->trace, call->name), "select"))
			continue;
		looked_at++;
		if (descriptor_readiness(descriptor, descriptor->calls.list[i]))
			return descriptor->calls.list[i];
	}
	return NO_CALL;
}

/* The errors of a connect: connect(2). */
static bool has_failed_as_connect(const struct hint_search *search, const struct call *call)
{
	static const char *const errors[] = {
		"ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", NULL};

	for (size_t i = 0; errors[i]; i++)
		if (hint_has_failed(search, call, errors[i]))
			return true;
	return false;
}

/* A connect that was not done when it returned, and what was made of it. */
struct unchecked {
	uint32_t connect; /* NO_CALL: there is none, or it was asked how it ended */
	uint32_t told;    /* the send or receive that failed in its place; NO_CALL: none */
};

/* Every call that needs a connection tells how it ended. */
static struct unchecked unchecked_connect(
	const struct hint_search *search, const struct socket *socket)
{
	struct unchecked attempt = {NO_CALL, NO_CALL}, checked = attempt;

	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		bool is_harmless = call->effect == EFFECT_CLOSE || call->effect == EFFECT_CONTROL ||
				   call->effect == EFFECT_OPTION ||
				   call->effect == EFFECT_DUPLICATE;
		bool moves = effect_transfers(call->effect);
		if (attempt.connect == NO_CALL) {
			if (call->effect == EFFECT_CONNECT &&
				hint_has_failed(search, call, "EINPROGRESS"))
				attempt.connect = index;
		} else if (moves && has_failed_as_connect(search, call)) {
			attempt.told = index;
			return attempt;
		} else if (!is_harmless) {
			return checked;
		}
	}
	return attempt;
}

/*
 * How a connect ended that did not block, SO_ERROR says: connect(2), EINPROGRESS. A program that
 * has not asked finds out when it sends. One that was told by select(2) that the socket is ready,
 * and closes it, may never: it may take a failure for a connection. (poll(2) says POLLERR. A
 * program that closes without a wait has given up.)
 */
void hint_find_unchecked_connect(struct hint_search *search, const struct socket *socket)
{
	struct unchecked attempt = {NO_CALL, NO_CALL};
	if (hint_facts(search, socket)->failures & HINT_IN_PROGRESS)
		attempt = unchecked_connect(search, socket);
	const struct descriptor *descriptor =
		attempt.connect == NO_CALL ? NULL : hint_call(search, attempt.connect)->descriptor;
	uint32_t shown = attempt.told;

	if (!descriptor)
		return;
	if (shown == NO_CALL && descriptor->ended_ns != INT64_MAX && !socket->holder->next_holder)
		shown = select_that_said_ready(search, descriptor, attempt.connect);
	if (shown == NO_CALL)
		return;
	struct hint hint = hint_begin(search, attempt.connect);
	hint_show(&hint, shown);
	hint_add(search, hint,
		attempt.told == NO_CALL
			? "select said that the socket is ready, and SO_ERROR was not asked for"
			: "SO_ERROR was not asked for, and the next call failed with what it says");
}
