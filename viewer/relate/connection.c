/* SPDX-License-Identifier: MIT */
#include "viewer/relate/connection.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/model.h"

/* The outcome that an error means for a connect, whichever call it came from: connect(2), ip(7),
 * unix(7). */
static const struct {
	const char *error;
	enum outcome outcome;
} outcomes[] = {
	{"ECONNREFUSED", OUTCOME_REFUSED},
	{"EHOSTUNREACH", OUTCOME_UNREACHABLE},
	{"ENETUNREACH", OUTCOME_UNREACHABLE},
	{"EHOSTDOWN", OUTCOME_UNREACHABLE},
	{"ENETDOWN", OUTCOME_UNREACHABLE},
	{"ETIMEDOUT", OUTCOME_TIMED_OUT},
};

static enum outcome outcome_of_error(const char *error)
{
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(error, outcomes[i].error) == 0)
			return outcomes[i].outcome;
	return OUTCOME_FAILED;
}

struct search {
	struct trace *trace;
	const struct socket_calls *calls;
	/* By numbers of strings: what an error says, OUTCOME_FAILED where it is none of those
	 * above. */
	enum outcome *of_error; /* owned */
	uint32_t again, in_progress, already, interrupted, is_connected, reset, pipe, not_connected;
	uint32_t getpeername; /* numbers of strings, or NO_STRING */
};

static const struct call *call_at(const struct search *search, uint32_t index)
{
	return &search->trace->calls[index];
}

static void learn_strings(struct search *search)
{
	const struct string_table *strings = &search->trace->strings;

	search->again = string_table_find(strings, "EAGAIN");
	search->in_progress = string_table_find(strings, "EINPROGRESS");
	search->already = string_table_find(strings, "EALREADY");
	search->interrupted = string_table_find(strings, "EINTR");
	search->is_connected = string_table_find(strings, "EISCONN");
	search->reset = string_table_find(strings, "ECONNRESET");
	search->pipe = string_table_find(strings, "EPIPE");
	search->not_connected = string_table_find(strings, "ENOTCONN");
	search->getpeername = string_table_find(strings, "getpeername");
	search->of_error = xcalloc(strings->count + 1, sizeof(*search->of_error));
	for (size_t i = 0; i < strings->count; i++)
		search->of_error[i] = OUTCOME_FAILED;
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		uint32_t number = string_table_find(strings, outcomes[i].error);
		if (number != NO_STRING)
			search->of_error[number] = outcomes[i].outcome;
	}
}

/* --- how connects ended --------------------------------------------------------------------- */

/* A connect that goes on while the program does other things. */
struct asking {
	struct attempt *attempt; /* NULL: none goes on */
	bool is_ready;           /* something said that it has ended */
	bool has_failed;         /* and that it has failed, but not why */
	bool stands;             /* the last one has made a connection */
};

static void resolve(struct asking *asking, enum outcome outcome, uint32_t told_by)
{
	asking->attempt->outcome = outcome;
	asking->attempt->told_by = told_by;
	asking->stands = outcome == OUTCOME_ESTABLISHED;
	asking->attempt = NULL;
}

static void begin(struct search *search, struct asking *asking, uint32_t connect)
{
	struct trace *trace = search->trace;
	struct attempt attempt = {
		.connect = connect, .told_by = NO_CALL, .outcome = OUTCOME_ASKING};

	APPEND(trace->attempts, trace->attempt_count, trace->attempt_capacity, attempt);
	*asking = (struct asking){.attempt = &trace->attempts[trace->attempt_count - 1]};
}

/* connect(2): a connect that did not block goes on, and one that a signal interrupted; asked once
 * more, the call says how it ended, or that it still goes on. */
static void learn_connect(struct search *search, struct asking *asking, uint32_t index)
{
	const struct call *call = call_at(search, index);
	bool goes_on = call_is(call, CALL_UNFINISHED) || call->error == search->in_progress ||
		       call->error == search->interrupted;

	if (call_is(call, CALL_UNDOES)) {
		asking->stands &= call->error != 0;
		if (asking->attempt && !call->error)
			resolve(asking, OUTCOME_GIVEN_UP, index);
		return;
	}
	/* Once more on one that stands it only says so: it returns 0 the first time. */
	if (call->error == search->already || (asking->stands && !asking->attempt && !call->error))
		return;
	if (call->error == search->is_connected) {
		if (asking->attempt)
			resolve(asking, OUTCOME_ESTABLISHED, index);
		return;
	}
	if (!asking->attempt)
		begin(search, asking, index);
	else if (goes_on)
		return;
	if (!call->error && !goes_on)
		resolve(asking, OUTCOME_ESTABLISHED, index);
	else if (call->error == search->again)
		resolve(asking,
			strcmp(trace_word(search->trace, call->descriptor->socket->family),
				"AF_UNIX") == 0
				? OUTCOME_BACKLOG_FULL
				: OUTCOME_FAILED,
			index);
	else if (!goes_on)
		resolve(asking, search->of_error[call->error], index);
}

/* SO_ERROR is 0 as long as the connect goes on: only after something said that the socket is ready
 * does it say that there is a connection. socket(7), connect(2). */
static void learn_query(struct search *search, struct asking *asking, uint32_t index)
{
	const struct call *call = call_at(search, index);
	bool tells = call_is(call, CALL_TELLS_ERROR);
	bool has_peer = call->name == search->getpeername && !call->error &&
			!call_is(call, CALL_UNFINISHED);

	if (tells && call->error)
		resolve(asking, search->of_error[call->error], index);
	else if (has_peer || (tells && asking->is_ready && !asking->has_failed))
		resolve(asking, OUTCOME_ESTABLISHED, index);
}

static void learn_transfer(const struct search *search, struct asking *asking, uint32_t index)
{
	const struct call *call = call_at(search, index);

	if (call_is(call, CALL_UNFINISHED) || call_is(call, CALL_PENDING) ||
		call->error == search->not_connected)
		return;
	/* A connection that was reset had stood. */
	if (!call->error || call->error == search->reset)
		resolve(asking, OUTCOME_ESTABLISHED, index);
	else if (call->error != search->pipe || asking->has_failed)
		resolve(asking, search->of_error[call->error], index);
}

/* poll(2): POLLOUT without POLLERR and POLLHUP is a connection; select(2) says as much of a connect
 * that has failed. */
static void learn_wait(struct search *search, struct asking *asking, uint32_t index)
{
	const struct call *call = call_at(search, index);
	const struct call *connect = call_at(search, asking->attempt->connect);
	bool is_select = strstr(trace_word(search->trace, call->name), "select") != NULL;

	if (asking->is_ready || call->result <= 0)
		return;
	uint8_t ready = descriptor_readiness(connect->descriptor, index);
	if (ready & (READY_FAILED | READY_TO_SEND))
		asking->is_ready = true;
	if (ready & READY_FAILED)
		asking->has_failed = true;
	else if (ready & READY_TO_SEND && !is_select)
		resolve(asking, OUTCOME_ESTABLISHED, index);
}

static void learn(struct search *search, struct asking *asking, uint32_t index)
{
	const struct call *call = call_at(search, index);

	if (call->effect == EFFECT_CONNECT)
		learn_connect(search, asking, index);
	else if (!asking->attempt)
		return;
	else if (call->effect == EFFECT_QUERY)
		learn_query(search, asking, index);
	else if (effect_transfers(call->effect))
		learn_transfer(search, asking, index);
	else if (call_is(call, CALL_WAITS))
		learn_wait(search, asking, index);
}

static int compare_indices(const void *one, const void *other)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	return (a > b) - (a < b);
}

/* The indices of all calls on the socket's descriptors, and of the waits for them, in their order.
 * For the caller to free. */
static uint32_t *calls_and_waits(const struct socket *socket, size_t *count)
{
	uint32_t *list;
	size_t room = 0, found = 0;

	for (const struct descriptor *holder = socket->holder; holder; holder = holder->next_holder)
		room += holder->calls.count;
	list = xcalloc(room + 1, sizeof(*list));
	for (const struct descriptor *holder = socket->holder; holder;
		holder = holder->next_holder) {
		if (holder->calls.count > 0)
			memcpy(list + found, holder->calls.list,
				holder->calls.count * sizeof(*list));
		found += holder->calls.count;
	}
	qsort(list, found, sizeof(*list), compare_indices);
	*count = 0;
	for (size_t i = 0; i < found; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[(*count)++] = list[i];
	return list;
}

static bool has_connects(const struct search *search, const struct socket *socket)
{
	for (size_t i = 0; i < socket_calls_count(search->calls, socket); i++)
		if (call_at(search, socket_calls_at(search->calls, socket, i))->effect ==
			EFFECT_CONNECT)
			return true;
	return false;
}

/* The attempts of one socket follow each other in the trace's array from `first` on. */
static void find_attempts(struct search *search, const struct socket *socket)
{
	struct asking asking = {0};
	size_t count;

	if (!has_connects(search, socket))
		return;
	uint32_t *list = calls_and_waits(socket, &count);
	for (size_t i = 0; i < count; i++)
		learn(search, &asking, list[i]);
	free(list);
	if (!asking.attempt)
		return;
	if (asking.has_failed)
		asking.attempt->outcome = OUTCOME_FAILED;
	else if (socket->last)
		asking.attempt->outcome = OUTCOME_GIVEN_UP;
}

/* --- connections ---------------------------------------------------------------------------- */

static void find_last(struct socket *socket)
{
	const struct descriptor *last = NULL;

	for (const struct descriptor *holder = socket->holder; holder; holder = holder->next_holder)
		if (!last || holder->ended_ns >= last->ended_ns)
			last = holder;
	socket->last = last && last->ended_ns != INT64_MAX ? last : NULL;
	socket->held_by = last ? last->process : NULL;
}

static struct connection *add_connection(
	struct search *search, struct socket *opener, struct socket *acceptor)
{
	struct trace *trace = search->trace;
	struct connection *connection = xcalloc(1, sizeof(*connection));

	connection->number = (uint32_t)trace->connection_count;
	connection->opener = opener;
	connection->acceptor = acceptor;
	connection->outcome = OUTCOME_ESTABLISHED;
	connection->asked_by = connection->told_by = connection->ended_by = NO_CALL;
	if (opener)
		opener->connection = connection;
	if (acceptor)
		acceptor->connection = connection;
	APPEND(trace->connections, trace->connection_count, trace->connection_capacity, connection);
	return connection;
}

/* An attempt that worked decides; otherwise the last one does. */
static const struct attempt *deciding(const struct attempt *attempts, size_t count)
{
	const struct attempt *decides = NULL;

	for (size_t i = 0; i < count && !(decides && decides->outcome == OUTCOME_ESTABLISHED); i++)
		decides = &attempts[i];
	return decides;
}

/* The outcome of a connect that the trace leaves out. It may have gone on when it returned: then a
 * transfer tells. */
static enum outcome outcome_left_out(const struct search *search, const struct socket *socket)
{
	const char *error = *socket->joined ? socket->joined : NULL;
	bool goes_on =
		error && (strcmp(error, "EINPROGRESS") == 0 || strcmp(error, "EALREADY") == 0 ||
				 strcmp(error, "EINTR") == 0);

	if (!error || strcmp(error, "EISCONN") == 0)
		return OUTCOME_ESTABLISHED;
	if (strcmp(error, "EAGAIN") == 0 &&
		strcmp(trace_word(search->trace, socket->family), "AF_UNIX") == 0)
		return OUTCOME_BACKLOG_FULL;
	if (!goes_on)
		return outcome_of_error(error);
	struct attempt attempt = {.outcome = OUTCOME_ASKING};
	struct asking asking = {.attempt = &attempt};
	for (size_t i = 0; asking.attempt && i < socket_calls_count(search->calls, socket); i++) {
		uint32_t index = socket_calls_at(search->calls, socket, i);
		if (effect_transfers(call_at(search, index)->effect))
			learn_transfer(search, &asking, index);
	}
	return attempt.outcome;
}

/* `attempts`: those of the socket. */
static void connect_socket(
	struct search *search, struct socket *socket, const struct attempt *attempts, size_t count)
{
	const struct attempt *decides = deciding(attempts, count);
	struct connection *connection = socket->connection;

	if (!connection && socket->direction == DIRECTION_IN)
		connection = add_connection(search, socket->other_end, socket);
	else if (!connection && (decides || socket->direction == DIRECTION_OUT ||
					socket->direction == DIRECTION_PAIR || socket->other_end ||
					socket->joined))
		connection = add_connection(search, socket, socket->other_end);
	if (connection && !decides && socket->joined && !connection->acceptor)
		connection->outcome = outcome_left_out(search, socket);
	if (!connection || !decides)
		return;
	connection->asked_by = decides->connect;
	connection->told_by = decides->told_by;
	/* Whether the program knows it or not, another program has accepted it. */
	if (!connection->acceptor)
		connection->outcome = decides->outcome;
}

static int compare_attempts(const void *one, const void *other)
{
	const struct attempt *a = one, *b = other;

	return (a->connect > b->connect) - (a->connect < b->connect);
}

void connections_find(struct trace *trace, const struct socket_calls *calls)
{
	struct search search = {.trace = trace, .calls = calls};

	learn_strings(&search);
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct socket *socket = trace->sockets[i];
		size_t first = trace->attempt_count;
		find_last(socket);
		if (!socket_is_stream(trace, socket))
			continue;
		find_attempts(&search, socket);
		connect_socket(&search, socket, trace->attempts ? trace->attempts + first : NULL,
			trace->attempt_count - first);
	}
	if (trace->attempts && trace->attempt_count > 1)
		qsort(trace->attempts, trace->attempt_count, sizeof(*trace->attempts),
			compare_attempts);
	free(search.of_error);
}

void connections_forget(struct trace *trace)
{
	for (size_t i = 0; i < trace->socket_count; i++)
		trace->sockets[i]->connection = NULL;
	for (size_t i = 0; i < trace->connection_count; i++)
		free(trace->connections[i]);
	free(trace->connections);
	free(trace->attempts);
	trace->connections = NULL;
	trace->attempts = NULL;
	trace->connection_count = trace->connection_capacity = 0;
	trace->attempt_count = trace->attempt_capacity = 0;
}

const struct attempt *connection_attempt(const struct trace *trace, uint32_t connect)
{
	struct attempt key = {.connect = connect};

	return trace->attempt_count == 0 ? NULL
					 : bsearch(&key, trace->attempts, trace->attempt_count,
						   sizeof(key), compare_attempts);
}

bool connection_has_failed(const struct trace *trace, const struct call *call)
{
	const struct attempt *attempt =
		call->effect == EFFECT_CONNECT
			? connection_attempt(trace, (uint32_t)(call - trace->calls))
			: NULL;

	return attempt && attempt->outcome != OUTCOME_ESTABLISHED &&
	       attempt->outcome != OUTCOME_ASKING;
}

bool connection_never_stood(const struct socket *socket)
{
	const struct connection *connection = socket->connection;

	return connection && connection->outcome != OUTCOME_ESTABLISHED &&
	       connection->outcome != OUTCOME_ASKING;
}

bool connection_is_guessed(const struct connection *connection)
{
	const struct socket *opener = connection->opener;

	return opener && opener->direction == DIRECTION_NONE && !opener->joined &&
	       connection->asked_by == NO_CALL;
}
