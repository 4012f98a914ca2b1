/* SPDX-License-Identifier: MIT */
#include "viewer/relate/phase.h"

#include <string.h>

struct life_of_socket {
	struct trace *trace;
	struct socket *socket;
	enum phase phase;
	uint32_t reset, pipe; /* numbers of strings, or NO_STRING */
};

/* The close of one of several descriptors ends nothing: close(2). */
static bool is_close_of_copy(const struct socket *socket, const struct call *call)
{
	return call->effect == EFFECT_CLOSE && call->descriptor != socket->last;
}

/* How the call ends a connection, as its own program sees it. */
static enum ending ending_by(const struct life_of_socket *life, const struct call *call)
{
	bool is_error = call->error == life->reset || call->error == life->pipe;

	if (call->effect == EFFECT_CLOSE && !call_is(call, CALL_UNFINISHED))
		return ENDING_CLOSE;
	if (call->effect == EFFECT_SHUTDOWN && !call->error && !call_is(call, CALL_UNFINISHED))
		return ENDING_SHUTDOWN;
	if (call->error && is_error &&
		(effect_transfers(call->effect) || call_is(call, CALL_TELLS_ERROR)))
		return ENDING_RESET;
	return ENDING_NONE;
}

static void end_connection(
	struct life_of_socket *life, struct call *call, uint32_t index, enum ending ending)
{
	struct connection *connection = life->socket->connection;

	if (!connection)
		return;
	if (connection->ended_by != NO_CALL &&
		call_end_ns(&life->trace->calls[connection->ended_by]) <= call_end_ns(call))
		return;
	connection->ended_by = index;
	connection->ended_at = life->socket;
	connection->ending = ending;
}

/* A connection is there until something ends it, at either end. */
static enum phase phase_of_stream(struct life_of_socket *life, struct call *call, uint32_t index)
{
	const struct connection *connection = life->socket->connection;
	enum ending ending = ending_by(life, call);

	if (life->phase == PHASE_RELEASE)
		return PHASE_RELEASE;
	if (ending != ENDING_NONE && connection->outcome == OUTCOME_ESTABLISHED)
		end_connection(life, call, index, ending);
	if (ending == ENDING_NONE && call_is(call, CALL_END_OF_STREAM) &&
		!(connection->opener && connection->acceptor))
		end_connection(life, call, index, ENDING_PEER);
	if (ending != ENDING_NONE || call_is(call, CALL_END_OF_STREAM))
		return PHASE_RELEASE;
	if (connection->opener != life->socket || connection->asked_by == NO_CALL)
		return PHASE_TRANSFER;
	uint32_t told_by =
		connection->told_by == NO_CALL ? connection->asked_by : connection->told_by;
	/* One more connect asks how the first one went: connect(2), EINPROGRESS and EISCONN. */
	if (index <= told_by || connection->outcome != OUTCOME_ESTABLISHED ||
		call->effect == EFFECT_CONNECT)
		return PHASE_ESTABLISHMENT;
	return PHASE_TRANSFER;
}

static enum phase phase_of(struct life_of_socket *life, struct call *call, uint32_t index)
{
	bool is_listening = life->socket->direction == DIRECTION_LISTENING;

	if (is_close_of_copy(life->socket, call))
		return PHASE_NONE;
	if (life->socket->connection)
		return life->phase = phase_of_stream(life, call, index);
	if (call->effect == EFFECT_CLOSE)
		return PHASE_RELEASE;
	if (is_listening ? call->effect == EFFECT_ACCEPT : effect_transfers(call->effect))
		life->phase = PHASE_TRANSFER;
	return life->phase;
}

static bool is_closed_by_exit(const struct socket *socket)
{
	return socket->last && socket->last->ended_by &&
	       strcmp(socket->last->ended_by, "exit") == 0;
}

/* Connections that no call of the trace ended: the end of a process did, or a close that is left
 * out. */
static void end_without_calls(struct trace *trace)
{
	for (size_t i = 0; i < trace->connection_count; i++) {
		struct connection *connection = trace->connections[i];
		const struct socket *ends[] = {connection->opener, connection->acceptor};
		for (size_t j = 0; j < 2; j++) {
			bool is_closed = ends[j] && ends[j]->last && ends[j]->last->is_closed;
			if (connection->ending == ENDING_NONE && ends[j] &&
				connection->outcome == OUTCOME_ESTABLISHED &&
				(is_closed || is_closed_by_exit(ends[j]))) {
				connection->ending = is_closed ? ENDING_CLOSE : ENDING_EXIT;
				connection->ended_at = ends[j];
			}
		}
	}
}

void phases_find(struct trace *trace, const struct socket_calls *calls)
{
	uint32_t reset = string_table_find(&trace->strings, "ECONNRESET");
	uint32_t pipe = string_table_find(&trace->strings, "EPIPE");

	for (size_t i = 0; i < trace->socket_count; i++) {
		struct life_of_socket life = {.trace = trace,
			.socket = trace->sockets[i],
			.phase = PHASE_ESTABLISHMENT,
			.reset = reset,
			.pipe = pipe};
		for (size_t at = 0; at < socket_calls_count(calls, life.socket); at++) {
			uint32_t index = socket_calls_at(calls, life.socket, at);
			trace->calls[index].phase =
				(uint8_t)phase_of(&life, &trace->calls[index], index);
		}
	}
	end_without_calls(trace);
}

enum phase phase_on(const struct trace *trace, const struct descriptor *descriptor, uint32_t call)
{
	const struct call *made = &trace->calls[call];

	if (descriptor->made_by == call && effect_makes_socket((enum effect)made->effect))
		return PHASE_ESTABLISHMENT;
	return made->descriptor && made->descriptor->socket == descriptor->socket
		       ? (enum phase)made->phase
		       : PHASE_NONE;
}

bool phase_goes_on(const struct trace *trace, const struct descriptor *descriptor, uint32_t call)
{
	return trace->calls[call].descriptor != descriptor &&
	       phase_on(trace, descriptor, call) == PHASE_NONE;
}
