/* SPDX-License-Identifier: MIT */
/* The rule about questions to name servers. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/dns.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"

/* A name server that has to ask others takes less. */
#define SLOW_NAMES_NS 100000000

/* So many servers and names are told of, and so many questions looked at for a name. */
#define MOST_WORDS          3
#define WORD_SIZE           64
#define QUESTIONS_LOOKED_AT 1000

/* Different words, in the order in which they came. */
struct words_said {
	char list[MOST_WORDS][WORD_SIZE];
	size_t count;
	bool has_others;
};

/* All that a process asked of name servers. */
struct lookups {
	uint32_t first, last;
	size_t queries, answers, cache_attempts;
	int64_t waited_ns, longest_ns; /* in all; for one answer */
	int64_t until_ns; /* what is before is in `waited_ns`, whichever socket it was on */
	struct words_said servers, names;
};

/* The questions and answers on one socket. */
struct lookup {
	struct lookups *lookups; /* NULL: nothing was asked */
	size_t open;             /* questions without an answer */
	int64_t asked_ns;
};

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text);

	return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static void add_word(struct words_said *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (strncmp(words->list[i], word, WORD_SIZE - 1) == 0)
			return;
	if (words->count < MOST_WORDS)
		snprintf(words->list[words->count++], WORD_SIZE, "%.*s", WORD_SIZE - 1, word);
	else
		words->has_others = true;
}

static void add_name(
	const struct hint_search *search, struct words_said *names, const struct call *call)
{
	const struct record_call *details = call_details(search->trace, call);
	const struct value *message = value_element(details->messages, 0);
	char name[DNS_NAME_SIZE];

	if (dns_question(name, message ? value_member(message, "data") : details->data))
		add_word(names, name);
}

static void wait_until(struct lookup *lookup, uint32_t index, int64_t time_ns)
{
	struct lookups *lookups = lookup->lookups;
	int64_t from_ns =
		lookup->asked_ns > lookups->until_ns ? lookup->asked_ns : lookups->until_ns;

	lookups->last = index;
	if (time_ns - lookup->asked_ns > lookups->longest_ns)
		lookups->longest_ns = time_ns - lookup->asked_ns;
	if (time_ns <= from_ns)
		return;
	quantity_add_up(&lookups->waited_ns, time_ns - from_ns);
	lookups->until_ns = time_ns;
}

/* sendmmsg(2) returns how many it sent; glibc asks for both kinds of addresses with it. */
static size_t messages_of(const struct call *call)
{
	return call->result > 0 && call->result < call->bytes && call->result < 100
		       ? (size_t)call->result
		       : 1;
}

static void ask(const struct hint_search *search, struct lookup *lookup, struct lookups *of_process,
	uint32_t index, const char *server)
{
	const struct call *call = hint_call(search, index);

	if (of_process->queries == 0)
		of_process->first = index;
	lookup->lookups = of_process;
	if (lookup->open == 0)
		lookup->asked_ns = call->time_ns;
	wait_until(lookup, index, call->time_ns);
	lookup->open += messages_of(call);
	of_process->queries += messages_of(call);
	add_word(&of_process->servers, server);
	if (!of_process->names.has_others && of_process->queries < QUESTIONS_LOOKED_AT)
		add_name(search, &of_process->names, call);
}

static void answer(struct lookup *lookup, const struct call *call, uint32_t index)
{
	if (lookup->open == 0)
		return;
	lookup->open--;
	lookup->lookups->answers++;
	wait_until(lookup, index, call_end_ns(call));
}

static void follow_socket(
	struct hint_search *search, struct lookups *all, const struct socket *socket)
{
	char peer[ADDRESS_SIZE];
	struct lookup lookup = {0};

	address_text(peer, socket->peer);
	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		const char *server =
			call->address ? trace_word(search->trace, call->address) : peer;
		if (hint_has_moved(call, EFFECT_SEND) && ends_in(server, ":53"))
			ask(search, &lookup, &all[call->process->number], index, server);
		else if (lookup.lookups && hint_has_moved(call, EFFECT_RECEIVE))
			answer(&lookup, call, index);
		else if (lookup.open > 0)
			wait_until(&lookup, index, call->time_ns);
		/* The server's machine says that there is none: no answer will come. */
		if (hint_has_failed(search, call, "ECONNREFUSED"))
			lookup.open = 0;
		if (call->effect == EFFECT_CONNECT && call->error && ends_in(peer, "/nscd/socket"))
			all[call->process->number].cache_attempts++;
	}
}

#define LIST_SIZE ((size_t)MOST_WORDS * WORD_SIZE + 32)

static const char *list_words(char list[LIST_SIZE], const struct words_said *words)
{
	size_t length = 0;

	list[0] = '\0';
	for (size_t i = 0; i < words->count && length < LIST_SIZE; i++)
		length += (size_t)snprintf(list + length, LIST_SIZE - length, "%s%s",
			i == 0                                      ? ""
			: i + 1 < words->count || words->has_others ? ", "
								    : " and ",
			words->list[i]);
	if (words->has_others && length < LIST_SIZE)
		snprintf(list + length, LIST_SIZE - length, " and others");
	return list;
}

static void report(struct hint_search *search, const struct lookups *lookups)
{
	char servers[LIST_SIZE], names[LIST_SIZE];
	struct hint hint = hint_begin(search, lookups->first);

	if (lookups->last != lookups->first)
		hint_show(&hint, lookups->last);
	hint.lost_ns = lookups->waited_ns;
	hint_add(search, hint, "%zu %s%s%s to %s, %zu %s, %s in all%s", lookups->queries,
		lookups->queries == 1 ? "query" : "queries",
		lookups->names.count > 0 ? " for " : "", list_words(names, &lookups->names),
		list_words(servers, &lookups->servers), lookups->answers,
		lookups->answers == 1 ? "answer" : "answers", hint_time(search, hint.lost_ns),
		lookups->cache_attempts > 0 ? "; nscd was asked first, and is not there" : "");
}

/*
 * getaddrinfo(3) asks for both kinds of addresses, one server after the other, for 5
 * seconds each, twice (resolv.conf(5), timeout and attempts). The time counts while a question has
 * no answer. Two rows: when one answer took long, and when none did.
 */
void hint_find_names(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	bool is_slow = search->rule->weight == HINT_DELAYS;
	struct lookups *all = xcalloc(trace->process_count + 1, sizeof(*all));

	for (size_t i = 0; i < trace->process_count; i++)
		all[i].until_ns = INT64_MIN;
	for (size_t i = 0; i < trace->socket_count; i++)
		follow_socket(search, all, trace->sockets[i]);
	for (size_t i = 0; i < trace->process_count; i++)
		if (all[i].queries > 0 && (all[i].longest_ns >= SLOW_NAMES_NS) == is_slow)
			report(search, &all[i]);
	free(all);
}
