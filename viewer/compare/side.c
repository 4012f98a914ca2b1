/* SPDX-License-Identifier: MIT */
#include "viewer/compare/side.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/id_map.h"
#include "format/memory.h"
#include "viewer/compare/normal.h"
#include "viewer/model/details.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/connection.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/relate/name_service.h"
#include "viewer/term/dictionary.h"
#include "viewer/wording/exchange_words.h"
#include "viewer/wording/names.h"

/* What is said of one thing is cut here. */
#define WORDS_SIZE 300

/* Words that people type are no longer. */
#define LINE_WORD_MOST 16

struct step_taken {
	uint32_t peer, name;
};

struct side_builder {
	struct side *side;
	const struct trace *trace;
	struct id_map by_key;    /* peers, counted from 1, by the string of their key */
	struct id_map by_name;   /* topics, counted from 1 */
	struct id_map by_result; /* results, counted from 1 */
	uint32_t *of_connection; /* owned: peers, counted from 1; 0: not known yet */
	uint32_t *normal_of;     /* owned: by the string of an exchange's name; 0: not known yet */
	bool *is_shown;          /* owned: by the socket's number, a call on it is */
	struct step_taken *stepped; /* owned: of each exchange that has a name */
	size_t stepped_count;
	struct text words; /* to work with, as is the next */
	char normal[WORDS_SIZE];
};

static uint32_t word(struct side_builder *builder, const char *words)
{
	return string_table_number(builder->side->words, words);
}

const char *side_word(const struct side *side, uint32_t number)
{
	return string_table_get(side->words, number);
}

/* Another number for each that is not 0. */
static void *numbered(size_t index)
{
	return (void *)(uintptr_t)(index + 1);
}

/* The index again; SIZE_MAX: it is not there. */
static size_t index_of(const struct id_map *map, uint64_t id)
{
	return (size_t)(uintptr_t)id_map_get(map, id) - 1;
}

/* --- peers, topics, results ----------------------------------------------------------------- */

static uint32_t key_of(struct side_builder *builder, enum side_role role, const char *program,
	const char *kind, const char *address)
{
	char key[2 * WORDS_SIZE + 2 * ADDRESS_SIZE];

	snprintf(key, sizeof(key), "%d\n%.*s\n%s\n%s", role, WORDS_SIZE, program, kind, address);
	return word(builder, key);
}

static uint32_t peer_at(struct side_builder *builder, enum side_role role,
	const struct process *process, const char *kind, const char *address)
{
	struct side *side = builder->side;
	const char *program = process ? name_program(process) : "";
	uint32_t key = key_of(builder, role, program, kind, address);
	size_t index = index_of(&builder->by_key, key);
	char normal[ADDRESS_SIZE];

	if (index != SIZE_MAX)
		return (uint32_t)index;
	normal_address(normal, address);
	side->peers = array_grow(
		side->peers, side->peer_count, &side->peer_capacity, sizeof(*side->peers));
	side->peers[side->peer_count] = (struct side_peer){.role = role,
		.program = word(builder, program),
		.kind = word(builder, kind),
		.address = word(builder, address),
		.normal = word(builder, normal),
		.key = key,
		.normal_key = key_of(builder, role, program, kind, normal),
		.kin = key_of(builder, role, program, kind, ""),
		.first_call = NO_CALL,
		.first_ns = INT64_MAX,
		.connects_in_turn = true,
		.asks_in_turn = true,
		.asks_lines = true,
		.last_connection_ns = INT64_MIN,
		.last_exchange_ns = INT64_MIN};
	id_map_put(&builder->by_key, key, numbered(side->peer_count));
	return (uint32_t)side->peer_count++;
}

/* What happened first at a peer, a topic or a result. */
static void note_first(uint32_t *first_call, int64_t *first_ns, uint32_t call, int64_t time_ns)
{
	if (time_ns >= *first_ns)
		return;
	*first_call = call;
	*first_ns = time_ns;
}

static uint32_t topic_at(struct side_builder *builder, uint32_t peer, enum topic_kind kind,
	enum protocol protocol, uint32_t name, const char *shown)
{
	struct side *side = builder->side;
	uint64_t id = ((((uint64_t)peer << 3 | kind) << 4 | protocol) << 32 | name) + 1;
	size_t index = index_of(&builder->by_name, id);

	if (index != SIZE_MAX)
		return (uint32_t)index;
	side->topics = array_grow(
		side->topics, side->topic_count, &side->topic_capacity, sizeof(*side->topics));
	side->topics[side->topic_count] = (struct side_topic){.kind = kind,
		.peer = peer,
		.name = name,
		.shown = word(builder, shown),
		.protocol = protocol,
		.first_result = NO_RESULT,
		.asked = {UINT64_MAX, 0},
		.first_call = NO_CALL,
		.first_ns = INT64_MAX,
		.last_ns = INT64_MIN};
	id_map_put(&builder->by_name, id, numbered(side->topic_count));
	return (uint32_t)side->topic_count++;
}

static struct side_result *result_at(
	struct side_builder *builder, uint32_t topic, const char *words)
{
	struct side *side = builder->side;
	struct side_topic *of = &side->topics[topic];
	uint32_t number = word(builder, words);
	uint64_t id = ((uint64_t)topic << 32 | number) + 1;
	size_t index = index_of(&builder->by_result, id);

	if (index != SIZE_MAX)
		return &side->results[index];
	side->results = array_grow(
		side->results, side->result_count, &side->result_capacity, sizeof(*side->results));
	side->results[side->result_count] = (struct side_result){.words = number,
		.answered = {UINT64_MAX, 0},
		.first_call = NO_CALL,
		.first_ns = INT64_MAX,
		.next = of->first_result};
	of->first_result = (uint32_t)side->result_count;
	of->result_count++;
	id_map_put(&builder->by_result, id, numbered(side->result_count));
	return &side->results[side->result_count++];
}

/* Counts it once more. `call`: may be NO_CALL. */
static struct side_result *add_result(struct side_builder *builder, uint32_t topic,
	const char *words, bool has_failed, uint32_t call, int64_t time_ns)
{
	struct side_result *result = result_at(builder, topic, words);
	struct side_topic *of = &builder->side->topics[topic];
	struct side_peer *peer = &builder->side->peers[of->peer];

	of->count++;
	result->count++;
	result->has_failed = has_failed;
	note_first(&result->first_call, &result->first_ns, call, time_ns);
	note_first(&of->first_call, &of->first_ns, call, time_ns);
	note_first(&peer->first_call, &peer->first_ns, call, time_ns);
	return result;
}

static void widen(struct side_range *range, uint64_t bytes)
{
	if (bytes < range->least)
		range->least = bytes;
	if (bytes > range->most)
		range->most = bytes;
}

static void add_time(struct side_times *times, uint32_t topic, int64_t length_ns)
{
	times->list = array_grow(times->list, times->count, &times->capacity, sizeof(*times->list));
	times->list[times->count++] = (struct side_time){topic, length_ns};
}

/* --- connections ---------------------------------------------------------------------------- */

/* Of a connect that failed only the call may know where it went. */
static void address_asked(
	const struct trace *trace, const struct connection *connection, char address[ADDRESS_SIZE])
{
	const struct socket *opener = connection->opener, *acceptor = connection->acceptor;

	address_text(address, opener && opener->peer ? opener->peer
			      : acceptor             ? acceptor->local
						     : NULL);
	if (!*address && connection->asked_by != NO_CALL)
		snprintf(address, ADDRESS_SIZE, "%s",
			trace_word(trace, trace->calls[connection->asked_by].address));
	address_unmap(address);
}

static uint32_t peer_of_connection(
	struct side_builder *builder, const struct connection *connection)
{
	const struct socket *opener = connection->opener, *acceptor = connection->acceptor;
	const struct process *client = socket_process(opener), *server = socket_process(acceptor);
	uint32_t *known = &builder->of_connection[connection->number];
	char address[ADDRESS_SIZE] = "";

	if (*known)
		return *known - 1;
	if (opener && opener->direction == DIRECTION_PAIR) {
		*known = 1 + peer_at(builder, SIDE_PAIR, client ? client : server,
				     name_kind(builder->trace, opener), "");
		return *known - 1;
	}
	address_asked(builder->trace, connection, address);
	*known = 1 + peer_at(builder, opener ? SIDE_CLIENT : SIDE_SERVER, opener ? client : server,
			     name_kind(builder->trace, opener ? opener : acceptor), address);
	return *known - 1;
}

static int64_t end_of_call(const struct trace *trace, uint32_t call, int64_t otherwise_ns)
{
	return call == NO_CALL ? otherwise_ns : call_end_ns(&trace->calls[call]);
}

static void follow_turn(
	struct side_builder *builder, struct side_peer *peer, const struct connection *connection)
{
	const struct trace *trace = builder->trace;

	if (connection->asked_by == NO_CALL) {
		peer->connects_in_turn = false;
	} else {
		const struct call *connect = &trace->calls[connection->asked_by];
		if (connect->time_ns < peer->last_connection_ns ||
			(peer->connections > 0 && connect->tid != peer->last_connecting))
			peer->connects_in_turn = false;
		peer->last_connecting = connect->tid;
	}
	peer->last_connection_ns = connection->outcome == OUTCOME_ESTABLISHED
					   ? end_of_call(trace, connection->ended_by, INT64_MAX)
					   : end_of_call(trace, connection->told_by, INT64_MIN);
}

static void add_outcome(
	struct side_builder *builder, uint32_t peer, const struct connection *connection)
{
	const struct trace *trace = builder->trace;
	const struct call *told =
		connection->told_by == NO_CALL ? NULL : &trace->calls[connection->told_by];
	const char *words = connection->outcome == OUTCOME_FAILED && told && told->error
				    ? trace_word(trace, told->error)
				    : dictionary_words(builder->side->language,
					      name_outcome(connection->outcome));
	bool goes_on = connection->outcome == OUTCOME_ASKING;
	uint32_t call = connection->asked_by;
	int64_t time_ns = call == NO_CALL ? trace->begin_ns : trace->calls[call].time_ns;
	uint32_t topic = topic_at(builder, peer, TOPIC_CONNECT, PROTOCOL_NONE, 0, "");

	add_result(builder, topic, words, connection_never_stood(connection->opener), call, time_ns)
		->is_pending = goes_on;
}

static void add_connection(struct side_builder *builder, const struct connection *connection)
{
	const struct socket *opener = connection->opener, *acceptor = connection->acceptor;

	if (!(opener && builder->is_shown[opener->number]) &&
		!(acceptor && builder->is_shown[acceptor->number]))
		return;
	if (opener && opener->holder &&
		name_service_is_hidden(builder->side->selection, opener->holder, false))
		return;
	uint32_t index = peer_of_connection(builder, connection);
	struct side_peer *peer = &builder->side->peers[index];
	if (peer->role == SIDE_CLIENT) {
		follow_turn(builder, peer, connection);
		add_outcome(builder, index, connection);
	}
	const struct socket *socket = opener ? opener : acceptor;
	const struct descriptor *holder = socket->holder;
	peer = &builder->side->peers[index];
	if (holder)
		note_first(&peer->first_call, &peer->first_ns, holder->made_by, holder->born_ns);
	peer->connections++;
}

static void add_listener(struct side_builder *builder, const struct socket *socket)
{
	const struct descriptor *holder = socket->holder;
	char address[ADDRESS_SIZE];

	if (!holder)
		return;
	address_text(address, socket->local);
	uint32_t index = peer_at(builder, SIDE_LISTENER, holder->process,
		name_kind(builder->trace, socket), address);
	struct side_peer *peer = &builder->side->peers[index];
	peer->connections++;
	note_first(&peer->first_call, &peer->first_ns, holder->made_by, holder->born_ns);
}

static void add_sockets(struct side_builder *builder)
{
	const struct trace *trace = builder->trace;

	for (size_t i = 0; i < trace->connection_count; i++)
		add_connection(builder, trace->connections[i]);
	for (size_t i = 0; i < trace->socket_count; i++)
		if (trace->sockets[i]->direction == DIRECTION_LISTENING && builder->is_shown[i])
			add_listener(builder, trace->sockets[i]);
}

/* --- exchanges ------------------------------------------------------------------------------ */

static uint32_t peer_of_exchange(struct side_builder *builder, const struct exchanges *exchanges,
	const struct exchange *exchange)
{
	const struct socket *socket = exchange->socket;
	bool is_asked = exchange->asker == SPEAKER_PEER;
	char address[ADDRESS_SIZE];

	if (socket->connection)
		return peer_of_connection(builder, socket->connection);
	address_text(address, is_asked ? socket->local : socket->peer);
	if (!is_asked && exchange->address)
		snprintf(address, sizeof(address), "%s",
			string_table_get(&exchanges->names, exchange->address));
	address_unmap(address);
	return peer_at(builder, is_asked ? SIDE_SERVER : SIDE_CLIENT,
		builder->trace->calls[exchange->question_first].process,
		name_kind(builder->trace, socket), address);
}

/* The string of its normal name; 0: it has none. */
static uint32_t name_of(struct side_builder *builder, const struct exchanges *exchanges,
	const struct exchange *exchange)
{
	char normal[WORDS_SIZE];

	if (builder->side->is_nameless || !exchange->name)
		return 0;
	uint32_t *known = &builder->normal_of[exchange->name];
	if (!*known) {
		normal_words(normal, sizeof(normal), exchange_name(exchanges, exchange),
			NORMAL_NAME_DIGITS);
		*known = word(builder, normal);
	}
	return *known;
}

/* Whether its questions follow each other as one thread asks them, each when the one before was
 * answered, and no connection was opened before that. */
static void follow_asking(struct side_builder *builder, struct side_peer *peer,
	const struct exchanges *exchanges, const struct exchange *exchange)
{
	const struct trace *trace = builder->trace;
	const struct socket *socket = exchange->socket;
	const struct connection *connection = socket->connection;
	bool is_self = exchange->asker == SPEAKER_SELF;
	int32_t tid = is_self ? trace->calls[exchange->question_first].tid : 0;
	int64_t begin_ns = exchange_begin_ns(exchanges, exchange);
	bool is_same = socket == peer->last_socket;

	if (peer->last_socket) {
		int64_t opened_ns = connection && connection->asked_by != NO_CALL
					    ? trace->calls[connection->asked_by].time_ns
					    : begin_ns;
		if (begin_ns < peer->last_exchange_ns || tid != peer->last_asking ||
			(!is_same && (!is_self || opened_ns < peer->last_exchange_ns)))
			peer->asks_in_turn = false;
	}
	peer->last_socket = socket;
	peer->last_asking = tid;
	peer->last_exchange_ns = exchange->end_ns;
}

/* Of bytes alone an answer is an answer, and a question may be none. */
static bool is_failure(const struct side_builder *builder, const struct exchange *exchange)
{
	return builder->side->is_nameless ? exchange->end == EXCHANGE_END_BROKEN &&
						    exchange->result != EXCHANGE_ANSWERED
					  : exchange_has_failed(exchange);
}

/* "200 OK", without what is another one each time. Good until the next call. */
static const char *result_words(struct side_builder *builder, const struct exchanges *exchanges,
	const struct exchange *exchange)
{
	struct text *words = &builder->words;

	if (builder->side->is_nameless &&
		(exchange->result == EXCHANGE_FAILED || exchange->result == EXCHANGE_ANSWERED))
		return dictionary_words(
			builder->side->language, exchange_result_name(EXCHANGE_ANSWERED));
	words->length = words->column = 0;
	exchange_add_result(words, exchanges, exchange, WORDS_SIZE);
	text_raw(words, "", 1);
	normal_words(builder->normal, sizeof(builder->normal), words->bytes, NORMAL_ANSWER_DIGITS);
	return builder->normal;
}

/* The words of a message of which not all is in the trace end so, or there are none. */
static bool is_cut(const char *words)
{
	static const char mark[] = "…";
	size_t length = strlen(words), wanted = sizeof(mark) - 1;

	return length == 0 ||
	       (length >= wanted && memcmp(words + length - wanted, mark, wanted) == 0);
}

/* How long it was not asked before, and that it may be what its peer is asked first. */
static void note_asked(
	struct side_builder *builder, uint32_t topic, int64_t begin_ns, int64_t end_ns)
{
	struct side *side = builder->side;
	struct side_topic *of = &side->topics[topic];

	if (of->last_ns != INT64_MIN)
		add_time(&side->idles, topic, begin_ns > of->last_ns ? begin_ns - of->last_ns : 0);
	if (end_ns > of->last_ns)
		of->last_ns = end_ns;
	if (side->peers[of->peer].first_topic == 0)
		side->peers[of->peer].first_topic = of->name;
}

/* The first word of a line, as of a protocol of commands: letters, one of which is another case's
 * at most, the first. 0: it is no such line, or not one alone. */
static size_t line_word(const unsigned char *line, size_t length)
{
	size_t word = 0;

	if (length < 2 || memchr(line, '\n', length) != line + length - 1)
		return 0;
	for (size_t i = 0; i < length - 1; i++)
		if (iscntrl(line[i]) && line[i] != '\t' && (line[i] != '\r' || i + 2 < length))
			return 0;
	while (isalpha(line[word]))
		word++;
	for (size_t i = 2; i < word; i++)
		if (!isupper(line[i]) != !isupper(line[1]))
			return 0;
	bool is_of_one_case = word < 2 || islower(line[1]) || isupper(line[0]);
	return word <= LINE_WORD_MOST && is_of_one_case && isspace(line[word]) ? word : 0;
}

/* What has no name may be a line of text. Where one call sends it, and no more, before its answer,
 * it is the same line each time; of other bytes nobody knows which of them are a question. */
static bool add_line(struct side_builder *builder, uint32_t peer, const struct exchange *exchange)
{
	const struct trace *trace = builder->trace;
	const struct connection *connection = exchange->socket->connection;
	const struct call *call = &trace->calls[exchange->question_first];
	const unsigned char *line;
	char name[LINE_WORD_MOST + 4];

	if (builder->side->is_nameless || exchange->protocol != PROTOCOL_NONE || !connection ||
		exchange->result == EXCHANGE_UNKNOWN)
		return false;
	bool is_opener = exchange_asker(exchange) == connection->opener;
	/* A server's greeting is no question. */
	if (exchange->result == EXCHANGE_NOTICE)
		return !is_opener;
	if (!is_opener || !exchange->begins_call ||
		exchange->question_last != exchange->question_first)
		return false;
	size_t length = call_payload(trace, call, &line);
	size_t word = length == exchange->bytes_asked ? line_word(line, length) : 0;
	if (word == 0)
		return false;
	snprintf(name, sizeof(name), "\"%.*s\"", (int)word, (const char *)line);
	uint32_t topic = topic_at(builder, peer, TOPIC_LINE, PROTOCOL_NONE,
		string_table_number(builder->side->words, name), name);
	add_result(builder, topic, dictionary_words(builder->side->language, "asked"), false,
		exchange->question_first, call->time_ns);
	note_asked(builder, topic, call->time_ns, exchange->end_ns);
	return true;
}

static void add_exchange(struct side_builder *builder, const struct exchanges *exchanges,
	const struct exchange *exchange)
{
	struct side *side = builder->side;
	uint32_t peer = peer_of_exchange(builder, exchanges, exchange);
	uint32_t name = name_of(builder, exchanges, exchange);
	int64_t begin_ns = exchange_begin_ns(exchanges, exchange);
	enum protocol protocol =
		side->is_nameless ? PROTOCOL_NONE : (enum protocol)exchange->protocol;
	bool is_answered = exchange->result == EXCHANGE_ANSWERED ||
			   (side->is_nameless && exchange->result == EXCHANGE_FAILED);

	if (name == 0) {
		side->peers[peer].bytes[0] += exchange->bytes_asked;
		side->peers[peer].bytes[1] += exchange->bytes_answered;
		if (!add_line(builder, peer, exchange))
			side->peers[peer].asks_lines = false;
	} else {
		follow_asking(builder, &side->peers[peer], exchanges, exchange);
	}
	/* What is unknown, or unasked without a name, is how the bytes fell. */
	if (exchange->result == EXCHANGE_UNKNOWN ||
		(name == 0 && exchange->result == EXCHANGE_NOTICE))
		return;
	uint32_t topic = topic_at(builder, peer, TOPIC_EXCHANGE, protocol, name,
		name ? exchange_name(exchanges, exchange) : "");
	struct side_result *result =
		add_result(builder, topic, result_words(builder, exchanges, exchange),
			is_failure(builder, exchange), exchange->question_first, begin_ns);
	result->is_pending = exchange->result == EXCHANGE_PENDING;
	result->is_answer = is_answered || exchange->result == EXCHANGE_FAILED;
	result->is_vague = result->is_answer && is_cut(exchange_answer(exchanges, exchange));
	struct side_topic *of = &side->topics[topic];
	if (is_answered || exchange->result == EXCHANGE_FAILED)
		widen(&result->answered, exchange->bytes_answered);
	if (exchange->result != EXCHANGE_PENDING)
		widen(&of->asked, exchange->bytes_asked);
	if (is_answered && exchange_has_answer(exchange))
		add_time(&side->waits, topic, exchange_wait_ns(exchanges, exchange));
	if (name == 0)
		return;
	note_asked(builder, topic, begin_ns, exchange->end_ns);
	builder->stepped[builder->stepped_count++] = (struct step_taken){peer, name};
}

static void add_exchanges(struct side_builder *builder)
{
	const struct exchanges *exchanges = trace_exchanges(builder->trace);
	size_t count;
	uint32_t *shown = exchanges_shown(exchanges, builder->side->selection, &count);

	builder->stepped = xcalloc(count + 1, sizeof(*builder->stepped));
	builder->normal_of = xcalloc(exchanges->names.count + 1, sizeof(*builder->normal_of));
	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &exchanges->list[shown[i]];
		/* The kernel's answers are about the machine. */
		if (strcmp(trace_word(builder->trace, exchange->socket->family), "AF_NETLINK") != 0)
			add_exchange(builder, exchanges, exchange);
	}
	builder->side->exchange_count = count;
	text_free(&builder->words);
	free(shown);
}

/* --- programs and their calls --------------------------------------------------------------- */

/* Who ends first decides by chance whether the other one is told in this way; what was under way
 * is an exchange that was cut off. */
static bool is_end_of_connection(const char *error)
{
	return strcmp(error, "ECONNRESET") == 0 || strcmp(error, "EPIPE") == 0 ||
	       strcmp(error, "ENOTCONN") == 0;
}

static void add_failed_call(struct side_builder *builder, uint32_t index)
{
	const struct trace *trace = builder->trace;
	const struct call *call = &trace->calls[index];
	const char *error = trace_word(trace, call->error);
	char name[WORDS_SIZE], normal[WORDS_SIZE], address[ADDRESS_SIZE] = "";

	if (!call->error || !call_is(call, CALL_FAILED) || call->effect == EFFECT_CONNECT ||
		call_is(call, CALL_TELLS_ERROR) || call_is(call, CALL_NO_SERVICE) ||
		is_end_of_connection(error) || !call->process)
		return;
	snprintf(name, sizeof(name), "%s", trace_word(trace, call->name));
	snprintf(normal, sizeof(normal), "%s", name);
	if (call->effect == EFFECT_BIND) {
		char as_normal[ADDRESS_SIZE];
		address_text(address, value_member(call_details(trace, call)->args, "address"));
		normal_address(as_normal, address);
		snprintf(name, sizeof(name), "bind %.250s", address);
		snprintf(normal, sizeof(normal), "bind %.250s", as_normal);
	}
	uint32_t peer = peer_at(builder, SIDE_PROGRAM, call->process, "", "");
	uint32_t topic =
		topic_at(builder, peer, TOPIC_CALL, PROTOCOL_NONE, word(builder, normal), name);
	add_result(builder, topic, error, true, index, call->time_ns);
}

static void add_end(struct side_builder *builder, const struct process *process, const char *words,
	bool has_failed, int64_t time_ns)
{
	uint32_t peer = peer_at(builder, SIDE_PROGRAM, process, "", "");
	uint32_t topic = topic_at(builder, peer, TOPIC_END, PROTOCOL_NONE, 0, "");

	add_result(builder, topic, words, has_failed, NO_CALL, time_ns);
}

/* The first process of a trace is the one whose end the trace tells. */
static void add_ends(struct side_builder *builder)
{
	const struct trace *trace = builder->trace;
	const struct filter *filter = builder->side->selection->filter;
	enum language language = builder->side->language;
	uint32_t last = UINT32_MAX;
	char words[WORDS_SIZE];

	/* It is not about sockets, if some of these were chosen. */
	if (filter_is_about_sockets(filter))
		return;
	for (size_t i = 0; i < trace->process_count; i++) {
		const struct process *process = trace->processes[i];
		const struct record_end *end = trace->parts[process->part].end;
		bool is_first = process->part != last;
		last = process->part;
		if (!filter_fits_process(filter, process))
			continue;
		if (process->killed_by) {
			snprintf(words, sizeof(words),
				dictionary_words(language, "killed by %.40s"), process->killed_by);
			add_end(builder, process, words, true, trace->end_ns);
		} else if (is_first && end && !end->signal && end->exit_code != RECORD_ABSENT) {
			snprintf(words, sizeof(words),
				dictionary_words(language, "exit status %" PRId64), end->exit_code);
			add_end(builder, process, words, end->exit_code != 0, trace->end_ns);
		}
	}
}

static void add_calls(struct side_builder *builder)
{
	const struct trace *trace = builder->trace;

	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!selection_has_call(builder->side->selection, (uint32_t)i))
			continue;
		if (call->descriptor)
			builder->is_shown[call->descriptor->socket->number] = true;
		add_failed_call(builder, (uint32_t)i);
	}
}

/* --- in order ------------------------------------------------------------------------------- */

static int by_topic(const void *one, const void *other)
{
	const struct side_time *a = one, *b = other;

	if (a->topic != b->topic)
		return a->topic < b->topic ? -1 : 1;
	return (a->length_ns > b->length_ns) - (a->length_ns < b->length_ns);
}

struct placed_topic {
	struct side_topic topic;
	uint32_t was;
};

static int by_peer(const void *one, const void *other)
{
	const struct side_topic *a = &((const struct placed_topic *)one)->topic;
	const struct side_topic *b = &((const struct placed_topic *)other)->topic;

	if (a->peer != b->peer)
		return a->peer < b->peer ? -1 : 1;
	return side_topic_compare(a, b);
}

int side_topic_compare(const struct side_topic *one, const struct side_topic *other)
{
	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	if (one->name != other->name)
		return one->name < other->name ? -1 : 1;
	return (one->protocol > other->protocol) - (one->protocol < other->protocol);
}

/* Puts those of a topic together, which is another one now. */
static void order_times(struct side_times *times, const uint32_t *now)
{
	for (size_t i = 0; i < times->count; i++)
		times->list[i].topic = now[times->list[i].topic];
	if (times->count > 1)
		qsort(times->list, times->count, sizeof(*times->list), by_topic);
}

static void order_topics(struct side *side)
{
	struct placed_topic *placed = xcalloc(side->topic_count + 1, sizeof(*placed));
	uint32_t *now = xcalloc(side->topic_count + 1, sizeof(*now));

	for (uint32_t i = 0; i < side->topic_count; i++)
		placed[i] = (struct placed_topic){side->topics[i], i};
	qsort(placed, side->topic_count, sizeof(*placed), by_peer);
	for (uint32_t i = 0; i < side->topic_count; i++) {
		side->topics[i] = placed[i].topic;
		now[placed[i].was] = i;
		struct side_peer *peer = &side->peers[side->topics[i].peer];
		if (peer->topic_count++ == 0)
			peer->topics = i;
	}
	if (!side->topics)
		side->topics = xcalloc(1, sizeof(*side->topics));
	order_times(&side->waits, now);
	order_times(&side->idles, now);
	for (size_t i = side->waits.count; i-- > 0;) {
		side->topics[side->waits.list[i].topic].waits = i;
		side->topics[side->waits.list[i].topic].wait_count++;
	}
	for (size_t i = side->idles.count; i-- > 0;) {
		side->topics[side->idles.list[i].topic].idles = i;
		side->topics[side->idles.list[i].topic].idle_count++;
	}
	free(placed);
	free(now);
}

static uint64_t spread_key(const struct side_peer *peer, const struct side_topic *topic)
{
	return (uint64_t)peer->kin << 32 | topic->name;
}

static void sum_up_spreads(struct side *side)
{
	for (size_t i = 0; i < side->topic_count; i++) {
		const struct side_topic *topic = &side->topics[i];
		if (topic->kind != TOPIC_EXCHANGE && topic->kind != TOPIC_LINE)
			continue;
		uint64_t key = spread_key(&side->peers[topic->peer], topic);
		size_t index = index_of(&side->spread_of, key);
		if (index == SIZE_MAX) {
			side->spreads = array_grow(side->spreads, side->spread_count,
				&side->spread_capacity, sizeof(*side->spreads));
			index = side->spread_count++;
			side->spreads[index] = (struct side_spread){0, 0};
			id_map_put(&side->spread_of, key, numbered(index));
		}
		side->spreads[index].count += topic->count;
		side->spreads[index].peers++;
	}
}

struct side_spread side_spread_of(
	const struct side *side, const struct side_peer *peer, const struct side_topic *topic)
{
	size_t index = index_of(&side->spread_of, spread_key(peer, topic));

	return index == SIZE_MAX ? (struct side_spread){0, 0} : side->spreads[index];
}

/* Those of a peer together, in the order in which they were asked. */
static void order_steps(struct side_builder *builder)
{
	struct side *side = builder->side;
	size_t *next = xcalloc(side->peer_count + 1, sizeof(*next));
	size_t behind = 0;

	side->step_count = builder->stepped_count;
	side->steps = xcalloc(side->step_count + 1, sizeof(*side->steps));
	for (size_t i = 0; i < side->step_count; i++)
		side->peers[builder->stepped[i].peer].step_count++;
	for (size_t i = 0; i < side->peer_count; i++) {
		side->peers[i].steps = next[i] = behind;
		behind += side->peers[i].step_count;
	}
	for (size_t i = 0; i < side->step_count; i++)
		side->steps[next[builder->stepped[i].peer]++] = builder->stepped[i].name;
	free(next);
}

int64_t side_time_of(const struct side_times *times, size_t first, size_t count, size_t percent)
{
	size_t at = count * percent / 100;

	return times->list[first + (at < count ? at : count - 1)].length_ns;
}

struct side *side_new(const struct selection *selection, struct string_table *words,
	bool is_nameless, enum language language)
{
	const struct trace *trace = selection->trace;
	struct side *side = xcalloc(1, sizeof(*side));
	struct side_builder builder = {.side = side,
		.trace = trace,
		.words = {.width = SIZE_MAX, .language = language},
		.of_connection = xcalloc(trace->connection_count + 1, sizeof(uint32_t)),
		.is_shown = xcalloc(trace->socket_count + 1, sizeof(bool))};

	side->selection = selection;
	side->trace = trace;
	side->language = language;
	side->words = words;
	side->is_nameless = is_nameless;
	add_calls(&builder);
	add_sockets(&builder);
	add_exchanges(&builder);
	add_ends(&builder);
	order_topics(side);
	order_steps(&builder);
	sum_up_spreads(side);
	id_map_free(&builder.by_key);
	id_map_free(&builder.by_name);
	id_map_free(&builder.by_result);
	free(builder.of_connection);
	free(builder.normal_of);
	free(builder.is_shown);
	free(builder.stepped);
	return side;
}

void side_free(struct side *side)
{
	if (!side)
		return;
	free(side->peers);
	free(side->topics);
	free(side->results);
	free(side->steps);
	free(side->waits.list);
	free(side->idles.list);
	id_map_free(&side->spread_of);
	free(side->spreads);
	free(side);
}
