/* SPDX-License-Identifier: MIT */
#include "viewer/relate/socket_state.h"

#include <string.h>

#include "viewer/model/details.h"

static bool is(const struct socket_state *state, const char *name)
{
	return strcmp(state->name, name) == 0;
}

static void set_address(
	const struct socket_state *state, char into[ADDRESS_SIZE], const struct value *address)
{
	if (value_is_object(address))
		(state->is_narrow ? address_short : address_text)(into, address);
}

/* connect(2): what only says that it goes on, that it is done, or that it undoes an earlier one. */
static void learn_connect(
	struct socket_state *state, const struct call *call, const struct record_call *details)
{
	const struct value *address = value_member(details->args, "address");
	const char *error = details->error ? details->error : "";

	if (strcmp(error, "EISCONN") == 0) {
		state->name = is(state, "connecting") ? "connected" : state->name;
	} else if (strcmp(error, "EALREADY") == 0 || strcmp(error, "EAGAIN") == 0) {
		return;
	} else if (call_is(call, CALL_FAILED)) {
		state->name = "failed";
	} else if (address_is_unspecified(address)) {
		state->name = "disconnected";
		state->peer[0] = '\0';
	} else {
		state->name =
			call->flags & (CALL_UNFINISHED | CALL_PENDING) ? "connecting" : "connected";
		set_address(state, state->peer, address);
	}
}

/* What a transfer, or SO_ERROR, says of the connection: socket(7), tcp(7). A send that finds none
 * any more says EPIPE, whether the peer has reset it or the program has shut it down. */
static void learn_error(struct socket_state *state, const char *error)
{
	bool was_there = is(state, "connected") || is(state, "peer is done");

	if (is(state, "connecting"))
		state->name = "failed";
	else if (strcmp(error, "ECONNRESET") == 0 || (strcmp(error, "EPIPE") == 0 && was_there))
		state->name = "reset";
	else if (strcmp(error, "ETIMEDOUT") == 0)
		state->name = "timed out";
}

/* A connect that did not block is done when SO_ERROR says 0: connect(2), EINPROGRESS. */
static void learn_query(
	struct socket_state *state, const struct call *call, const struct record_call *details)
{
	const char *option = value_text(value_member(details->args, "option"), NULL);

	if (!option || strcmp(option, "SO_ERROR") != 0 || details->error)
		return;
	if (call_is(call, CALL_FAILED))
		learn_error(state, trace_word(state->trace, call->error));
	else if (is(state, "connecting"))
		state->name = "connected";
}

static void learn_transfer(struct socket_state *state, const struct call *call)
{
	if (call_is(call, CALL_FAILED) && socket_is_stream(state->trace, call->descriptor->socket))
		learn_error(state, trace_word(state->trace, call->error));
	else if (call_is(call, CALL_END_OF_STREAM) && !is(state, "shut down"))
		state->name = "peer is done";
	else if (!call->error && !call_is(call, CALL_UNFINISHED) && is(state, "connecting"))
		state->name = "connected";
}

static void learn_call(
	struct socket_state *state, const struct call *call, const struct record_call *details)
{
	bool is_done = !call->error && !call_is(call, CALL_UNFINISHED);

	if (call->effect == EFFECT_CONNECT)
		learn_connect(state, call, details);
	else if (call->effect == EFFECT_QUERY)
		learn_query(state, call, details);
	else if (effect_transfers(call->effect))
		learn_transfer(state, call);
	else if (call->effect == EFFECT_SHUTDOWN && is_done)
		state->name = "shut down";
	else if (call->effect == EFFECT_LISTEN && is_done)
		state->name = "listening";
	else if (call->effect == EFFECT_ACCEPT && is_done)
		state->name = is(state, "new") || is(state, "bound") ? "listening" : state->name;
	else if (call->effect == EFFECT_BIND && is_done) {
		set_address(state, state->local, value_member(details->args, "address"));
		state->name = "bound";
	}
	/* An accept says these of the new socket. */
	if (call->effect != EFFECT_ACCEPT) {
		set_address(state, state->local, details->local);
		set_address(state, state->peer, details->peer);
	}
}

/* A name of its own: not the port 0, and not what unix(7) calls unnamed. */
static bool is_bound(const struct value *local)
{
	int64_t port = 0;

	return (value_integer(value_member(local, "port"), &port) && port > 0) ||
	       value_member(local, "path") || value_member(local, "abstract");
}

static const char *name_found(const struct record_descriptor *found)
{
	static const char *const names[][2] = {
		{"TCP_LISTEN", "listening"},
		{"TCP_SYN_SENT", "connecting"},
		{"TCP_FIN_WAIT1", "shut down"},
		{"TCP_FIN_WAIT2", "shut down"},
		{"TCP_CLOSE_WAIT", "peer is done"},
	};
	const char *said = value_text(found->state, NULL);

	for (size_t i = 0; said && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(said, names[i][0]) == 0)
			return names[i][1];
	if (value_is_object(found->peer))
		return "connected";
	return is_bound(found->local) ? "bound" : "new";
}

/* The first descriptor is the socket's beginning; those that come later are told nothing new. */
static void learn_begin(struct socket_state *state, const struct descriptor *first)
{
	const struct record_descriptor *found = first->socket->found;
	const struct call *maker = descriptor_maker(state->trace, first);

	state->name = first->socket->direction == DIRECTION_PAIR ? "connected" : "new";
	if (maker && maker->effect == EFFECT_ACCEPT) {
		const struct record_call *details = call_details(state->trace, maker);
		set_address(state, state->local, details->local);
		set_address(state, state->peer,
			details->peer ? details->peer : value_member(details->args, "address"));
		state->name = "connected";
	} else if (found) {
		set_address(state, state->local, found->local);
		set_address(state, state->peer, found->peer);
		state->name = name_found(found);
	}
}

/* Between its last close and the next beginning a socket may be on its way, in a message: unix(7),
 * SCM_RIGHTS. */
void socket_state_learn(struct socket_state *state, const struct life_event *event, bool is_last)
{
	if (!state->name)
		learn_begin(state, event->descriptor);
	if (event->call && event->kind != LIFE_BEGIN)
		learn_call(state, event->call, call_details(state->trace, event->call));
	if (event->open == 0 && is_last && event->kind != LIFE_BEGIN)
		state->name = "given back";
}
