/* SPDX-License-Identifier: MIT */
/* The rule about connections that are made anew for each exchange. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/connection.h"

/* So many connections that could have been spared are told of. */
#define CHURN_LEAST 20

/* Servers keep a connection for so long at least: keep-alive is 5 s of apache and node. */
#define KEPT_NS 1000000000

/* Of one exchange there are no more calls; those with more are not looked at. */
#define MOST_CALLS 200

/* With what is said first one exchange has no more turns: of PostgreSQL a request for encryption,
 * three of SCRAM, the question. */
#define MOST_TURNS 6

/* As many are open at once, as far as this rule follows. */
#define MOST_OPEN 16

/* The connections of a process to one address. */
struct churn {
	const struct process *process;
	uint64_t peer;
	size_t count, spared; /* in all; begun soon after another one had ended, which it could have
				 been */
	size_t single;        /* with one turn, and so one exchange; and with one, as */
	size_t by_exchanges;  /* exchanges tell */
	size_t few;           /* with so few turns that exchanges may tell that there is one */
	size_t most_turns;    /* these */
	int64_t ended_ns[MOST_OPEN]; /* of the last ones; INT64_MAX: one has followed it */
	int64_t connecting_ns, lasted_ns;
	uint32_t shown[HINT_CALLS]; /* connects */
};

struct churns {
	struct hint_search *search;
	struct churn *list; /* owned */
	size_t count, capacity;
	struct id_map by_key; /* numbers, plus one */
	uint32_t *of;         /* owned: of each socket its number, plus one; 0: none */
};

/* It asked for a connection, which stood, and has ended. */
static bool is_short(const struct hint_search *search, const struct socket *socket)
{
	const struct connection *connection = socket->connection;

	return connection && connection->opener == socket &&
	       connection->outcome == OUTCOME_ESTABLISHED && connection->asked_by != NO_CALL &&
	       socket->last && hint_is_tcp(search, socket) &&
	       hint_call_count(search, socket) <= MOST_CALLS && !connection_is_guessed(connection);
}

static struct churn *churn_of(struct churns *churns, const struct socket *socket)
{
	const struct process *process = socket->holder->process;
	uint64_t peer = address_hash(socket->peer, NULL);
	uint64_t key = (peer ^ ((uint64_t)process->number + 1) * UINT64_C(0x9e3779b97f4a7c15)) | 1;
	uintptr_t number = (uintptr_t)id_map_get(&churns->by_key, key);

	if (number == 0) {
		churns->list = array_grow(
			churns->list, churns->count, &churns->capacity, sizeof(*churns->list));
		churns->list[churns->count++] = (struct churn){.process = process, .peer = peer};
		number = churns->count;
		for (size_t i = 0; i < MOST_OPEN; i++)
			churns->list[number - 1].ended_ns[i] = INT64_MAX;
		id_map_put(&churns->by_key, key, (void *)number);
	}
	churns->of[socket->number] = (uint32_t)number;
	return &churns->list[number - 1];
}

static void add_connection(struct churns *churns, const struct socket *socket)
{
	const struct hint_search *search = churns->search;
	const struct connection *connection = socket->connection;
	const struct call *connect = hint_call(search, connection->asked_by);
	struct churn *churn = churn_of(churns, socket);
	int64_t begin_ns = connect->time_ns;

	for (size_t i = 0; i < MOST_OPEN; i++)
		if (churn->ended_ns[i] <= begin_ns && begin_ns - churn->ended_ns[i] < KEPT_NS) {
			churn->ended_ns[i] = INT64_MAX;
			churn->spared++;
			break;
		}
	churn->ended_ns[churn->count % MOST_OPEN] = socket->last->ended_ns;
	if (churn->count < HINT_CALLS)
		churn->shown[churn->count] = connection->asked_by;
	churn->count++;
	const struct call *told =
		connection->told_by == NO_CALL ? connect : hint_call(search, connection->told_by);
	quantity_add_up(&churn->connecting_ns, call_end_ns(told) - begin_ns);
	quantity_add_up(&churn->lasted_ns, socket->last->ended_ns - begin_ns);
}

/* It is said before anything is asked: TLS's handshake, of which alone it is known what it says;
 * PostgreSQL's request for encryption, and what follows until the user is let in. */
static bool is_introduction(const struct exchanges *exchanges, const struct exchange *exchange)
{
	static const char let_in[] = "Authentication";
	const char *name = exchange_name(exchanges, exchange);

	if (exchange->protocol == PROTOCOL_TLS)
		return *name != '\0';
	return exchange->protocol == PROTOCOL_POSTGRESQL &&
	       (strcmp(name, "SSLRequest") == 0 || strcmp(name, "GSSENCRequest") == 0 ||
		       strncmp(exchange_answer(exchanges, exchange), let_in, strlen(let_in)) == 0);
}

static bool has_one_exchange(const struct exchanges *exchanges, const struct socket *socket)
{
	size_t count, asked = 0;
	const uint32_t *numbers = exchanges_on(exchanges, socket, &count);

	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &exchanges->list[numbers[i]];
		if (exchange->result != EXCHANGE_NOTICE && exchange_asker(exchange) == socket &&
			!is_introduction(exchanges, exchange))
			asked += exchange_has_answer(exchange);
	}
	return asked == 1;
}

/* TLS and PostgreSQL begin so, as what is sent first says: a handshake record (RFC 8446, 5.1), a
 * message with its length and the version 3.0 or a request for encryption. */
static bool is_greeting(const struct hint_search *search, const struct call *send)
{
	const unsigned char *bytes;
	size_t known = call_payload(search->trace, send, &bytes);

	return (known >= 2 && bytes[0] == 0x16 && bytes[1] == 3) ||
	       (known >= 8 && (memcmp(bytes + 4, "\0\3\0", 3) == 0 ||
				      memcmp(bytes + 4, "\4\xd2\x16", 3) == 0));
}

static bool has_greeting(const struct hint_search *search, const struct socket *socket)
{
	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		const struct call *call = hint_call(search, hint_call_on(search, socket, i));
		if (hint_has_moved(call, EFFECT_SEND))
			return is_greeting(search, call);
	}
	return false;
}

/* How often the process sent, then received; `is_done`: it never sent again. */
static size_t turns_on(const struct hint_search *search, const struct socket *socket, bool *is_done)
{
	bool has_sent = false;
	size_t turns = 0;

	*is_done = true;
	for (size_t i = 0; i < hint_call_count(search, socket) && turns <= MOST_TURNS; i++) {
		const struct call *call = hint_call(search, hint_call_on(search, socket, i));
		if (hint_has_moved(call, EFFECT_SEND)) {
			*is_done &= turns == 0;
			has_sent = true;
		} else if (has_sent && hint_has_moved(call, EFFECT_RECEIVE)) {
			has_sent = false;
			turns++;
		}
	}
	return turns;
}

/* Most of them are of no other kind. */
static bool is_most(size_t part, size_t all)
{
	return part >= all - all / 10;
}

static size_t most_turns(const struct hint_search *search, const struct churn *churn)
{
	for (size_t i = 0; i < HINT_CALLS && i < churn->count; i++)
		if (has_greeting(search, hint_call(search, churn->shown[i])->descriptor->socket))
			return MOST_TURNS;
	return 1;
}

static void count_turns(
	const struct hint_search *search, struct churn *churn, const struct socket *socket)
{
	bool is_done;
	size_t turns;

	if (churn->spared < CHURN_LEAST)
		return;
	turns = turns_on(search, socket, &is_done);
	churn->single += turns == 1 && is_done;
	churn->few += turns > 0 && turns <= churn->most_turns;
}

/* Turns do not tell whether there is one exchange on each. */
static bool is_open(const struct churn *churn)
{
	return churn->spared >= CHURN_LEAST && !is_most(churn->single, churn->count) &&
	       is_most(churn->few, churn->count);
}

static void report(struct hint_search *search, const struct churn *churn)
{
	char address[ADDRESS_SIZE];

	if (churn->spared < CHURN_LEAST || (!is_most(churn->single, churn->count) &&
						   !is_most(churn->by_exchanges, churn->count)))
		return;
	struct hint hint = hint_begin(search, churn->shown[0]);
	for (size_t i = 1; i < HINT_CALLS; i++)
		hint_show(&hint, churn->shown[i]);
	hint.descriptor = NULL;
	hint.times = churn->count;
	hint.lost_ns = churn->connecting_ns;
	address_text(address, hint_call(search, churn->shown[0])->descriptor->socket->peer);
	hint_add(search, hint,
		"%zu connections to %.200s with one exchange each, %zu of them just after another one had "
		"ended; to connect took %s of their %s",
		churn->count, address, churn->spared, hint_time(search, churn->connecting_ns),
		hint_time(search, churn->lasted_ns));
}

/*
 * A process that connects to an address where a connection of its own has just ended, and asks
 * once, could have asked there: HTTP/1.1 keeps connections, RFC 9112, 9.3; so do databases. Each
 * new one costs a round trip, with TLS two, and the end that closes first a port for a minute.
 * Processes that make one each, such as curl in a loop, are none.
 */
void hint_find_churn(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct churns churns = {
		.search = search, .of = xcalloc(trace->socket_count + 1, sizeof(*churns.of))};
	bool is_any_open = false;

	for (size_t i = 0; i < trace->socket_count; i++)
		if (is_short(search, trace->sockets[i]))
			add_connection(&churns, trace->sockets[i]);
	for (size_t i = 0; i < churns.count; i++)
		churns.list[i].most_turns = most_turns(search, &churns.list[i]);
	for (size_t i = 0; churns.list && i < trace->socket_count; i++)
		if (churns.of[i])
			count_turns(search, &churns.list[churns.of[i] - 1], trace->sockets[i]);
	/* Exchanges cost as much as a view of them: only where turns do not tell. */
	for (size_t i = 0; i < churns.count; i++)
		is_any_open |= is_open(&churns.list[i]);
	for (size_t i = 0; is_any_open && i < trace->socket_count; i++) {
		struct churn *churn = churns.of[i] ? &churns.list[churns.of[i] - 1] : NULL;
		if (churn && is_open(churn))
			churn->by_exchanges +=
				has_one_exchange(trace_exchanges(trace), trace->sockets[i]);
	}
	for (size_t i = 0; i < churns.count; i++)
		report(search, &churns.list[i]);
	id_map_free(&churns.by_key);
	free(churns.list);
	free(churns.of);
}
