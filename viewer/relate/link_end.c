/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/link_build.h"

static bool failed_with(const struct linker *linker, const struct call *call, const char *error)
{
	return call->error && strcmp(trace_word(linker->trace, call->error), error) == 0;
}

/* The close of the last descriptor, if that is how the socket ended. */
static uint32_t last_close(const struct linker *linker, const struct socket *socket)
{
	const struct descriptor *last = linker->ends[socket->number].last;

	if (!last || last->ended_ns == INT64_MAX || last->ended_by)
		return NO_CALL;
	for (size_t i = last->call_count; i-- > 0;) {
		const struct call *call = link_call(linker, last->calls[i]);
		if (call->effect == EFFECT_CLOSE && call->descriptor == last)
			return last->calls[i];
	}
	return NO_CALL;
}

static bool ends_sending(const struct linker *linker, const struct call *call)
{
	const struct record_call *details;

	if (call->effect != EFFECT_SHUTDOWN || call->error)
		return false;
	details = call_details(linker->trace, call);
	const char *how = value_text(value_member(details->args, "how"), NULL);
	return !how || strcmp(how, "SHUT_RD") != 0;
}

static uint32_t first_shutdown(const struct linker *linker, const struct socket *socket)
{
	uint32_t index;

	for (size_t i = 0; (index = link_call_on(linker, socket, i)) != NO_CALL; i++)
		if (ends_sending(linker, link_call(linker, index)))
			return index;
	return NO_CALL;
}

/* What the receive, or the call that failed, tells of: the peer's shutdown or close. */
static void link_end(struct linker *linker, const struct socket *socket, uint32_t told)
{
	const struct socket *peer = socket->other_end;
	bool is_error = link_call(linker, told)->error != 0;
	uint32_t causes[] = {NO_CALL, NO_CALL};
	struct link link = {.from = NO_CALL,
		.to = told,
		.kind = is_error ? LINK_REFUSED : LINK_CLOSE,
		.peer = peer};

	if (peer) {
		causes[is_error ? 1 : 0] = first_shutdown(linker, peer);
		causes[is_error ? 0 : 1] = last_close(linker, peer);
	}
	for (size_t i = 0; i < 2 && link.from == NO_CALL; i++)
		if (causes[i] != NO_CALL && !link_is_older(linker, told, causes[i]))
			link.from = causes[i];
	links_add(linker->links, link);
}

void link_ends(struct linker *linker, const struct socket *socket)
{
	bool is_told = false, is_reset = false;
	uint32_t index;

	for (size_t i = 0; (index = link_call_on(linker, socket, i)) != NO_CALL; i++) {
		const struct call *call = link_call(linker, index);
		if (!is_told && call_is(call, CALL_END_OF_STREAM)) {
			is_told = true;
			link_end(linker, socket, index);
		} else if (!is_reset && (failed_with(linker, call, "ECONNRESET") ||
						failed_with(linker, call, "EPIPE"))) {
			is_reset = true;
			link_end(linker, socket, index);
		}
	}
}

static bool says_refused(const struct linker *linker, const struct call *call)
{
	const struct record_call *details = call_details(linker->trace, call);
	const char *option = value_text(value_member(details->args, "option"), NULL);
	const struct value *value = value_member(details->args, "value");
	const char *name = value_text(value, NULL);
	int64_t number = 0;

	value_integer(value, &number);
	return option && strcmp(option, "SO_ERROR") == 0 &&
	       (number == 111 || (name && strcmp(name, "ECONNREFUSED") == 0));
}

/* A connect that was not done when it returned is refused when somebody asks for SO_ERROR. */
static bool is_refused_later(
	const struct linker *linker, const struct socket *socket, size_t connect)
{
	uint32_t index;

	for (size_t i = connect + 1; (index = link_call_on(linker, socket, i)) != NO_CALL; i++) {
		const struct call *call = link_call(linker, index);
		if (call->effect == EFFECT_QUERY && !call->error)
			return says_refused(linker, call);
		if (failed_with(linker, call, "ECONNREFUSED"))
			return true;
		if (effect_transfers(call->effect) || call->effect == EFFECT_CONNECT)
			return false;
	}
	return false;
}

/* Each connect that was refused, and the first one that was not. */
void link_connects(struct linker *linker, const struct socket *socket)
{
	const struct socket *peer = socket->other_end;
	/* A connection that nobody accepts waits at the listening socket. */
	const struct socket *waits_at =
		id_map_get(&linker->listening, address_hash(NULL, socket->peer));
	bool is_done = false;
	uint32_t index;

	for (size_t i = 0; (index = link_call_on(linker, socket, i)) != NO_CALL; i++) {
		const struct call *call = link_call(linker, index);
		struct link link = {.from = index, .to = NO_CALL, .peer = peer};
		if (call->effect != EFFECT_CONNECT)
			continue;
		bool is_interrupted = failed_with(linker, call, "EINTR");
		bool is_begun = !call_is(call, CALL_FAILED) || is_interrupted;
		if (failed_with(linker, call, "ECONNREFUSED") ||
			(is_begun && !peer && call->error && is_refused_later(linker, socket, i)))
			link.kind = LINK_REFUSED;
		else if (is_begun && !is_done)
			link.kind = LINK_CONNECT;
		else
			continue;
		is_done |= link.kind == LINK_CONNECT;
		if (peer && link.kind == LINK_CONNECT)
			link.to = linker->ends[peer->number].accept;
		else if (link.kind == LINK_CONNECT && !call->error)
			link.peer = waits_at;
		links_add(linker->links, link);
	}
}
