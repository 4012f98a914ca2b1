/* SPDX-License-Identifier: MIT */
/*
 * Exchanges: what one end of a connection, or of datagrams, asks, and what the other end answers.
 *
 *	const struct exchanges *exchanges = trace_exchanges(trace);	(complete.h)
 *	size_t count;
 *	const uint32_t *numbers = exchanges_on(exchanges, socket, &count);
 *	for (size_t i = 0; i < count; i++)
 *		… &exchanges->list[numbers[i]] …
 *
 * Where both ends are in the trace, an exchange is there once, as the end that asks tells it.
 */
#ifndef VIEWER_EXCHANGE_H
#define VIEWER_EXCHANGE_H

#include "viewer/model/address.h"
#include "viewer/model/trace.h"
#include "viewer/protocol/protocol.h"

enum exchange_result {
	EXCHANGE_ANSWERED,
	EXCHANGE_FAILED,     /* the answer says so: 404 Not Found, NXDOMAIN */
	EXCHANGE_CUT_OFF,    /* the end came before that of the answer */
	EXCHANGE_UNANSWERED, /* the end came before any answer */
	EXCHANGE_PENDING,    /* the answer, or its end, could still come when the trace ended */
	EXCHANGE_UNKNOWN,    /* what of the bytes answers what cannot be known */
	EXCHANGE_NOTICE,     /* nobody asked, or nobody saw it: a banner, a push */
};

/* What ended a connection before an answer, or its end, had come. */
enum exchange_end {
	EXCHANGE_GOES_ON,
	EXCHANGE_END_ASKER, /* closed it, or ended */
	EXCHANGE_END_ANSWERER,
	EXCHANGE_END_BROKEN, /* a reset, or no way to the peer any more */
};

struct exchange {
	const struct socket *socket; /* on whose calls it is seen */
	uint64_t bytes_asked, bytes_answered;
	int64_t end_ns; /* of the answer; without one of the connection, or of the trace */
	/* Calls, or NO_CALL. A notice is all question. */
	uint32_t question_first, question_last, answer_first, answer_last;
	/* Strings of the exchanges, or 0: what both say; the other end of datagrams. */
	uint32_t name, answer, address;
	uint32_t fields[FIELD_NR]; /* what its question says, or 0: exchange_field() */
	uint8_t protocol;          /* enum protocol */
	uint8_t result;            /* enum exchange_result */
	uint8_t asker;   /* enum speaker: SPEAKER_SELF is `socket`; of a notice who said it */
	uint8_t end : 6; /* enum exchange_end */
	uint8_t begins_call : 1; /* the question's first byte is its call's */
	uint8_t is_open : 1;     /* more of the answer could follow when the trace ended */
};

struct exchanges {
	const struct trace *trace;
	struct exchange *list; /* owned, in the order in which they began */
	size_t count, capacity;
	struct string_table names;
	uint32_t *by_socket; /* owned: numbers, those of a socket together */
	size_t *first;       /* owned: where those of each socket begin; one more than sockets */
};

void exchanges_free(struct exchanges *exchanges);

/* The exchanges of the connection that the socket is an end of, in the order in which they began.
 */
const uint32_t *exchanges_on(
	const struct exchanges *exchanges, const struct socket *socket, size_t *count);

/* What the question, or the notice, and the answer say; "" when it is not known. */
const char *exchange_name(const struct exchanges *exchanges, const struct exchange *exchange);
const char *exchange_answer(const struct exchanges *exchanges, const struct exchange *exchange);

/* What a field of the question says; "" when it is not known. */
const char *exchange_field(const struct exchanges *exchanges, const struct exchange *exchange,
	enum message_field field);

/* When the question began; when all of it had been sent, or received; and when the first byte of
 * the answer had been received, or was sent: without an answer, when none could come any more. */
int64_t exchange_begin_ns(const struct exchanges *exchanges, const struct exchange *exchange);
int64_t exchange_asked_ns(const struct exchanges *exchanges, const struct exchange *exchange);
int64_t exchange_first_ns(const struct exchanges *exchanges, const struct exchange *exchange);

/* The question was one that wants an answer, as far as can be known. */
bool exchange_has_waited(const struct exchange *exchange);

/* How long the first byte of the answer was waited for, 0 where none was, and how long all took.
 * Never negative. */
int64_t exchange_wait_ns(const struct exchanges *exchanges, const struct exchange *exchange);
int64_t exchange_total_ns(const struct exchanges *exchanges, const struct exchange *exchange);

/* The end that asks and the one that answers; NULL: outside of the trace. */
const struct socket *exchange_asker(const struct exchange *exchange);
const struct socket *exchange_answerer(const struct exchange *exchange);

/* Their processes; NULL: outside of the trace. */
const struct process *exchange_asker_process(
	const struct exchanges *exchanges, const struct exchange *exchange);
const struct process *exchange_answerer_process(
	const struct exchanges *exchanges, const struct exchange *exchange);

/* Their whole addresses as text, mapped ones of IPv6 as those of IPv4; "" when not known. */
void exchange_asker_address(char text[ADDRESS_SIZE], const struct exchanges *exchanges,
	const struct exchange *exchange);
void exchange_answerer_address(char text[ADDRESS_SIZE], const struct exchanges *exchanges,
	const struct exchange *exchange);

bool exchange_has_answer(const struct exchange *exchange);

/* Something went wrong: the answer says so, it was cut off, or none came to a question of a
 * protocol that has answers, or before the connection broke. */
bool exchange_has_failed(const struct exchange *exchange);

/* Of many: how many there are of which kind, and how long those were waited for that have an
 * answer: 0 of none. */
struct exchange_figures {
	size_t count, answered, failed, pending, notices;
	int64_t p50_ns, p99_ns, max_ns;
	uint64_t bytes_asked, bytes_answered;
};

struct exchange_figures exchange_figures_of(
	const struct exchanges *exchanges, const uint32_t *numbers, size_t count);

#endif
