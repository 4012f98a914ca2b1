/* SPDX-License-Identifier: MIT */
#include "viewer/model/filter.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "format/command_line.h"
#include "format/memory.h"
#include "format/messages.h"

static bool is_number(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word) && strlen(word) < 19;
}

static bool is_effect(const char *word)
{
	return effect_from_name(word) >= 0;
}

/* By the call that gave a socket its place in a connection, as that is what people know it by. */
static const struct {
	const char *word;
	enum direction direction;
} roles[] = {
	{"listen", DIRECTION_LISTENING},
	{"connect", DIRECTION_OUT},
	{"accept", DIRECTION_IN},
	{"socketpair", DIRECTION_PAIR},
	{NULL, DIRECTION_NONE},
};

const char *filter_role_word(size_t index)
{
	return roles[index].word;
}

static bool is_role(const char *word)
{
	return command_word_find(filter_role_word, word) >= 0;
}

static bool is_word(const char *word)
{
	return *word != '\0';
}

static const struct {
	bool (*is_right)(const char *word);
	const char *expected;
} kinds[FILTER_KINDS] = {
	[FILTER_PID] = {is_number, "process ids"},
	[FILTER_PROGRAM] = {is_word, "names of programs"},
	[FILTER_FD] = {is_number, "numbers of descriptors"},
	[FILTER_SOCKET] = {is_number, "numbers of sockets"},
	[FILTER_PORT] = {is_number, "ports"},
	[FILTER_ADDRESS] = {is_word, "addresses or paths"},
	[FILTER_FAMILY] = {is_word, "address families, such as inet, inet6 or unix"},
	[FILTER_ROLE] = {is_role, "roles: listen, connect, accept or socketpair"},
	[FILTER_CALL] = {is_word, "names of system calls"},
	[FILTER_EFFECT] = {is_effect, "effects, such as connect, send or close"},
};

static void add_word(struct filter *filter, enum filter_kind kind, char *word)
{
	size_t count = filter->counts[kind]++;

	filter->words[kind] =
		xrealloc(filter->words[kind], (count + 1) * sizeof(*filter->words[kind]));
	filter->words[kind][count] = word;
}

const char *filter_add(struct filter *filter, enum filter_kind kind, const char *words)
{
	while (true) {
		size_t length = strcspn(words, ",");
		char *word = memcpy(xcalloc(length + 1, 1), words, length);
		add_word(filter, kind, word);
		if (!kinds[kind].is_right(word))
			return kinds[kind].expected;
		if (words[length] == '\0')
			return NULL;
		words += length + 1;
	}
}

void filter_free(struct filter *filter)
{
	for (int kind = 0; kind < FILTER_KINDS; kind++) {
		for (size_t i = 0; i < filter->counts[kind]; i++)
			free(filter->words[kind][i]);
		free(filter->words[kind]);
	}
}

typedef bool fits_word(const char *word, const void *thing);

/* True when nothing of that kind is asked for, or one of the words fits. */
static bool fits_one(
	const struct filter *filter, enum filter_kind kind, fits_word *fits, const void *thing)
{
	for (size_t i = 0; i < filter->counts[kind]; i++)
		if (fits(filter->words[kind][i], thing))
			return true;
	return filter->counts[kind] == 0;
}

static bool fits_number(const char *word, const void *number)
{
	return strtoll(word, NULL, 10) == *(const int64_t *)number;
}

static bool fits_pattern(const char *word, const void *text)
{
	return text && fnmatch(word, text, 0) == 0;
}

static bool fits_family(const char *word, const void *text)
{
	const char *family = text;

	return strcasecmp(word, family) == 0 ||
	       (strncmp(family, "AF_", 3) == 0 && strcasecmp(word, family + 3) == 0);
}

static bool fits_role(const char *word, const void *socket)
{
	return roles[command_word_find(filter_role_word, word)].direction ==
	       ((const struct socket *)socket)->direction;
}

static bool fits_address(const char *word, const void *address)
{
	static const char *const members[] = {"address", "path", "abstract"};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (fits_pattern(word, value_text(value_member(address, members[i]), NULL)))
			return true;
	return false;
}

static bool fits_port(const char *word, const void *address)
{
	int64_t port;

	return value_integer(value_member(address, "port"), &port) && fits_number(word, &port);
}

static bool fits_either_end(const struct filter *filter, enum filter_kind kind, fits_word *fits,
	const struct socket *socket)
{
	return fits_one(filter, kind, fits, socket->local) ||
	       fits_one(filter, kind, fits, socket->peer);
}

bool filter_fits_process(const struct filter *filter, const struct process *process)
{
	return fits_one(filter, FILTER_PID, fits_number, &process->pid) &&
	       fits_one(filter, FILTER_PROGRAM, fits_pattern, process->program);
}

bool filter_is_about_sockets(const struct filter *filter)
{
	return filter->counts[FILTER_FD] || filter->counts[FILTER_SOCKET] ||
	       filter->counts[FILTER_PORT] || filter->counts[FILTER_ADDRESS] ||
	       filter->counts[FILTER_FAMILY] || filter->counts[FILTER_ROLE];
}

bool filter_fits_descriptor(
	const struct filter *filter, const struct trace *trace, const struct descriptor *descriptor)
{
	const struct socket *socket = descriptor->socket;

	return fits_one(filter, FILTER_FD, fits_number, &descriptor->fd) &&
	       fits_one(filter, FILTER_SOCKET, fits_number, &socket->id) &&
	       fits_one(filter, FILTER_FAMILY, fits_family, trace_word(trace, socket->family)) &&
	       fits_one(filter, FILTER_ROLE, fits_role, socket) &&
	       fits_either_end(filter, FILTER_PORT, fits_port, socket) &&
	       fits_either_end(filter, FILTER_ADDRESS, fits_address, socket);
}

static bool fits_effect(const char *word, const void *effect)
{
	return effect_from_name(word) == *(const uint8_t *)effect;
}

static bool fits_times(
	const struct filter *filter, const struct trace *trace, int64_t begin_ns, int64_t end_ns)
{
	const struct filter_instant *since = &filter->since, *until = &filter->until;

	return !(since->is_given && end_ns - trace->begin_ns < since->since_begin_ns) &&
	       !(until->is_given && begin_ns - trace->begin_ns > until->since_begin_ns);
}

bool filter_fits_itself(
	const struct filter *filter, const struct trace *trace, const struct call *call)
{
	return !(filter->only_errors && !call_has_erred(call)) &&
	       call->duration_ns >= filter->slower_than_ns &&
	       fits_times(filter, trace, call->time_ns, call_end_ns(call)) &&
	       fits_one(filter, FILTER_EFFECT, fits_effect, &call->effect);
}

bool filter_fits_span(const struct filter *filter, const struct trace *trace, int64_t begin_ns,
	int64_t end_ns, bool has_failed)
{
	return !(filter->only_errors && !has_failed) &&
	       end_ns - begin_ns >= filter->slower_than_ns &&
	       fits_times(filter, trace, begin_ns, end_ns);
}

bool filter_fits_effect(const struct filter *filter, enum effect effect)
{
	return fits_one(filter, FILTER_EFFECT, fits_effect, &(uint8_t){(uint8_t)effect});
}

bool filter_fits_name(const struct filter *filter, const char *name)
{
	return fits_one(filter, FILTER_CALL, fits_pattern, name);
}

bool filter_fits(const struct filter *filter, const struct trace *trace, const struct call *call)
{
	const struct descriptor *descriptor = call->descriptor;

	return filter_fits_process(filter, call->process) &&
	       filter_fits_name(filter, trace_word(trace, call->name)) &&
	       filter_fits_itself(filter, trace, call) &&
	       (!filter_is_about_sockets(filter) ||
		       (descriptor && filter_fits_descriptor(filter, trace, descriptor)));
}

bool filter_settle(struct filter *filter, const struct trace *trace)
{
	if (filter_instant_settle(&filter->since, trace, false) &&
		filter_instant_settle(&filter->until, trace, true))
		return true;
	print_message("sockview: the trace does not say when it began: --since and --until need "
		      "times that count from its beginning\n");
	return false;
}

bool filter_is_empty(const struct filter *filter)
{
	for (int kind = 0; kind < FILTER_KINDS; kind++)
		if (filter->counts[kind] > 0)
			return false;
	return !filter->only_errors && !filter->since.is_given && !filter->until.is_given &&
	       filter->slower_than_ns == 0;
}
