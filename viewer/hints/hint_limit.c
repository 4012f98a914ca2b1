/* SPDX-License-Identifier: MIT */
/* The rule about programs that did not wait any longer. */
#include <inttypes.h>
#include <string.h>

#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"
#include "viewer/relate/connection.h"

/* A call that took less may not have waited at all, but for the processor. */
#define LIMIT_NS 10000000

/* So soon after its limit the program ended the connection: because of it. */
#define GIVES_UP_NS 1000000000

/* So many calls of all processes are looked at for a wait, back from the last one. */
#define CALLS_LOOKED_AT 100

/* The wait, or the call that waited, that ended with its limit; and what was waited for. */
struct limit {
	uint32_t call;  /* NO_CALL: none */
	uint32_t since; /* the call whose outcome, or answer, was waited for; or NO_CALL */
	const char *what;
	bool is_for_bytes; /* of the peer, and not for a connection, or room to send */
};

/* It looked whether something had come, and nothing had. */
static bool is_look(const struct hint_search *search, const struct call *call)
{
	if (call->duration_ns >= LIMIT_NS || call_is(call, CALL_UNFINISHED))
		return false;
	if (call->effect == EFFECT_WAIT)
		return hint_has_reached_limit(call);
	return call->effect == EFFECT_RECEIVE && hint_has_failed(search, call, "EAGAIN");
}

/* The last call on the socket that did something. */
static uint32_t last_work_on(const struct hint_search *search, const struct socket *socket)
{
	for (size_t i = hint_call_count(search, socket); i-- > 0;) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (hint_is_work(call) && !is_look(search, call))
			return index;
	}
	return NO_CALL;
}

/* The last call on the socket that moved bytes. */
static uint32_t last_moved_on(const struct hint_search *search, const struct socket *socket)
{
	for (size_t i = hint_call_count(search, socket); i-- > 0;) {
		const struct call *call = hint_call(search, hint_call_on(search, socket, i));
		if (hint_has_moved(call, EFFECT_SEND) || hint_has_moved(call, EFFECT_RECEIVE))
			return hint_call_on(search, socket, i);
	}
	return NO_CALL;
}

static bool has_limit(const struct hint_search *search, const struct call *call)
{
	if (call->duration_ns < LIMIT_NS || call_is(call, CALL_UNFINISHED))
		return false;
	if (call->effect == EFFECT_WAIT)
		return hint_has_reached_limit(call);
	return hint_has_failed(search, call, "EAGAIN") ||
	       (call->effect == EFFECT_CONNECT && hint_has_failed(search, call, "EINPROGRESS"));
}

/* A program that asks now and then whether it shall go on has limits that end nothing. */
static bool is_first_limit(
	const struct hint_search *search, const struct descriptor *descriptor, uint32_t limit)
{
	bool is_its_own = false;

	for (size_t i = 0; i < descriptor->calls.count; i++) {
		uint32_t index = descriptor->calls.list[i];
		if (index == limit)
			is_its_own = true;
		else if (has_limit(search, hint_call(search, index)))
			return false;
	}
	return is_its_own;
}

static bool is_wait_for(const struct hint_search *search, const struct call *call,
	const struct descriptor *descriptor)
{
	const struct value *waits = call_details(search->trace, call)->waits;
	int64_t id;

	for (size_t i = 0; i < value_count(waits); i++)
		if (value_integer(value_member(value_element(waits, i), "descriptor"), &id) &&
			id == descriptor->id)
			return true;
	return false;
}

/* The last wait for the descriptor while it was open, or NO_CALL. Event loops (asyncio, libuv, that
 * of Go) look once more when a limit was reached: then the one before, of whatever thread, if its
 * process did no work in between. */
static uint32_t wait_before_close(
	const struct hint_search *search, const struct descriptor *descriptor)
{
	uint32_t last = descriptor->last_wait, close = descriptor_closer(search->trace, descriptor);
	uint32_t from = last < close ? last : close;

	if (last == NO_CALL || (from == last && !is_look(search, hint_call(search, last))))
		return last;
	for (uint32_t i = 0; i <= from && i < CALLS_LOOKED_AT; i++) {
		const struct call *call = hint_call(search, from - i);
		if (call->process != descriptor->process || is_look(search, call) ||
			!hint_is_work(call))
			continue;
		return has_limit(search, call) && is_wait_for(search, call, descriptor) ? from - i
											: last;
	}
	return last;
}

/* How long the longest took of the waits for the descriptor that ended with their limits one after
 * the other, that one the last. */
static int64_t longest_wait_ns(
	const struct hint_search *search, const struct descriptor *descriptor, uint32_t limit)
{
	int64_t longest_ns = 0;

	for (uint32_t i = 0; i <= limit && i < CALLS_LOOKED_AT; i++) {
		const struct call *call = hint_call(search, limit - i);
		if (call->process != descriptor->process || is_look(search, call))
			continue;
		if (!has_limit(search, call) ||
			(call->descriptor != descriptor && !is_wait_for(search, call, descriptor)))
			break;
		longest_ns = call->duration_ns > longest_ns ? call->duration_ns : longest_ns;
	}
	return longest_ns;
}

/* SO_RCVTIMEO is set, or may have been before the trace began. Without it a call that does not
 * block says EAGAIN, too, and may have had to wait for the processor. */
static bool may_have_limit(
	const struct hint_search *search, const struct socket *socket, uint32_t index)
{
	static const char *const options[] = {"SO_RCVTIMEO", "SO_SNDTIMEO", "SO_RCVTIMEO_NEW",
		"SO_SNDTIMEO_NEW", "SO_RCVTIMEO_OLD", "SO_SNDTIMEO_OLD", NULL};

	return hint_call(search, index)->effect == EFFECT_WAIT ||
	       hint_has_set(search, socket, index, options);
}

/* That of the connect, which did not block, while the program has not learned that it worked; or
 * NULL. */
static const struct attempt *open_attempt(const struct hint_search *search, uint32_t connect)
{
	const struct call *call = hint_call(search, connect);
	const struct attempt *attempt =
		call->effect == EFFECT_CONNECT && call->error && call_is(call, CALL_PENDING)
			? connection_attempt(search->trace, connect)
			: NULL;

	return attempt && attempt->outcome != OUTCOME_ESTABLISHED ? attempt : NULL;
}

/* The last thing that happened on the socket, if it was that a limit of time was reached. */
static struct limit find_limit(const struct hint_search *search, const struct socket *socket)
{
	const struct descriptor *end = socket->last;
	uint32_t work = last_work_on(search, socket), moved = last_moved_on(search, socket);
	uint32_t wait = wait_before_close(search, end);
	struct limit limit = {.call = work, .since = moved};

	if (work == NO_CALL)
		return limit;
	if (wait != NO_CALL && wait > work)
		limit.call = wait;
	const struct call *call = hint_call(search, limit.call), *last = hint_call(search, work);
	if (!has_limit(search, call) || !may_have_limit(search, socket, limit.call)) {
		limit.call = NO_CALL;
		return limit;
	}
	const struct attempt *attempt = moved == NO_CALL ? open_attempt(search, work) : NULL;
	if (attempt) {
		limit.what = "the connection did not stand";
		limit.since = work;
		if (hint_tries_another_address(search, attempt))
			limit.call = NO_CALL;
	} else if (last->effect == EFFECT_SEND && last->error) {
		limit.what = "there was no room to send";
		limit.since = limit.call;
	} else if (moved != NO_CALL && hint_call(search, moved)->effect == EFFECT_SEND) {
		limit.what = "no answer had come";
		limit.is_for_bytes = true;
	} else if (is_first_limit(search, end, limit.call)) {
		limit.what = "nothing had come";
		limit.is_for_bytes = true;
		limit.since = limit.call;
	} else {
		limit.call = NO_CALL;
	}
	return limit;
}

/* The limit was of a call on this socket, or of a wait for it alone. */
static bool is_its_own(
	const struct hint_search *search, const struct socket *socket, uint32_t limit)
{
	const struct descriptor *last = socket->last;
	size_t place = hint_place(last, limit);

	return hint_call(search, limit)->effect != EFFECT_WAIT ||
	       (place < last->calls.count && last->calls.list[place] == limit);
}

/* The program closed it, or ended, because of the limit. One that waits for much else may end for
 * another reason. */
static bool has_given_up(
	const struct hint_search *search, const struct socket *socket, uint32_t limit)
{
	const struct descriptor *last = socket->last;
	int64_t reached_ns = call_end_ns(hint_call(search, limit));

	if (last->ended_ns < reached_ns || last->ended_ns - reached_ns > GIVES_UP_NS)
		return false;
	return descriptor_closer(search->trace, last) != NO_CALL ||
	       (hint_is_open_at_exit(last) && !last->process->killed_by &&
		       is_its_own(search, socket, limit));
}

/* A limit of epoll_wait(2) is that of the program's next timer, whatever that is for, and event
 * loops watch, and read, also what nobody waits for. That of another wait, or call, is for what it
 * names. */
static bool waits_for_bytes(
	const struct hint_search *search, const struct socket *socket, uint32_t limit)
{
	const struct call *call = hint_call(search, limit);

	return strncmp(trace_word(search->trace, call->name), "epoll", strlen("epoll")) != 0 ||
	       hint_has_known_question(search, socket);
}

/*
 * The wait for the peer ended because the program had set a limit: the timeout of poll(2) and its
 * kin, or SO_RCVTIMEO, with which a call that blocks ends with EAGAIN, and a connect with
 * EINPROGRESS (socket(7)). Then it ended the connection. Only of the end that asked for the
 * connection: a server that closes one that is idle does so on purpose.
 */
void hint_find_own_timeout(struct hint_search *search, const struct socket *socket)
{
	if (!socket->last || socket->direction == DIRECTION_IN ||
		socket->direction == DIRECTION_LISTENING || socket->direction == DIRECTION_PAIR ||
		!socket_is_stream(search->trace, socket) ||
		trace_leaves_out(search->trace, socket, EFFECT_SEND) ||
		trace_leaves_out(search->trace, socket, EFFECT_RECEIVE))
		return;
	struct limit limit = find_limit(search, socket);
	if (limit.call == NO_CALL || !has_given_up(search, socket, limit.call))
		return;
	const struct call *call = hint_call(search, limit.call);
	const struct call *since = hint_call(search, limit.since);
	int64_t waited_ns = call_end_ns(call) - since->time_ns;
	char peer[120];
	/* One that looks now and then whether the answer is there, or shall be waited for, may have
	 * another reason. */
	if (longest_wait_ns(search, socket->last, limit.call) < waited_ns / 2)
		return;
	if (limit.is_for_bytes && !waits_for_bytes(search, socket, limit.call))
		return;
	struct hint hint = hint_begin(search, limit.since);
	if (limit.call != limit.since)
		hint_show(&hint, limit.call);
	uint32_t close = descriptor_closer(search->trace, socket->last);
	if (close != NO_CALL)
		hint_show(&hint, close);
	hint.process = socket->last->process;
	hint.descriptor = socket->last;
	hint.lost_ns = waited_ns;
	hint_say_peer(search, socket, call_end_ns(call), peer, sizeof(peer));
	hint_add(search, hint,
		"%s after %s: %s was reached, and the program ended the connection%s",
		hint_term(search, limit.what), hint_time(search, hint.lost_ns),
		call->effect == EFFECT_WAIT      ? hint_term(search, "the limit of the wait")
		: call->effect == EFFECT_RECEIVE ? "SO_RCVTIMEO"
						 : "SO_SNDTIMEO",
		peer);
}
