/* SPDX-License-Identifier: MIT */
#include "viewer/relate/exchange.h"

#include <stdio.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/relate/causal_order.h"
#include "viewer/term/percentile.h"

static const struct call *call_of(const struct exchanges *exchanges, uint32_t index)
{
	return &exchanges->trace->calls[index];
}

void exchanges_free(struct exchanges *exchanges)
{
	if (!exchanges)
		return;
	string_table_free(&exchanges->names);
	free(exchanges->list);
	free(exchanges->by_socket);
	free(exchanges->first);
	free(exchanges);
}

const uint32_t *exchanges_on(
	const struct exchanges *exchanges, const struct socket *socket, size_t *count)
{
	const size_t *first = exchanges->first;

	*count = first[socket->number + 1] - first[socket->number];
	if (*count == 0 && socket->other_end) {
		socket = socket->other_end;
		*count = first[socket->number + 1] - first[socket->number];
	}
	return exchanges->by_socket + first[socket->number];
}

const char *exchange_name(const struct exchanges *exchanges, const struct exchange *exchange)
{
	return exchange->name ? string_table_get(&exchanges->names, exchange->name) : "";
}

const char *exchange_answer(const struct exchanges *exchanges, const struct exchange *exchange)
{
	return exchange->answer ? string_table_get(&exchanges->names, exchange->answer) : "";
}

const char *exchange_field(const struct exchanges *exchanges, const struct exchange *exchange,
	enum message_field field)
{
	return string_table_get(&exchanges->names, exchange->fields[field]);
}

int64_t exchange_begin_ns(const struct exchanges *exchanges, const struct exchange *exchange)
{
	return causal_order_time_ns(call_of(exchanges, exchange->question_first));
}

int64_t exchange_asked_ns(const struct exchanges *exchanges, const struct exchange *exchange)
{
	return call_end_ns(call_of(exchanges, exchange->question_last));
}

int64_t exchange_first_ns(const struct exchanges *exchanges, const struct exchange *exchange)
{
	return exchange_has_answer(exchange)
		       ? causal_order_time_ns(call_of(exchanges, exchange->answer_first))
		       : exchange->end_ns;
}

static int64_t difference(int64_t from_ns, int64_t to_ns)
{
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

int64_t exchange_wait_ns(const struct exchanges *exchanges, const struct exchange *exchange)
{
	if (!exchange_has_waited(exchange))
		return 0;
	return difference(
		exchange_asked_ns(exchanges, exchange), exchange_first_ns(exchanges, exchange));
}

int64_t exchange_total_ns(const struct exchanges *exchanges, const struct exchange *exchange)
{
	return difference(exchange_begin_ns(exchanges, exchange), exchange->end_ns);
}

const struct socket *exchange_asker(const struct exchange *exchange)
{
	return exchange->asker == SPEAKER_PEER ? exchange->socket->other_end : exchange->socket;
}

const struct socket *exchange_answerer(const struct exchange *exchange)
{
	return exchange->asker == SPEAKER_PEER ? exchange->socket : exchange->socket->other_end;
}

static const struct process *process_of(
	const struct exchanges *exchanges, const struct exchange *exchange, bool is_own)
{
	const struct socket *other = exchange->socket->other_end;

	if (is_own)
		return call_of(exchanges, exchange->question_first)->process;
	return other ? other->held_by : NULL;
}

const struct process *exchange_asker_process(
	const struct exchanges *exchanges, const struct exchange *exchange)
{
	return process_of(exchanges, exchange, exchange->asker != SPEAKER_PEER);
}

const struct process *exchange_answerer_process(
	const struct exchanges *exchanges, const struct exchange *exchange)
{
	return process_of(exchanges, exchange, exchange->asker == SPEAKER_PEER);
}

static void address_of(char text[ADDRESS_SIZE], const struct exchanges *exchanges,
	const struct exchange *exchange, bool is_own)
{
	const struct socket *socket = exchange->socket, *other = socket->other_end;

	*text = '\0';
	if (!is_own && exchange->address)
		snprintf(text, ADDRESS_SIZE, "%s",
			string_table_get(&exchanges->names, exchange->address));
	if (!*text)
		address_text(text, is_own ? socket->local : socket->peer);
	if (!*text && other)
		address_text(text, is_own ? other->peer : other->local);
	address_unmap(text);
}

void exchange_asker_address(
	char text[ADDRESS_SIZE], const struct exchanges *exchanges, const struct exchange *exchange)
{
	address_of(text, exchanges, exchange, exchange->asker != SPEAKER_PEER);
}

void exchange_answerer_address(
	char text[ADDRESS_SIZE], const struct exchanges *exchanges, const struct exchange *exchange)
{
	address_of(text, exchanges, exchange, exchange->asker == SPEAKER_PEER);
}

bool exchange_has_waited(const struct exchange *exchange)
{
	switch ((enum exchange_result)exchange->result) {
	case EXCHANGE_UNANSWERED:
		return exchange_has_failed(exchange);
	case EXCHANGE_UNKNOWN:
	case EXCHANGE_NOTICE:
		return false;
	case EXCHANGE_ANSWERED:
	case EXCHANGE_FAILED:
	case EXCHANGE_CUT_OFF:
	case EXCHANGE_PENDING:
		break;
	}
	return true;
}

bool exchange_has_answer(const struct exchange *exchange)
{
	return exchange->answer_first != NO_CALL;
}

bool exchange_has_failed(const struct exchange *exchange)
{
	switch ((enum exchange_result)exchange->result) {
	case EXCHANGE_FAILED:
	case EXCHANGE_CUT_OFF:
		return true;
	/* Of bytes alone nobody knows that an answer was wanted: they may say that it is over. */
	case EXCHANGE_UNANSWERED:
		return exchange->name != 0 || exchange->end == EXCHANGE_END_BROKEN;
	case EXCHANGE_ANSWERED:
	case EXCHANGE_PENDING:
	case EXCHANGE_UNKNOWN:
	case EXCHANGE_NOTICE:
		return false;
	}
	return false;
}

struct exchange_figures exchange_figures_of(
	const struct exchanges *exchanges, const uint32_t *numbers, size_t count)
{
	struct exchange_figures figures = {.count = count};
	int64_t *waits = xcalloc(count + 1, sizeof(*waits));
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &exchanges->list[numbers[i]];
		figures.failed += exchange_has_failed(exchange);
		figures.pending += exchange->result == EXCHANGE_PENDING;
		figures.notices += exchange->result == EXCHANGE_NOTICE;
		figures.bytes_asked += exchange->bytes_asked;
		figures.bytes_answered += exchange->bytes_answered;
		if (exchange_has_answer(exchange))
			waits[found++] = exchange_wait_ns(exchanges, exchange);
	}
	figures.answered = found;
	if (found > 0) {
		percentile_sort(waits, found);
		figures.p50_ns = percentile_50(waits, found);
		figures.p99_ns = percentile_99(waits, found);
		figures.max_ns = waits[found - 1];
	}
	free(waits);
	return figures;
}
