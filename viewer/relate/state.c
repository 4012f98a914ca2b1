/* SPDX-License-Identifier: MIT */
#include "viewer/relate/state.h"

#include <string.h>

#include "viewer/relate/connection.h"

static bool has_failed_with(const struct trace *trace, const struct call *call, const char *error)
{
	return call->error && strcmp(trace_word(trace, call->error), error) == 0;
}

/* A name of its own: not the port 0, and not what unix(7) calls unnamed. */
static bool is_bound(const struct value *local)
{
	int64_t port = 0;

	return (value_integer(value_member(local, "port"), &port) && port > 0) ||
	       value_member(local, "path") || value_member(local, "abstract");
}

/* The state that the kernel gave: enum in include/net/tcp_states.h. */
static enum state state_found(const struct found_socket *found)
{
	static const struct {
		const char *name;
		enum state state;
	} states[] = {
		{"TCP_ESTABLISHED", STATE_CONNECTED},
		{"TCP_SYN_SENT", STATE_CONNECTING},
		{"TCP_SYN_RECV", STATE_CONNECTED},
		{"TCP_FIN_WAIT1", STATE_SHUT_DOWN},
		{"TCP_FIN_WAIT2", STATE_SHUT_DOWN},
		{"TCP_CLOSING", STATE_SHUT_DOWN},
		{"TCP_LAST_ACK", STATE_SHUT_DOWN},
		{"TCP_CLOSE_WAIT", STATE_PEER_ENDED},
		{"TCP_LISTEN", STATE_LISTENING},
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(found->state, states[i].name) == 0)
			return states[i].state;
	if (value_is_object(found->peer))
		return STATE_CONNECTED;
	return is_bound(found->local) ? STATE_BOUND : STATE_NEW;
}

/* The state that calls have brought it to which the trace leaves out. */
static enum state state_left_out(const struct socket *socket)
{
	const struct connection *connection = socket->connection;

	if (socket->left_out != STATE_CONNECTING)
		return socket->left_out;
	/* Of datagrams there is none. */
	if (!connection || connection->outcome == OUTCOME_ESTABLISHED)
		return STATE_CONNECTED;
	return connection->outcome == OUTCOME_ASKING ? STATE_CONNECTING : STATE_UNCONNECTED;
}

enum state state_first(const struct trace *trace, const struct socket *socket)
{
	const struct call *maker = socket->holder ? descriptor_maker(trace, socket->holder) : NULL;

	if (maker && maker->effect == EFFECT_ACCEPT)
		return STATE_CONNECTED;
	if (socket->direction == DIRECTION_PAIR)
		return STATE_CONNECTED;
	if (socket->left_out != STATE_NEW)
		return state_left_out(socket);
	return socket->found ? state_found(socket->found) : STATE_NEW;
}

/* connect(2): datagrams are connected at once, a stream when its connection stands. */
static enum state after_connect(const struct trace *trace, enum state before, uint32_t index)
{
	const struct call *call = &trace->calls[index];
	const struct attempt *attempt = connection_attempt(trace, index);

	if (call_is(call, CALL_UNDOES))
		return call->error ? before : STATE_DISCONNECTED;
	if (has_failed_with(trace, call, "EISCONN"))
		return before == STATE_CONNECTING ? STATE_CONNECTED : before;
	if (call_is(call, CALL_FAILED))
		return STATE_UNCONNECTED;
	if (!call->error && !call_is(call, CALL_UNFINISHED))
		return STATE_CONNECTED;
	return attempt ? STATE_CONNECTING : before;
}

/* The state after a transfer, or SO_ERROR: socket(7), tcp(7). A send that finds no connection any
 * more says EPIPE, whether the peer has reset it or the program has shut it down. */
static enum state after_error(const struct trace *trace, enum state before, const struct call *call)
{
	bool was_there = before == STATE_CONNECTED || before == STATE_PEER_ENDED;

	if (before == STATE_CONNECTING)
		return STATE_UNCONNECTED;
	if (has_failed_with(trace, call, "ECONNRESET") ||
		(was_there && has_failed_with(trace, call, "EPIPE")))
		return STATE_RESET;
	return has_failed_with(trace, call, "ETIMEDOUT") ? STATE_TIMED_OUT : before;
}

static enum state after_transfer(
	const struct trace *trace, enum state before, const struct call *call)
{
	if (call_is(call, CALL_FAILED) && socket_is_stream(trace, call->descriptor->socket))
		return after_error(trace, before, call);
	if (call_is(call, CALL_END_OF_STREAM) && before != STATE_SHUT_DOWN)
		return STATE_PEER_ENDED;
	return before;
}

/* By then the program had learned how its connect ended: from the call, or from a wait before it.
 */
static bool knows_outcome(const struct call *call, uint32_t index)
{
	const struct connection *connection = call->descriptor->socket->connection;

	return connection && connection->told_by != NO_CALL && connection->told_by <= index;
}

enum state state_after(const struct trace *trace, enum state before, uint32_t index)
{
	const struct call *call = &trace->calls[index];
	bool is_done = !call->error && !call_is(call, CALL_UNFINISHED);

	if (before == STATE_CONNECTING && knows_outcome(call, index))
		before = call->descriptor->socket->connection->outcome == OUTCOME_ESTABLISHED
				 ? STATE_CONNECTED
				 : STATE_UNCONNECTED;
	if (call->effect == EFFECT_CONNECT)
		return after_connect(trace, before, index);
	if (call->effect == EFFECT_QUERY)
		return call_is(call, CALL_TELLS_ERROR) && call->error
			       ? after_error(trace, before, call)
			       : before;
	if (effect_transfers(call->effect))
		return after_transfer(trace, before, call);
	if (!is_done)
		return before;
	switch ((enum effect)call->effect) {
	case EFFECT_SHUTDOWN:
		return STATE_SHUT_DOWN;
	case EFFECT_BIND:
		return before == STATE_NEW ? STATE_BOUND : before;
	case EFFECT_LISTEN:
		return STATE_LISTENING;
	case EFFECT_ACCEPT:
		return before == STATE_NEW || before == STATE_BOUND ? STATE_LISTENING : before;
	case EFFECT_CLOSE:
		return call->descriptor == call->descriptor->socket->last ? STATE_GIVEN_BACK
									  : before;
	default:
		return before;
	}
}

void states_find(struct trace *trace, const struct socket_calls *calls)
{
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		enum state state = state_first(trace, socket);
		for (size_t at = 0; at < socket_calls_count(calls, socket); at++)
			state = state_after(trace, state, socket_calls_at(calls, socket, at));
		socket->state = socket->last ? STATE_GIVEN_BACK : state;
	}
}
