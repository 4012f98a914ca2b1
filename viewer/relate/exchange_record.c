/* SPDX-License-Identifier: MIT */
#include "viewer/relate/exchange_record.h"

#include "format/memory.h"

static void add_up(uint64_t *sum, const struct message *message)
{
	if (__builtin_add_overflow(*sum, message->end - message->begin - message->told, sum))
		*sum = UINT64_MAX;
}

static size_t add(struct exchanges *exchanges, const struct socket *socket, enum speaker asker)
{
	/* Numbers have 32 bits; so many bytes that say so much no trace has. */
	if (exchanges->count == UINT32_MAX)
		return exchanges->count - 1;
	exchanges->list = array_grow(
		exchanges->list, exchanges->count, &exchanges->capacity, sizeof(*exchanges->list));
	exchanges->list[exchanges->count] = (struct exchange){.socket = socket,
		.asker = (uint8_t)asker,
		.result = EXCHANGE_PENDING,
		.question_first = NO_CALL,
		.question_last = NO_CALL,
		.answer_first = NO_CALL,
		.answer_last = NO_CALL};
	return exchanges->count++;
}

static void record_question(
	struct exchanges *exchanges, struct exchange *exchange, const struct message *message)
{
	exchange->question_first = message->first_call;
	exchange->begins_call = message->begins_call;
	exchange->question_last = message->last_call;
	exchange->bytes_asked = message->end - message->begin;
	exchange->name = string_table_number(&exchanges->names, message->name);
	for (int field = 0; field < FIELD_NR; field++)
		exchange->fields[field] =
			string_table_number(&exchanges->names, message->fields[field]);
}

static void record_answer(
	struct exchanges *exchanges, struct exchange *exchange, const struct message *message)
{
	/* Of bytes alone nobody knows that more was to come. */
	bool is_whole =
		message->is_whole || message->by_turns || message->protocol == PROTOCOL_NONE;

	if (exchange->answer_first == NO_CALL)
		exchange->answer_first = message->first_call;
	exchange->answer_last = message->last_call;
	exchange->end_ns = call_end_ns(&exchanges->trace->calls[message->last_call]);
	exchange->is_open = !message->is_whole;
	add_up(&exchange->bytes_answered, message);
	if (*message->name)
		exchange->answer = string_table_number(&exchanges->names, message->name);
	if (exchange->result == EXCHANGE_UNKNOWN)
		return;
	if (message->has_failed)
		exchange->result = EXCHANGE_FAILED;
	else if (is_whole)
		exchange->result = EXCHANGE_ANSWERED;
}

size_t exchange_record(struct exchanges *exchanges, const struct socket *socket, size_t number,
	const struct message *message)
{
	if (number == NO_EXCHANGE)
		number = add(exchanges, socket, message->speaker);
	struct exchange *exchange = &exchanges->list[number];
	exchange->protocol = (uint8_t)message->protocol;
	switch (message->role) {
	case MESSAGE_QUESTION:
		record_question(exchanges, exchange, message);
		break;
	case MESSAGE_INTERIM:
		add_up(&exchange->bytes_answered, message);
		break;
	case MESSAGE_ANSWER:
		record_answer(exchanges, exchange, message);
		break;
	case MESSAGE_NOTICE:
		record_question(exchanges, exchange, message);
		exchange->result = EXCHANGE_NOTICE;
		exchange->is_open = !message->is_whole;
		exchange->end_ns = call_end_ns(&exchanges->trace->calls[message->last_call]);
		break;
	case MESSAGE_UNTOLD:
		exchange->result = EXCHANGE_UNKNOWN;
		exchange->end_ns = exchange_asked_ns(exchanges, exchange);
		break;
	}
	return number;
}

static int64_t earlier(int64_t one_ns, int64_t other_ns)
{
	return one_ns < other_ns ? one_ns : other_ns;
}

/* That the asker says no more takes nothing from the answer, as long as its socket is there:
 * shutdown(2). */
void exchange_settle(
	struct exchanges *exchanges, struct exchange *exchange, const struct exchange_ends *ends)
{
	bool is_asker = exchange->asker == SPEAKER_SELF;
	int64_t asker_ns = is_asker ? ends->self_ns : ends->closed_ns;
	int64_t answerer_ns = is_asker ? earlier(ends->peer_ns, ends->closed_ns) : ends->self_ns;

	if (earlier(ends->broken_ns, earlier(asker_ns, answerer_ns)) != INT64_MAX)
		exchange->is_open = false;
	if (exchange->result != EXCHANGE_PENDING)
		return;
	if (ends->broken_ns <= earlier(asker_ns, answerer_ns))
		exchange->end = EXCHANGE_END_BROKEN;
	else
		exchange->end =
			answerer_ns <= asker_ns ? EXCHANGE_END_ANSWERER : EXCHANGE_END_ASKER;
	exchange->end_ns = earlier(ends->broken_ns, earlier(asker_ns, answerer_ns));
	if (exchange->end_ns == INT64_MAX) {
		exchange->end = EXCHANGE_GOES_ON;
		exchange->end_ns = exchanges->trace->end_ns;
		return;
	}
	exchange->result = exchange_has_answer(exchange) ? EXCHANGE_CUT_OFF : EXCHANGE_UNANSWERED;
	if (!exchange_has_waited(exchange))
		exchange->end_ns = exchange_asked_ns(exchanges, exchange);
}
