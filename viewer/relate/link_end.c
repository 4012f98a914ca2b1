/* SPDX-License-Identifier: MIT */
#include "viewer/relate/link_end.h"

#include <string.h>

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/connection.h"

static bool failed_with(const struct linker *linker, const struct call *call, const char *error)
{
	return call->error && strcmp(trace_word(linker->trace, call->error), error) == 0;
}

static uint32_t first_shutdown(const struct linker *linker, const struct socket *socket)
{
	uint32_t index;

	for (size_t i = 0; (index = linker_call_on(linker, socket, i)) != NO_CALL; i++)
		if (call_shuts_sending(linker->trace, linker_call(linker, index)))
			return index;
	return NO_CALL;
}

/* Links the peer's shutdown or close to the receive, or the call that failed, that tells of it. */
static void link_end(struct linker *linker, const struct socket *socket, uint32_t told)
{
	const struct socket *peer = socket->other_end;
	bool is_error = linker_call(linker, told)->error != 0;
	uint32_t causes[] = {NO_CALL, NO_CALL};
	struct link link = {.from = NO_CALL,
		.to = told,
		.kind = is_error ? LINK_FAILED : LINK_CLOSE,
		.peer = peer};

	if (peer) {
		causes[is_error ? 1 : 0] = first_shutdown(linker, peer);
		causes[is_error ? 0 : 1] =
			peer->last ? descriptor_closer(linker->trace, peer->last) : NO_CALL;
	}
	for (size_t i = 0; i < 2 && link.from == NO_CALL; i++)
		if (causes[i] != NO_CALL && !linker_is_older(linker, told, causes[i]))
			link.from = causes[i];
	links_add(linker->links, link);
}

void link_ends(struct linker *linker, const struct socket *socket)
{
	bool is_told = false, is_reset = false;
	uint32_t index;

	for (size_t i = 0; (index = linker_call_on(linker, socket, i)) != NO_CALL; i++) {
		const struct call *call = linker_call(linker, index);
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

/* Each connect, and where it arrived: at an accept, or at the queue of a listening socket. */
void link_connects(struct linker *linker, const struct socket *socket)
{
	const struct connection *connection = socket->connection;
	/* A connection that is not accepted waits at the listening socket. */
	const struct socket *waits_at =
		id_map_get(&linker->listening, address_hash(NULL, socket->peer));
	uint32_t index;

	for (size_t i = 0; (index = linker_call_on(linker, socket, i)) != NO_CALL; i++) {
		const struct attempt *attempt = connection_attempt(linker->trace, index);
		struct link link = {.from = index, .to = NO_CALL, .peer = socket->other_end};
		if (!attempt)
			continue;
		if (connection && connection->asked_by == index &&
			connection->outcome == OUTCOME_ESTABLISHED) {
			link.kind = LINK_CONNECT;
			if (link.peer)
				link.to = linker->accepts[link.peer->number];
			else
				link.peer = waits_at;
		} else if (attempt->outcome == OUTCOME_ESTABLISHED) {
			continue;
		} else if (attempt->outcome == OUTCOME_ASKING) {
			link.kind = LINK_ASKED;
		} else {
			link.kind = LINK_FAILED;
		}
		links_add(linker->links, link);
	}
}
