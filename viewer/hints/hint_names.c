/* SPDX-License-Identifier: MIT */
/* The rules about questions to name servers. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/model/payload.h"
#include "viewer/protocol/dns.h"
#include "viewer/relate/connection.h"

/* A name server that has to ask others takes less. */
#define SLOW_NAMES_NS 100000000

/* A question that waits no longer than this may still be answered: a program that has one kind of
 * address does not wait for the other. */
#define UNANSWERED_NS 1000000000

/* So many servers and names are told of, and so many questions of a trace looked into. */
#define MOST_WORDS          3
#define WORD_SIZE           64
#define QUESTIONS_LOOKED_AT 5000

/* A question is not longer, what else it has included. */
#define QUESTION_SIZE 512

/* The port of name servers. */
#define NAME_SERVER_PORT 53

/* A resolver asks with at most six search domains, for two kinds of addresses each, before it asks
 * for the name itself: resolv.conf(5). */
#define SEARCH_LOOKED_AT 16

/* Different words, in the order in which they came. */
struct words_said {
	char list[MOST_WORDS][WORD_SIZE];
	size_t count;
	bool has_others;
};

enum fate {
	FATE_NONE, /* no answer */
	FATE_ANSWERED,
	FATE_NO_NAME, /* NXDOMAIN */
	FATE_FAILED,  /* the server says that it could not, or would not, find out */
	FATE_REFUSED, /* the server's machine says that there is none */
	FATE_COUNT
};

/* A question that could be read. */
struct question {
	char *name;            /* owned */
	uint64_t pair, lookup; /* as in struct packet */
	char server[WORD_SIZE];
	uint32_t call;
	uint16_t type;
	uint8_t fate; /* enum fate */
	uint8_t rcode;
	bool is_truncated; /* its answer is */
	bool is_search;    /* for a name with a search domain behind it, which does not exist */
};

/* All that a process asked of name servers. */
struct lookups {
	uint32_t first, last;
	size_t queries, answers, cache_attempts;
	int64_t waited_ns, longest_ns; /* in all; for one answer */
	int64_t until_ns; /* what is before is in `waited_ns`, whichever socket it was on */
	struct words_said servers, names;
	struct words_said answering; /* servers from which something came */
	struct question *questions;  /* owned */
	size_t count, capacity;
	struct id_map asked;      /* numbers of questions, and 1, by their pairs */
	struct id_map fates;      /* bits of enum fate of all of a lookup, by its key */
	uint32_t refused_connect; /* over TCP; 0: none was */
};

/* The questions and answers on one socket. */
struct lookup {
	struct lookups *lookups; /* NULL: nothing was asked */
	size_t open;             /* questions without an answer */
	int64_t asked_ns;
	bool is_stream;
	size_t first; /* of the process's questions those before are not this socket's, or refused
		       */
};

struct name_search {
	struct hint_search *search;
	struct lookups *all; /* owned: by process */
	size_t looked_at;
};

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text);

	return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static bool has_word(const struct words_said *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (strncmp(words->list[i], word, WORD_SIZE - 1) == 0)
			return true;
	return false;
}

static void add_word(struct words_said *words, const char *word)
{
	if (has_word(words, word))
		return;
	if (words->count < MOST_WORDS)
		snprintf(words->list[words->count++], WORD_SIZE, "%.*s", WORD_SIZE - 1, word);
	else
		words->has_others = true;
}

/* --- questions and answers that can be read ----------------------------------------------------
 */

/* Over TCP a message stands behind its length, which may have been moved alone: RFC 1035, 4.2.2. */
static bool read_data(struct dns_message *message, const struct value *data, bool is_stream)
{
	unsigned char bytes[QUESTION_SIZE];
	size_t count = payload_of(data, bytes, sizeof(bytes)), skipped = 0;
	/* Of one that is cut it is not known how long it was. */
	bool is_cut = value_member(data, "truncated") || count == sizeof(bytes);

	if (is_stream && count > 2 && (is_cut || (size_t)(bytes[0] << 8 | bytes[1]) == count - 2))
		skipped = 2;
	return dns_read(message, bytes + skipped, count - skipped,
		       is_cut ? UINT16_MAX : count - skipped) &&
	       dns_is_plain(message) && message->name_length > 0;
}

static void add_fate(struct lookups *lookups, struct question *question, enum fate fate)
{
	uintptr_t fates = (uintptr_t)id_map_get(&lookups->fates, question->lookup);

	question->fate = (uint8_t)fate;
	id_map_put(&lookups->fates, question->lookup, (void *)(fates | (uintptr_t)1 << fate));
}

static void add_question(struct lookups *lookups, const struct dns_message *message, uint32_t index,
	const char *server)
{
	struct question *question;

	lookups->questions = array_grow(lookups->questions, lookups->count, &lookups->capacity,
		sizeof(*lookups->questions));
	question = &lookups->questions[lookups->count++];
	*question = (struct question){.name = xstrdup(message->name),
		.pair = message->pair ? message->pair : 1,
		.lookup = message->lookup ? message->lookup : 1,
		.call = index,
		.type = message->type};
	snprintf(question->server, WORD_SIZE, "%.*s", WORD_SIZE - 1, server);
	id_map_put(&lookups->asked, question->pair, (void *)(uintptr_t)lookups->count);
	add_fate(lookups, question, FATE_NONE);
	add_word(&lookups->names, message->name);
}

static void add_answer(struct lookups *lookups, const struct dns_message *message)
{
	enum { NXDOMAIN = 3 };
	uintptr_t number = (uintptr_t)id_map_get(&lookups->asked, message->pair);
	struct question *question = number ? &lookups->questions[number - 1] : NULL;

	if (!question || (question->fate != FATE_NONE && question->fate != FATE_REFUSED))
		return;
	question->rcode = message->rcode;
	question->is_truncated = message->is_truncated;
	add_fate(lookups, question,
		message->rcode == 0          ? FATE_ANSWERED
		: message->rcode == NXDOMAIN ? FATE_NO_NAME
					     : FATE_FAILED);
}

static void read_call(
	struct name_search *names, struct lookup *lookup, uint32_t index, const char *server)
{
	const struct trace *trace = names->search->trace;
	const struct record_call *details;
	size_t count;

	if (names->looked_at++ >= QUESTIONS_LOOKED_AT)
		return;
	details = call_details(trace, &trace->calls[index]);
	count = value_count(details->messages);
	for (size_t i = 0; i < (count ? count : 1); i++) {
		const struct value *data =
			count ? value_member(value_element(details->messages, i), "data")
			      : details->data;
		struct dns_message message;
		if (!read_data(&message, data, lookup->is_stream))
			continue;
		if (message.is_answer)
			add_answer(lookup->lookups, &message);
		else
			add_question(lookup->lookups, &message, index, server);
	}
}

/* The error tells of what was sent before. */
static void refuse(struct lookup *lookup)
{
	struct lookups *lookups = lookup->lookups;

	lookup->open = 0;
	for (; lookups && lookup->first < lookups->count; lookup->first++)
		if (lookups->questions[lookup->first].fate == FATE_NONE)
			add_fate(lookups, &lookups->questions[lookup->first], FATE_REFUSED);
}

/* --- what is on a socket -----------------------------------------------------------------------
 */

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

static void ask(
	struct name_search *names, struct lookup *lookup, uint32_t index, const char *server)
{
	const struct call *call = hint_call(names->search, index);
	struct lookups *of_process = &names->all[call->process->number];

	if (of_process->queries == 0)
		of_process->first = index;
	if (lookup->lookups != of_process)
		lookup->first = of_process->count;
	lookup->lookups = of_process;
	if (lookup->open == 0)
		lookup->asked_ns = call->time_ns;
	wait_until(lookup, index, call->time_ns);
	lookup->open += messages_of(call);
	of_process->queries += messages_of(call);
	add_word(&of_process->servers, server);
	read_call(names, lookup, index, server);
}

static void answer(
	struct name_search *names, struct lookup *lookup, uint32_t index, const char *server)
{
	const struct call *call = hint_call(names->search, index);

	if (ends_in(server, ":53"))
		add_word(&lookup->lookups->answering, server);
	else
		lookup->lookups->answering.has_others = true;
	read_call(names, lookup, index, server);
	if (lookup->open == 0)
		return;
	lookup->open--;
	lookup->lookups->answers++;
	wait_until(lookup, index, call_end_ns(call));
}

static void connect_to(struct name_search *names, const struct call *call, uint32_t index,
	const char *peer, bool is_stream)
{
	struct lookups *lookups = &names->all[call->process->number];

	if (call->error && ends_in(peer, "/nscd/socket"))
		lookups->cache_attempts++;
	else if (is_stream && ends_in(peer, ":53") &&
		 connection_has_failed(names->search->trace, call))
		lookups->refused_connect = index;
}

/* Most sockets of a trace have nothing to do with names. */
static bool may_ask(const struct trace *trace, const struct socket *socket)
{
	int64_t port = 0;

	if (socket->direction == DIRECTION_IN || socket->direction == DIRECTION_LISTENING)
		return false;
	if (strcmp(trace_word(trace, socket->family), "AF_UNIX") != 0 &&
		!socket_is_stream(trace, socket))
		return true;
	return !socket->peer || value_text(value_member(socket->peer, "path"), NULL) ||
	       (value_integer(value_member(socket->peer, "port"), &port) &&
		       port == NAME_SERVER_PORT);
}

static void follow_socket(struct name_search *names, const struct socket *socket)
{
	const struct hint_search *search = names->search;
	char peer[ADDRESS_SIZE];
	struct lookup lookup = {.is_stream = socket_is_stream(search->trace, socket)};

	address_text(peer, socket->peer);
	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		const char *server =
			call->address ? trace_word(search->trace, call->address) : peer;
		if (hint_has_moved(call, EFFECT_SEND) && ends_in(server, ":53"))
			ask(names, &lookup, index, server);
		else if (lookup.lookups && hint_has_moved(call, EFFECT_RECEIVE))
			answer(names, &lookup, index, server);
		else if (lookup.open > 0)
			wait_until(&lookup, index, call->time_ns);
		if (lookup.lookups && hint_has_failed(search, call, "ECONNREFUSED"))
			refuse(&lookup);
		if (call->effect == EFFECT_CONNECT)
			connect_to(names, call, index, peer, lookup.is_stream);
	}
}

/* --- what came of it ---------------------------------------------------------------------------
 */

/* Words that go behind each other. */
struct name_words {
	char text[400];
	size_t length;
};

__attribute__((format(printf, 3, 4))) static void say(
	const struct hint_search *search, struct name_words *words, const char *format, ...)
{
	size_t room = sizeof(words->text) - words->length;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(words->text + words->length, room, hint_term(search, format), arguments);
	va_end(arguments);
	if (length > 0)
		words->length += (size_t)length < room ? (size_t)length : room - 1;
}

static void say_words(
	const struct hint_search *search, struct name_words *into, const struct words_said *words)
{
	for (size_t i = 0; i < words->count; i++) {
		bool is_last = i + 1 == words->count && !words->has_others;
		say(search, into, "%s", i == 0 ? "" : is_last ? hint_term(search, " and ") : ", ");
		say(search, into, "%s", words->list[i]);
	}
	if (words->has_others)
		say(search, into, " and others");
}

/* The questions of a process, by what came of them. */
struct failures {
	size_t counts[FATE_COUNT];
	size_t lost;     /* without an answer, which came when they were asked again */
	size_t silent;   /* of those, asked of servers from which nothing came */
	size_t searched; /* of those for which there is no name: for a search domain */
	const struct question *examples[FATE_COUNT];
	const struct question *search_example, *truncated, *lost_example;
	size_t search_domains; /* of that example */
};

static bool is_below(const struct question *longer, const char *name)
{
	size_t length = strlen(name);

	return strncasecmp(longer->name, name, length) == 0 && longer->name[length] == '.';
}

/* The name itself was asked for after names that begin with it, none of which exists. */
static void find_search(struct failures *failures, struct lookups *lookups, size_t at)
{
	const struct question *asked = &lookups->questions[at];
	size_t domains = 0;

	for (size_t i = 1; i <= SEARCH_LOOKED_AT && i <= at; i++) {
		struct question *before = &lookups->questions[at - i];
		if (before->fate != FATE_NO_NAME || !is_below(before, asked->name))
			continue;
		domains += before->type == asked->type;
		before->is_search = true;
	}
	if (domains > 0 && !failures->search_example) {
		failures->search_example = asked;
		failures->search_domains = domains;
	}
}

/* It waited for an answer, until its socket was closed or the trace ended. */
static bool has_waited(const struct trace *trace, const struct question *question)
{
	const struct call *call = &trace->calls[question->call];

	return call->descriptor &&
	       descriptor_end_ns(trace, call->descriptor) - call->time_ns >= UNANSWERED_NS;
}

/* Addresses have names or have none: nothing depends on it. */
static bool is_for_name_of_address(const struct question *question)
{
	return ends_in(question->name, ".arpa");
}

/* Nothing came from its server, but something from another one. */
static bool is_server_silent(const struct lookups *lookups, const struct question *question)
{
	return lookups->answering.count > 0 && !lookups->answering.has_others &&
	       !has_word(&lookups->answering, question->server);
}

/* The same question was answered, each time when it was asked after the silent server had been
 * waited for. */
static bool is_waited_for_first(
	const struct trace *trace, const struct lookups *lookups, const struct question *silent)
{
	bool is_answered = false;

	for (size_t i = 0; i < lookups->count; i++) {
		const struct question *one = &lookups->questions[i];
		if (one->lookup != silent->lookup || one->fate == FATE_NONE ||
			one->fate == FATE_REFUSED)
			continue;
		if (trace->calls[one->call].time_ns - trace->calls[silent->call].time_ns <
			SLOW_NAMES_NS)
			return false;
		is_answered = true;
	}
	return is_answered;
}

static struct failures failures_of(const struct trace *trace, struct lookups *lookups)
{
	struct failures failures = {0};

	for (size_t i = 0; i < lookups->count; i++)
		find_search(&failures, lookups, i);
	for (size_t i = 0; i < lookups->count; i++) {
		const struct question *question = &lookups->questions[i];
		enum fate fate = question->fate;
		bool is_answered =
			(uintptr_t)id_map_get(&lookups->fates, question->lookup) >> FATE_ANSWERED &
			1;
		if (question->is_truncated)
			failures.truncated = question;
		if (fate == FATE_NONE && has_waited(trace, question) && is_answered) {
			failures.silent += is_server_silent(lookups, question);
			if (failures.lost++ == 0)
				failures.lost_example = question;
		}
		/* Another server, or another try, has answered it. */
		if ((fate != FATE_NO_NAME && is_answered) ||
			(fate == FATE_NONE && !has_waited(trace, question)) ||
			(fate == FATE_NO_NAME && is_for_name_of_address(question)))
			continue;
		failures.searched += question->is_search;
		if (failures.counts[fate]++ == 0)
			failures.examples[fate] = question;
	}
	return failures;
}

static const char *type_of(const struct question *question)
{
	const char *name = dns_type_name(question->type);

	return name ? name : "?";
}

static size_t count_of_type(const struct lookups *lookups, uint16_t type, bool is_answered)
{
	size_t count = 0;

	for (size_t i = 0; i < lookups->count; i++)
		count += lookups->questions[i].type == type &&
			 (!is_answered || lookups->questions[i].fate != FATE_NONE);
	return count;
}

static void say_queries(
	const struct hint_search *search, struct name_words *words, const struct lookups *lookups)
{
	say(search, words, lookups->queries == 1 ? "%zu query" : "%zu queries", lookups->queries);
	if (lookups->names.count > 0) {
		say(search, words, " for ");
		say_words(search, words, &lookups->names);
	}
	say(search, words, " to ");
	say_words(search, words, &lookups->servers);
	say(search, words, lookups->answers == 1 ? ", %zu answer" : ", %zu answers",
		lookups->answers);
	say(search, words, ", %s in all", hint_time(search, lookups->waited_ns));
}

static void say_silent_server(const struct hint_search *search, struct name_words *words,
	struct hint *hint, const struct lookups *lookups, const struct question *question)
{
	say(search, words, "; nothing came from %s", question->server);
	if (!is_waited_for_first(search->trace, lookups, question))
		return;
	hint->advice =
		"Take the server that does not answer out of /etc/resolv.conf, or put it last: "
		"each program waits for it first (options timeout).";
	hint->advice_zh = "把没有应答的服务器从 /etc/resolv.conf 中去掉，或排到最后："
			  "每个程序都会先等它（options timeout）。";
}

static struct hint hint_of(const struct hint_search *search, const struct lookups *lookups)
{
	struct hint hint = hint_begin(search, lookups->first);

	if (lookups->last != lookups->first)
		hint_show(&hint, lookups->last);
	hint.lost_ns = lookups->waited_ns;
	return hint;
}

static void report(struct hint_search *search, struct lookups *lookups)
{
	struct failures failures = failures_of(search->trace, lookups);
	struct hint hint = hint_of(search, lookups);
	struct name_words words = {0};

	say_queries(search, &words, lookups);
	if (lookups->cache_attempts > 0)
		say(search, &words, "; nscd was asked first, and is not there");
	if (search->rule->weight == HINT_DELAYS && failures.lost > 0 &&
		failures.lost == failures.silent) {
		say_silent_server(search, &words, &hint, lookups, failures.lost_example);
	} else if (search->rule->weight == HINT_DELAYS && failures.lost > 0) {
		say(search, &words,
			"; %zu without an answer (type %s), though the same was answered when it "
			"was asked again",
			failures.lost, type_of(failures.lost_example));
		hint.advice = "A query or its answer was lost, and the resolver waited for its "
			      "limit; the server is there. Where a router drops the second of two "
			      "queries from one port: options single-request-reopen in "
			      "/etc/resolv.conf.";
		hint.advice_zh =
			"有一个查询或其应答丢失，解析器一直等到时限；服务器是存在的。如果路由器丢弃同一端口"
			"发出的第二个查询，可在 /etc/resolv.conf 中设置 options single-request-reopen。";
	}
	hint_add(search, hint, "%s", words.text);
}

static bool is_truncation_lost(const struct lookups *lookups, const struct failures *failures)
{
	return failures->truncated && lookups->refused_connect > failures->truncated->call;
}

/* Of several kinds the last one, which most depends on, says what to do. */
static void say_failures(const struct hint_search *search, struct lookups *lookups,
	const struct failures *failures, struct name_words *words, struct hint *hint)
{
	const struct question *silent = failures->examples[FATE_NONE];
	const struct question *failed = failures->examples[FATE_FAILED];
	size_t missing = failures->counts[FATE_NO_NAME];

	if (is_truncation_lost(lookups, failures)) {
		say(search, words,
			"; the answer for %.100s was truncated, and the server let nobody ask again "
			"over TCP",
			failures->truncated->name);
		hint_show(hint, lookups->refused_connect);
		hint->advice = "Let name servers be asked over TCP, port 53, too: longer answers "
			       "come only so.";
		hint->advice_zh =
			"也要允许通过 TCP 53 端口询问名字服务器：较长的应答只能这样得到。";
	}
	if (failed) {
		say(search, words, "; %zu failed at the server (%s)", failures->counts[FATE_FAILED],
			dns_rcode_name(failed->rcode));
		hint->advice = "Ask the server yourself (dig): it is there, and could not find "
			       "out, or would not say.";
		hint->advice_zh = "自己询问该服务器（dig）：它存在，但查不到，或者不愿回答。";
	}
	if (failures->counts[FATE_REFUSED] > 0) {
		say(search, words, "; %zu were refused: no name server is there",
			failures->counts[FATE_REFUSED]);
		hint->advice = "Look at /etc/resolv.conf: no name server runs at that address.";
		hint->advice_zh = "查看 /etc/resolv.conf：该地址上没有运行名字服务器。";
	}
	if (missing > 0) {
		say(search, words, "; %zu of %zu say that there is no such name (NXDOMAIN)",
			missing, lookups->count);
		hint->advice = "Is the name right? Whoever asks that server gets this answer.";
		hint->advice_zh = "名字是否正确？任何人询问该服务器都会得到这个应答。";
	}
	if (failures->searched > 0 && failures->search_example) {
		say(search, words,
			": %zu of them because of search domains (%.100s was tried with %zu of them first)",
			failures->searched, failures->search_example->name,
			failures->search_domains);
		hint->advice = "Write a dot behind a whole name, or lower ndots in "
			       "/etc/resolv.conf: then no search domain is tried first.";
		hint->advice_zh = "在完整的名字末尾加一个点，或减小 /etc/resolv.conf 中的 "
				  "ndots：这样就不会先试搜索域。";
	}
	if (silent && is_server_silent(lookups, silent)) {
		say_silent_server(search, words, hint, lookups, silent);
	} else if (silent) {
		size_t answered = count_of_type(lookups, silent->type, true);
		say(search, words, "; type %s: %zu of %zu without an answer", type_of(silent),
			count_of_type(lookups, silent->type, false) - answered,
			count_of_type(lookups, silent->type, false));
		hint->advice = lookups->answers > 0
				       ? "The server answers other questions: ask it for this "
					 "type (dig), and mend what drops it; or ask for one kind "
					 "of address only."
				       : "Look at /etc/resolv.conf: does a server answer there?";
		hint->advice_zh =
			lookups->answers > 0
				? "服务器会回答别的问题：用 dig 询问这个类型，修复丢弃它的环节；或者只询问一种地址。"
				: "查看 /etc/resolv.conf：那里有服务器应答吗？";
	}
}

static void report_failures(struct hint_search *search, struct lookups *lookups)
{
	struct failures failures = failures_of(search->trace, lookups);
	struct hint hint = hint_of(search, lookups);
	struct name_words words = {0};
	size_t failed = failures.counts[FATE_NONE] + failures.counts[FATE_NO_NAME] +
			failures.counts[FATE_FAILED] + failures.counts[FATE_REFUSED];

	if (failed == 0 && !is_truncation_lost(lookups, &failures))
		return;
	say_queries(search, &words, lookups);
	say_failures(search, lookups, &failures, &words, &hint);
	for (size_t i = 0; i < lookups->count; i++)
		if (hint_call(search, lookups->questions[i].call)->descriptor)
			hint_speaks_of(search,
				hint_call(search, lookups->questions[i].call)->descriptor->socket);
	hint_add(search, hint, "%s", words.text);
}

static struct lookups *lookups_of(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct name_search names = {
		.search = search, .all = xcalloc(trace->process_count + 1, sizeof(*names.all))};

	for (size_t i = 0; i < trace->process_count; i++)
		names.all[i].until_ns = INT64_MIN;
	for (size_t i = 0; i < trace->socket_count && !search->has_no_lookups; i++)
		if (may_ask(trace, trace->sockets[i]))
			follow_socket(&names, trace->sockets[i]);
	search->has_no_lookups = true;
	for (size_t i = 0; i < trace->process_count; i++)
		search->has_no_lookups &= names.all[i].queries == 0;
	return names.all;
}

static void lookups_free(struct lookups *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < all[i].count; j++)
			free(all[i].questions[j].name);
		free(all[i].questions);
		id_map_free(&all[i].asked);
		id_map_free(&all[i].fates);
	}
	free(all);
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
	struct lookups *all = lookups_of(search);

	for (size_t i = 0; i < trace->process_count; i++)
		if (all[i].queries > 0 && (all[i].longest_ns >= SLOW_NAMES_NS) == is_slow)
			report(search, &all[i]);
	lookups_free(all, trace->process_count);
}

/*
 * The answers say what failed: RFC 1035, 4.1.1. A question without an answer has failed when nobody
 * answered the same question later, and it was waited for.
 */
void hint_find_failed_names(struct hint_search *search)
{
	struct lookups *all = lookups_of(search);

	for (size_t i = 0; i < search->trace->process_count; i++)
		if (all[i].count > 0)
			report_failures(search, &all[i]);
	lookups_free(all, search->trace->process_count);
}
