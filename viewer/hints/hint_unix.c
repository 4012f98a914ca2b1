/* SPDX-License-Identifier: MIT */
/* The rule about paths of UNIX sockets. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "format/hash.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"
#include "viewer/wording/names.h"

/* So many bytes has a path: unix(7). One with a NUL behind it, as portable programs have it, has
 * one fewer. */
#define PATH_BYTES (sizeof(((struct sockaddr_un *)NULL)->sun_path))

/* So many paths are looked at. */
#define MOST_PATHS 32

enum path_fault {
	PATH_FINE,
	PATH_FULL, /* it is as long as can be */
	PATH_DEAD,
	PATH_DENIED,
	PATH_TAKEN,
	PATH_ABSENT, /* only of one that is as long as can be */
};

/* What a process met at a path. */
struct unix_path {
	struct hint hint;
	enum path_fault fault;
	uint64_t hash;
	size_t length;
	bool has_failed, is_found;       /* a call with it; and what failed worked later */
	bool is_bound_twice;             /* at once, by two sockets */
	const struct descriptor *had;    /* that was bound there last */
	const struct descriptor *before; /* the same before it failed */
};

struct unix_paths {
	struct hint_search *search;
	struct unix_path list[MOST_PATHS];
	size_t count;
};

static bool is_unix(const struct hint_search *search, const struct call *call)
{
	return (call->effect == EFFECT_BIND || call->effect == EFFECT_CONNECT) &&
	       call->descriptor && !call_is(call, CALL_UNFINISHED) &&
	       strcmp(trace_word(search->trace, call->descriptor->socket->family), "AF_UNIX") == 0;
}

static enum path_fault fault_of(const struct hint_search *search, const struct call *call)
{
	static const struct {
		const char *error;
		enum path_fault of_connect, of_bind;
	} faults[] = {
		{"ECONNREFUSED", PATH_DEAD, PATH_FINE},
		{"EACCES", PATH_DENIED, PATH_DENIED},
		{"EADDRINUSE", PATH_FINE, PATH_TAKEN},
		{"ENOENT", PATH_ABSENT, PATH_FINE},
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (hint_has_failed(search, call, faults[i].error))
			return call->effect == EFFECT_BIND ? faults[i].of_bind
							   : faults[i].of_connect;
	return PATH_FINE;
}

static uint64_t path_hash(const struct value *address, size_t *length)
{
	const char *path = value_text(value_member(address, "path"), length);

	return path ? hash_of(path, *length) : 0;
}

/* A byte that is no text has become three: how long the path was is not known. */
static bool is_whole(const struct value *address)
{
	const char *path = value_text(value_member(address, "path"), NULL);

	return path && !strstr(path, "\xef\xbf\xbd");
}

/* Of a call that worked. */
static const struct value *address_of(const struct call *call)
{
	const struct socket *socket = call->descriptor->socket;

	return call->effect == EFFECT_BIND ? socket->local : socket->peer;
}

static void learn_fault(struct unix_paths *paths, uint32_t index)
{
	struct hint_search *search = paths->search;
	const struct call *call = hint_call(search, index);
	enum path_fault fault = call->error ? fault_of(search, call) : PATH_FINE;
	const struct value *address =
		call->error ? value_member(call_details(search->trace, call)->args, "address")
			    : address_of(call);
	size_t length = 0;
	uint64_t hash = path_hash(address, &length);
	bool is_full = length >= PATH_BYTES - 1 && length <= PATH_BYTES && is_whole(address);
	bool has_failed = fault != PATH_FINE;

	if (is_full && fault != PATH_DENIED)
		fault = PATH_FULL;
	if (hash == 0 || fault == PATH_FINE || fault == PATH_ABSENT)
		return;
	struct unix_path *path = paths->list, *end = path + paths->count;
	while (path < end &&
		(path->hash != hash || path->fault != fault || path->hint.process != call->process))
		path++;
	if (path < end) {
		path->hint.times++;
		path->has_failed |= has_failed;
		hint_show(&path->hint, index);
	} else if (paths->count < MOST_PATHS) {
		*path = (struct unix_path){.hint = hint_begin(search, index),
			.fault = fault,
			.hash = hash,
			.length = length,
			.has_failed = has_failed};
		paths->count++;
	}
}

static void learn_use(struct unix_paths *paths, uint32_t index)
{
	const struct call *call = hint_call(paths->search, index);
	bool is_bind = call->effect == EFFECT_BIND;
	size_t length;
	uint64_t hash = path_hash(address_of(call), &length);

	for (struct unix_path *path = paths->list; path < paths->list + paths->count; path++) {
		if (path->hash != hash)
			continue;
		bool is_later = index > path->hint.calls[0];
		path->is_found |= is_later && (path->hint.process == call->process ||
						      (is_bind && path->fault == PATH_DEAD));
		if (!is_bind)
			continue;
		path->is_bound_twice |= path->had &&
					path->had->socket != call->descriptor->socket &&
					path->had->ended_ns > call->time_ns;
		path->had = call->descriptor;
		path->before = is_later ? path->before : path->had;
	}
}

/* "python3 41 has left it behind": of the one that was bound there before. */
static void say_who(
	const struct hint_search *search, char *words, size_t size, const struct unix_path *path)
{
	const struct descriptor *had = path->before;
	bool is_open = had && had->ended_ns > path->hint.time_ns;

	if (had)
		snprintf(words, size, "%.60s %" PRId64 " %s", name_program(had->process),
			had->process->pid,
			hint_term(search, !is_open ? "has closed it and left the file behind"
					  : had->socket->direction == DIRECTION_LISTENING
						  ? "listens there"
						  : "is bound there and does not listen"));
	else
		snprintf(words, size, "%s",
			hint_term(search,
				path->fault == PATH_DEAD
					? "its server has ended, or does not listen"
					: "a server that has ended left it, or one is bound to it"));
}

static void report(struct hint_search *search, const struct unix_path *path)
{
	bool has_no_end = path->length == PATH_BYTES;
	char who[200];

	say_who(search, who, sizeof(who), path);
	if (path->fault == PATH_FULL) {
		bool is_cut = path->is_bound_twice || (path->has_failed && !path->is_found);
		if (is_cut || has_no_end)
			hint_add(search, path->hint,
				"the path is %zu bytes long, and no longer one fits%s: its end was "
				"cut off, unless it is just so long%s",
				path->length,
				hint_term(search, has_no_end ? "; not even a NUL does" : ""),
				hint_term(search, path->is_bound_twice
							  ? "; two sockets are bound to it"
							  : ""));
	} else if (path->is_found) {
		return;
	} else if (path->fault == PATH_DEAD) {
		hint_add(search, path->hint, "the file is there, and nobody listens: %s", who);
	} else if (path->fault == PATH_DENIED) {
		hint_add(search, path->hint,
			"user and group of the process may not %s, or not enter a folder on the "
			"way",
			hint_term(search,
				hint_call(search, path->hint.calls[0])->effect == EFFECT_BIND
					? "make a file there"
					: "write to the file"));
	} else {
		hint_add(search, path->hint, "the file is there already: %s", who);
	}
}

/*
 * ECONNREFUSED says that there is the file of a socket, and that nobody listens; EACCES that the
 * file may not be written to, or one of its folders not entered; EADDRINUSE of a bind that the file
 * is there, whether or not anybody is bound to it: unix(7), connect(2), bind(2). A path that is
 * longer than sun_path has been cut before the kernel sees it. Programs try to connect in order to
 * learn whether a file is to be taken away: what worked later was no fault.
 */
void hint_find_unix_path(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct unix_paths paths = {.search = search};
	bool has_unix = false;

	for (size_t i = 0; i < trace->socket_count && !has_unix; i++)
		has_unix = strcmp(trace_word(trace, trace->sockets[i]->family), "AF_UNIX") == 0;
	for (uint32_t i = 0; has_unix && i < trace->call_count; i++)
		if (is_unix(search, &trace->calls[i]))
			learn_fault(&paths, i);
	for (uint32_t i = 0; paths.count > 0 && i < trace->call_count; i++)
		if (is_unix(search, &trace->calls[i]) && !trace->calls[i].error)
			learn_use(&paths, i);
	for (size_t i = 0; i < paths.count; i++)
		report(search, &paths.list[i]);
}
