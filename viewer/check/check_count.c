/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/check/check_kinds.h"
#include "viewer/model/address.h"
#include "viewer/wording/names.h"

/* The call that made the socket's first descriptor, or NO_CALL. */
static uint32_t maker_of(const struct socket *socket)
{
	return socket->holder ? socket->holder->made_by : NO_CALL;
}

static bool is_chosen_end(const struct check_search *search, const struct socket *socket)
{
	return socket && selection_has_socket(search->selection, socket) &&
	       check_is_for(search, socket->held_by);
}

/* A pair is none; nor one that stood before the trace. */
static bool is_connection(const struct check_search *search, const struct connection *connection)
{
	const struct socket *opener = connection->opener, *acceptor = connection->acceptor;
	const struct check_addresses *wanted = &search->rule->addresses;
	const struct socket *one = opener ? opener : acceptor;
	char address[ADDRESS_SIZE] = "";

	if (connection->outcome != OUTCOME_ESTABLISHED || one->direction == DIRECTION_PAIR ||
		(opener && opener->found) || (acceptor && acceptor->found) ||
		(!is_chosen_end(search, opener) && !is_chosen_end(search, acceptor)))
		return false;
	address_text(address, acceptor && acceptor->local ? acceptor->local : one->peer);
	return wanted->count == 0 ||
	       check_addresses_match(wanted, trace_word(search->trace, one->family), address) !=
		       CHECK_NO;
}

void check_find_connections(struct check_search *search)
{
	const struct trace *trace = search->trace;
	const struct connection *first = NULL; /* of those that are too many */
	size_t count = 0;

	for (size_t i = 0; i < trace->connection_count; i++) {
		const struct connection *connection = trace->connections[i];
		if (!is_connection(search, connection))
			continue;
		if (count++ == search->rule->most)
			first = connection;
	}
	search->result->seen = count;
	if (!first)
		return;
	uint32_t call = first->asked_by;
	if (call == NO_CALL && first->acceptor)
		call = maker_of(first->acceptor);
	check_add(search, call, call == NO_CALL ? NULL : trace->calls[call].process,
		"connection number %zu of %zu", search->rule->most + 1, count);
}

/* --- open at once ---------------------------------------------------------------------------- */

struct check_change {
	int64_t time_ns;
	bool is_end; /* at one time it comes first */
	const struct descriptor *descriptor;
};

static int by_time(const void *one, const void *other)
{
	const struct check_change *a = one, *b = other;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	if (a->is_end != b->is_end)
		return a->is_end ? -1 : 1;
	return (a->descriptor->number > b->descriptor->number) -
	       (a->descriptor->number < b->descriptor->number);
}

/* Of a descriptor that ends at once no socket is ever open. */
static size_t changes_of(const struct check_search *search, const struct process *process,
	struct check_change *changes)
{
	size_t count = 0;

	for (size_t i = 0; i < process->descriptor_count; i++) {
		const struct descriptor *descriptor = process->descriptors[i];
		if (!selection_has_descriptor(search->selection, descriptor) ||
			descriptor->ended_ns <= descriptor->born_ns)
			continue;
		changes[count++] = (struct check_change){descriptor->born_ns, false, descriptor};
		changes[count++] = (struct check_change){descriptor->ended_ns, true, descriptor};
	}
	if (count > 1)
		qsort(changes, count, sizeof(*changes), by_time);
	return count;
}

/* `held`: by the socket's number how many descriptors of the process stand for it; all 0 before and
 * after. */
static void look_at_process(
	struct check_search *search, const struct process *process, uint32_t *held)
{
	struct check_change *changes = xcalloc(2 * process->descriptor_count + 1, sizeof(*changes));
	size_t count = changes_of(search, process, changes), open = 0, most = 0;
	const struct descriptor *first = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct descriptor *descriptor = changes[i].descriptor;
		uint32_t *holders = &held[descriptor->socket->number];
		if (changes[i].is_end) {
			open -= --*holders == 0;
			continue;
		}
		open += (*holders)++ == 0;
		most = open > most ? open : most;
		if (open > search->rule->most && !first)
			first = descriptor;
	}
	free(changes);
	search->result->seen = most > search->result->seen ? most : search->result->seen;
	if (first)
		check_add(search, first->made_by, process, "%zu sockets open at once", most);
}

void check_find_open(struct check_search *search)
{
	const struct trace *trace = search->trace;
	uint32_t *held = xcalloc(trace->socket_count + 1, sizeof(*held));

	for (size_t i = 0; i < trace->process_count; i++)
		if (check_is_for(search, trace->processes[i]))
			look_at_process(search, trace->processes[i], held);
	free(held);
}

/* --- not closed ------------------------------------------------------------------------------ */

/* A process that a signal killed could close nothing. */
static bool is_left(const struct descriptor *last)
{
	return last && last->ended_by && strcmp(last->ended_by, "exit") == 0 && !last->is_closed &&
	       !last->process->killed_by;
}

static void add_unclosed(struct check_search *search, const struct socket *socket)
{
	const struct trace *trace = search->trace;
	const struct process *process = socket->last->process;
	uint32_t maker = maker_of(socket);
	bool has_peer = socket->peer && socket->direction != DIRECTION_LISTENING;
	struct text text = check_text(search);
	char address[ADDRESS_SIZE];

	text_addf(&text, STYLE_PLAIN, "fd %" PRId64, socket->last->fd);
	text_add_separator(&text, STYLE_PLAIN, ',');
	text_add(&text, STYLE_PLAIN, name_kind(trace, socket));
	address_text(address, has_peer ? socket->peer : socket->local);
	if (*address)
		text_add(&text, STYLE_PLAIN, has_peer ? " with " : " ");
	text_add_foreign(&text, STYLE_PLAIN, address, strlen(address), text.column + CHECK_COLUMNS);
	bool is_others = maker != NO_CALL && trace->calls[maker].process != process;
	text_add(&text, STYLE_PLAIN, is_others ? ", was not closed by " : ", was not closed");
	if (is_others) {
		name_process(&text, STYLE_PLAIN, process, text.column + CHECK_COLUMNS);
	}
	check_add_text(
		search, maker, maker == NO_CALL ? process : trace->calls[maker].process, 0, &text);
}

void check_find_unclosed(struct check_search *search)
{
	for (size_t i = 0; i < search->trace->socket_count; i++) {
		const struct socket *socket = search->trace->sockets[i];
		if (socket->found || !is_chosen_end(search, socket))
			continue;
		search->result->seen++;
		if (is_left(socket->last))
			add_unclosed(search, socket);
	}
}
