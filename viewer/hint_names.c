/* The rule about questions to name servers. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/address.h"
#include "viewer/hint_rules.h"

/* A name server that has to ask others takes less. */
#define SLOW_NAMES_NS 100000000

#define MOST_SERVERS 3
#define SERVER_SIZE  64

/* What a process asked of name servers, in all. */
struct lookups {
	uint32_t first, last;
	size_t queries, answers, cache_attempts;
	int64_t waited_ns, longest_ns; /* in all; for one answer */
	int64_t until_ns; /* what is before is in `waited_ns`, whichever socket it was on */
	char servers[MOST_SERVERS][SERVER_SIZE];
	size_t server_count;
};

/* What goes on on one socket. */
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

static void add_server(struct lookups *lookups, const char *server)
{
	for (size_t i = 0; i < lookups->server_count; i++)
		if (strcmp(lookups->servers[i], server) == 0)
			return;
	if (lookups->server_count < MOST_SERVERS && strlen(server) < SERVER_SIZE)
		strcpy(lookups->servers[lookups->server_count++], server);
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
	lookups->waited_ns = hint_sum(lookups->waited_ns, time_ns - from_ns);
	lookups->until_ns = time_ns;
}

/* sendmmsg(2) returns how many it sent; glibc asks for both kinds of addresses with it. */
static size_t messages_of(const struct call *call)
{
	return call->result > 0 && call->result < call->bytes && call->result < 100
		       ? (size_t)call->result
		       : 1;
}

static void ask(struct lookup *lookup, struct lookups *of_process, const struct call *call,
	uint32_t index, const char *server)
{
	if (of_process->queries == 0)
		of_process->first = index;
	lookup->lookups = of_process;
	if (lookup->open == 0)
		lookup->asked_ns = call->time_ns;
	wait_until(lookup, index, call->time_ns);
	lookup->open += messages_of(call);
	of_process->queries += messages_of(call);
	add_server(of_process, server);
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
			ask(&lookup, &all[call->process->number], call, index, server);
		else if (lookup.lookups && hint_has_moved(call, EFFECT_RECEIVE))
			answer(&lookup, call, index);
		else if (lookup.open > 0)
			wait_until(&lookup, index, call->time_ns);
		if (call->effect == EFFECT_CONNECT && call->error && ends_in(peer, "/nscd/socket"))
			all[call->process->number].cache_attempts++;
	}
}

static void list_servers(char *words, size_t size, const struct lookups *lookups)
{
	size_t length = 0;

	words[0] = '\0';
	for (size_t i = 0; i < lookups->server_count && length < size; i++)
		length += (size_t)snprintf(words + length, size - length, "%s%s",
			i == 0                          ? ""
			: i + 1 < lookups->server_count ? ", "
							: " and ",
			lookups->servers[i]);
}

static void report(struct hint_search *search, const struct lookups *lookups)
{
	char servers[MOST_SERVERS * (SERVER_SIZE + 8)], cache[80] = "";
	struct hint hint = hint_begin(search, lookups->first);

	if (lookups->last != lookups->first)
		hint_show(&hint, lookups->last);
	hint.lost_ns = lookups->waited_ns;
	list_servers(servers, sizeof(servers), lookups);
	if (lookups->cache_attempts > 0)
		snprintf(cache, sizeof(cache), "; nscd was asked first, and is not there");
	hint_add(search, hint, "%zu %s to %s, %zu %s, %s in all%s", lookups->queries,
		lookups->queries == 1 ? "query" : "queries", servers, lookups->answers,
		lookups->answers == 1 ? "answer" : "answers", hint_time(search, hint.lost_ns),
		cache);
}

/*
 * What getaddrinfo(3) does: it asks for both kinds of addresses, one server after the other, for 5
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
