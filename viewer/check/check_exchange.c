/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "viewer/check/check_kinds.h"
#include "viewer/model/address.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/wording/exchange_words.h"

static void answerer_address(const struct exchanges *exchanges, const struct exchange *exchange,
	char address[ADDRESS_SIZE])
{
	const struct socket *socket = exchange->socket, *other = socket->other_end;

	address[0] = '\0';
	if (exchange->asker == SPEAKER_PEER)
		address_text(address, socket->local);
	else if (exchange->address)
		strncat(address, string_table_get(&exchanges->names, exchange->address),
			ADDRESS_SIZE - 1);
	else
		address_text(address, socket->peer);
	if (!*address && other)
		address_text(address, exchange->asker == SPEAKER_PEER ? other->peer : other->local);
}

static bool is_for_an_end(const struct check_search *search, const struct exchanges *exchanges,
	const struct exchange *exchange)
{
	const struct socket *other = exchange->socket->other_end;

	return check_is_for(search, exchanges->trace->calls[exchange->question_first].process) ||
	       (other && check_is_for(search, other->held_by));
}

/* An answer of the kernel is no peer's. */
static bool is_wanted(const struct check_search *search, const struct exchanges *exchanges,
	const struct exchange *exchange)
{
	const char *family = trace_word(search->trace, exchange->socket->family);
	const struct check_addresses *wanted = &search->rule->addresses;
	char address[ADDRESS_SIZE];

	if (strcmp(family, "AF_NETLINK") == 0 || exchange->result == EXCHANGE_NOTICE ||
		!is_for_an_end(search, exchanges, exchange))
		return false;
	answerer_address(exchanges, exchange, address);
	return wanted->count == 0 || check_addresses_match(wanted, family, address) != CHECK_NO;
}

/* How long it took, if that is longer than the rule lets it; 0: it is not. */
static int64_t too_long(const struct check_search *search, const struct exchanges *exchanges,
	const struct exchange *exchange)
{
	int64_t took_ns = search->rule->kind == CHECK_ANSWER_WITHIN
				  ? exchange_wait_ns(exchanges, exchange)
				  : exchange_total_ns(exchanges, exchange);

	return exchange_has_waited(exchange) && took_ns > search->rule->within_ns ? took_ns : 0;
}

static void add(struct check_search *search, const struct exchanges *exchanges,
	const struct exchange *exchange, int64_t took_ns)
{
	struct text text = check_text(search);

	if (exchange->asker == SPEAKER_PEER) {
		text_add(&text, STYLE_PLAIN, "is asked by ");
		exchange_add_asker(&text, exchanges, exchange, EXCHANGE_KIND, CHECK_COLUMNS);
	} else {
		text_add(&text, STYLE_PLAIN, "asks ");
		exchange_add_answerer(&text, exchanges, exchange, EXCHANGE_KIND, CHECK_COLUMNS);
	}
	struct text_mark before = text_mark(&text);
	text_add_separator(&text, STYLE_PLAIN, ':');
	struct text_mark name = text_mark(&text);
	exchange_add_name(&text, exchanges, exchange, CHECK_COLUMNS);
	if (text.length == name.length)
		text_undo(&text, before);
	if (took_ns == 0 || exchange->result == EXCHANGE_PENDING) {
		text_add_separator(&text, STYLE_PLAIN, ':');
		exchange_add_result(&text, exchanges, exchange, CHECK_SENTENCE);
	}
	check_add_text(search, exchange->question_first,
		search->trace->calls[exchange->question_first].process, took_ns, &text);
}

void check_find_exchanges(struct check_search *search)
{
	const struct exchanges *exchanges = trace_exchanges(search->trace);
	size_t count;
	uint32_t *shown = exchanges_shown(exchanges, search->selection, &count);

	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &exchanges->list[shown[i]];
		int64_t took_ns = 0;
		bool is_violated = false;
		if (!is_wanted(search, exchanges, exchange))
			continue;
		search->result->seen++;
		if (search->rule->kind == CHECK_FAILED_EXCHANGES)
			is_violated = exchange_has_failed(exchange);
		else if (search->rule->kind == CHECK_PENDING_EXCHANGES)
			is_violated = exchange->result == EXCHANGE_PENDING;
		else
			is_violated = (took_ns = too_long(search, exchanges, exchange)) > 0;
		if (is_violated)
			add(search, exchanges, exchange, took_ns);
	}
	free(shown);
}
