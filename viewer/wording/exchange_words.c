/* SPDX-License-Identifier: MIT */
#include "viewer/wording/exchange_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/term/dictionary.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"

/* One end of an exchange: in the trace, or an address. */
struct exchange_party {
	const struct socket *socket; /* NULL: outside of the trace */
	const struct process *process;
	int64_t fd;
	char address[ADDRESS_SIZE]; /* "": not known */
};

static const char *program_at(const struct text *text, const struct process *process)
{
	return process && process->program ? process->program
					   : dictionary_words(text->language, "process");
}

/* The end on whose calls it is seen. As others reach it, its address is short. */
static struct exchange_party own_end(
	const struct exchanges *exchanges, const struct exchange *exchange)
{
	const struct call *call = &exchanges->trace->calls[exchange->question_first];
	struct exchange_party party = {
		.socket = exchange->socket, .process = call->process, .fd = call->fd};

	address_short(
		party.address, exchange->socket->local, exchanges->trace->has_several_loopbacks);
	return party;
}

static struct exchange_party other_end(
	const struct exchanges *exchanges, const struct exchange *exchange)
{
	const struct socket *socket = exchange->socket, *other = socket->other_end;
	bool is_told_apart = !other || exchanges->trace->has_several_loopbacks;
	struct exchange_party party = {.socket = other, .fd = -1};

	if (exchange->address)
		snprintf(party.address, sizeof(party.address), "%s",
			string_table_get(&exchanges->names, exchange->address));
	else
		address_short(party.address, socket->peer, is_told_apart);
	if (!*party.address && other)
		address_short(party.address, other->local, is_told_apart);
	if (other) {
		party.process = other->held_by;
		party.fd = other->holder ? other->holder->fd : -1;
	}
	return party;
}

static void add_words(struct text *text, const char *words, size_t end)
{
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), end);
}

static bool is_netlink(const struct exchanges *exchanges, const struct exchange *exchange)
{
	return strcmp(trace_word(exchanges->trace, exchange->socket->family), "AF_NETLINK") == 0;
}

/* The kernel is at the other end of some sockets, which have no addresses that say more. */
static bool is_kernels(const struct exchanges *exchanges, const struct exchange *exchange)
{
	return !exchange->address && is_netlink(exchanges, exchange);
}

/* What tells it from others: of who is asked the address, as others reach it there. */
static void add_inside(struct text *text, const struct exchange_party *party, bool is_asker,
	enum exchange_detail detail, size_t end)
{
	bool has_address = !is_asker && *party->address;

	if (!has_address || detail != EXCHANGE_SHORT)
		add_words(text, program_at(text, party->process), end);
	if (has_address && detail != EXCHANGE_SHORT)
		add_words(text, " ", end);
	if (has_address)
		add_words(text, party->address, end);
	else if (detail == EXCHANGE_WHOLE && party->fd >= 0 && text->column + 8 <= end)
		text_addf(text, STYLE_PLAIN, " fd %" PRId64, party->fd);
}

static void add_party(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, bool is_asker, enum exchange_detail detail, size_t end)
{
	bool is_own = is_asker == (exchange->asker == SPEAKER_SELF);
	struct exchange_party party =
		is_own ? own_end(exchanges, exchange) : other_end(exchanges, exchange);

	if (party.socket)
		add_inside(text, &party, is_asker, detail, end);
	else if (is_kernels(exchanges, exchange))
		add_words(text, dictionary_words(text->language, "kernel"), end);
	else if (is_asker && detail != EXCHANGE_WHOLE)
		address_cut_port(party.address);
	if (!party.socket && !is_kernels(exchanges, exchange))
		add_words(text,
			*party.address ? party.address
				       : dictionary_words(text->language, "outside"),
			end);
}

void exchange_add_asker(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, enum exchange_detail detail, size_t end)
{
	add_party(text, exchanges, exchange, true, detail, end);
}

void exchange_add_answerer(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, enum exchange_detail detail, size_t end)
{
	add_party(text, exchanges, exchange, false, detail, end);
}

void exchange_add_name(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, size_t end)
{
	const struct trace *trace = exchanges->trace;
	const char *name = exchange_name(exchanges, exchange);
	struct readable shown;

	if (*name) {
		add_words(text, name, end);
	} else if (exchange->protocol == PROTOCOL_TLS) {
		/* What a handshake has agreed on makes of the rest bytes that tell nothing. */
		add_words(text, dictionary_words(text->language, "encrypted"), end);
	} else if (exchange->begins_call && !is_netlink(exchanges, exchange) &&
		   readable_payload(
			   &shown, call_details(trace, &trace->calls[exchange->question_first]))) {
		describe_payload(text, &shown, end);
		readable_free(&shown);
	}
}

const char *exchange_result_name(enum exchange_result result)
{
	static const char *const names[] = {
		[EXCHANGE_ANSWERED] = "answered",
		[EXCHANGE_FAILED] = "failed",
		[EXCHANGE_CUT_OFF] = "cut off",
		[EXCHANGE_UNANSWERED] = "no answer",
		[EXCHANGE_PENDING] = "pending",
		[EXCHANGE_UNKNOWN] = "unknown",
		[EXCHANGE_NOTICE] = "unasked",
	};

	return names[result];
}

const char *exchange_end_name(enum exchange_end end)
{
	static const char *const names[] = {
		[EXCHANGE_GOES_ON] = NULL,
		[EXCHANGE_END_ASKER] = "asker",
		[EXCHANGE_END_ANSWERER] = "answerer",
		[EXCHANGE_END_BROKEN] = "error",
	};

	return names[end];
}

enum style exchange_style(const struct exchange *exchange)
{
	if (exchange_has_failed(exchange))
		return STYLE_ERROR;
	switch ((enum exchange_result)exchange->result) {
	case EXCHANGE_PENDING:
		return STYLE_WAIT;
	case EXCHANGE_UNKNOWN:
	case EXCHANGE_NOTICE:
	case EXCHANGE_UNANSWERED:
		return STYLE_FAINT;
	case EXCHANGE_ANSWERED:
	case EXCHANGE_FAILED:
	case EXCHANGE_CUT_OFF:
		break;
	}
	return STYLE_PLAIN;
}

/* How it ended before the answer had come, or all of it. */
static const char *ending_words(const struct exchange *exchange)
{
	switch ((enum exchange_end)exchange->end) {
	case EXCHANGE_GOES_ON:
		break;
	case EXCHANGE_END_ASKER:
		return ": closed by asker";
	case EXCHANGE_END_ANSWERER:
		return ": closed by peer";
	case EXCHANGE_END_BROKEN:
		return exchange->socket->state == STATE_TIMED_OUT ? ": timed out" : ": reset";
	}
	return "";
}

void exchange_add_result(struct text *text, const struct exchanges *exchanges,
	const struct exchange *exchange, size_t end)
{
	enum style style = exchange_style(exchange);
	const char *answer = exchange_answer(exchanges, exchange);
	const char *result = exchange_result_name((enum exchange_result)exchange->result);

	switch ((enum exchange_result)exchange->result) {
	case EXCHANGE_ANSWERED:
	case EXCHANGE_FAILED:
		if (!*answer)
			answer = dictionary_words(text->language, result);
		text_add_foreign(text, style, answer, strlen(answer), end);
		break;
	case EXCHANGE_CUT_OFF:
	case EXCHANGE_UNANSWERED:
		text_add(text, style, result);
		text_add(text, style, ending_words(exchange));
		break;
	case EXCHANGE_PENDING:
	case EXCHANGE_UNKNOWN:
	case EXCHANGE_NOTICE:
		text_add(text, style, result);
		break;
	}
}
