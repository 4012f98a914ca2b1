/* SPDX-License-Identifier: MIT */
/* Shared by the rules of hints: the calls on a socket, and the making of a hint. */
#ifndef VIEWER_HINT_SEARCH_H
#define VIEWER_HINT_SEARCH_H

#include "viewer/hints/hint.h"
#include "viewer/model/selection.h"
#include "viewer/relate/link.h"
#include "viewer/relate/socket_calls.h"
#include "viewer/term/quantity.h"

/* Quantities in words, until so many others have been said. */
struct hint_words {
	char texts[4][QUANTITY_SIZE];
	size_t next;
};

/* Errors that rules look for. */
enum hint_failure {
	HINT_BROKEN_PIPE = 1, /* EPIPE */
	HINT_RESET = 2,       /* ECONNRESET */
	HINT_IN_PROGRESS = 4, /* EINPROGRESS */
	HINT_OTHER_FAILURE = 8,
};

/* What the calls on a socket are at all: a rule passes over those that have not what it looks for,
 * so that each costs little. */
struct hint_facts {
	uint8_t failures;               /* bits of enum hint_failure */
	uint8_t single_bytes;           /* transfers of one byte; UINT8_MAX: or more */
	bool has_receives, has_threads; /* several threads made calls */
	int32_t tid;
	int64_t longest_ns; /* from the end of a call to the end of the next */
	int64_t last_ns;    /* the end of the last call; INT64_MIN: there is none */
};

struct hint_search {
	const struct trace *trace;         /* all of it is searched, */
	const struct selection *selection; /* and only this shown */
	struct hints *hints;
	const struct hint_rule *rule; /* that is being looked for */
	/* Rules are bits: this one, those that stand before it, and those that have spoken of each
	 * socket and of each process, by their numbers. */
	uint64_t bit, before, *spoke_of_socket, *spoke_of_process;
	bool is_ascii;
	enum language language;
	const struct socket_calls *calls;
	struct hint_facts *facts; /* by socket */
	uint32_t *last_works;     /* by process */
	bool has_no_lookups;      /* a rule has found that no name server was asked */
	struct hint_words *words;
};

/* Of all sockets, by their numbers; for the caller to free. */
struct hint_facts *hint_facts_new(const struct trace *trace);

static inline const struct hint_facts *hint_facts(
	const struct hint_search *search, const struct socket *socket)
{
	return &search->facts[socket->number];
}

/* How many calls were made on the socket, and the index of one of them. */
static inline size_t hint_call_count(const struct hint_search *search, const struct socket *socket)
{
	return socket_calls_count(search->calls, socket);
}

static inline uint32_t hint_call_on(
	const struct hint_search *search, const struct socket *socket, size_t at)
{
	return socket_calls_at(search->calls, socket, at);
}

/* The call of the trace that made the socket: socket(2), socketpair(2) or accept(2); NULL: the
 * trace knows nothing of its youth. */
const struct call *hint_maker(const struct hint_search *search, const struct socket *socket);

/* Where the call stands among all of the descriptor's, or would. */
size_t hint_place(const struct descriptor *descriptor, uint32_t index);

/* Its process ended, and had not closed it. */
bool hint_is_open_at_exit(const struct descriptor *descriptor);

/* The links of the trace: they cost as much as a view of it. */
const struct links *hint_links(const struct hint_search *search);

static inline const struct call *hint_call(const struct hint_search *search, uint32_t index)
{
	return &search->trace->calls[index];
}

/* A hint that the call shows, on the descriptor that it was made on; of NO_CALL one that is not
 * added. */
struct hint hint_begin(const struct hint_search *search, uint32_t index);

/* One more call that shows it. */
void hint_show(struct hint *hint, uint32_t index);

/* Adds the hint, with what was seen in words; not if the user left out a call that shows it. */
__attribute__((format(printf, 3, 4))) void hint_add(
	struct hint_search *search, struct hint hint, const char *format, ...);

/* A rule that stands before the one that is being looked for has spoken of the socket, of the other
 * end of its connection, or of the whole process; NULL: neither. hint_add asks for its hint's;
 * a hint about many sockets leaves out those. */
bool hint_is_said(const struct hint_search *search, const struct socket *socket,
	const struct process *process);

/* The hint that is being added speaks of that socket, too. hint_add says so of its descriptor's,
 * and, of a hint without a descriptor, of all of its process. */
void hint_speaks_of(struct hint_search *search, const struct socket *socket);

/* The call does something with a socket, and not only what goes with closing it. */
bool hint_is_work(const struct call *call);

/* A process that has done its work may close in the end what it has kept all the time: the last
 * call of each that was work, by its number, or NO_CALL. For the caller to free. */
uint32_t *hint_last_works_new(const struct trace *trace);

static inline const uint32_t *hint_last_works(const struct hint_search *search)
{
	return search->last_works;
}

/* An epoll_ctl(2) that has worked. */
bool hint_is_epoll_control(const struct hint_search *search, const struct call *call);

bool hint_has_failed(const struct hint_search *search, const struct call *call, const char *error);

/* A connect that has worked, or that found the socket connected: connect(2), EISCONN. */
bool hint_has_connected(const struct hint_search *search, const struct call *call);

/* It shows that the socket has a connection: the connect worked, or bytes moved. */
bool hint_shows_connection(const struct hint_search *search, const struct call *call);
bool hint_is_tcp(const struct hint_search *search, const struct socket *socket);

/* The socket had an option of one of these names set before that call, or may have; NULL ends them.
 */
bool hint_has_set(const struct hint_search *search, const struct socket *socket, uint32_t before,
	const char *const *options);

/* The host of an address of IPv4 or IPv6, of a mapped one as IPv4 has it: "127.0.0.1"; "" of
 * others.
 */
const char *hint_host(const struct value *address);

/* The socket, which is bound to the host `at`, takes what is sent to `host`: ip(7), ipv6(7); true
 * also when that is not known. */
bool hint_may_take(const struct hint_search *search, const struct socket *socket, const char *at,
	const char *host);

/* Bytes that moved with success in that direction. */
static inline bool hint_has_moved(const struct call *call, enum effect effect)
{
	return call->bytes > 0 && call_has_moved(call, effect);
}

/* A wait that ended with its limit of time, and found nothing. */
static inline bool hint_has_reached_limit(const struct call *call)
{
	return call->effect == EFFECT_WAIT && call_is(call, CALL_FOUND_NONE) && call->result == 0 &&
	       !call->error && !call_is(call, CALL_UNFINISHED);
}

/* All that moved on the socket is in the trace. */
bool hint_has_all_bytes(const struct hint_search *search, const struct socket *socket);

/* Words for a "%s" of hint_add, in the language of what was seen. */
const char *hint_term(const struct hint_search *search, const char *words);

/* "; its peer, nginx, has read 5 B", or that until that time nobody had accepted the connection
 * that the socket asked for; "": the trace does not say. */
void hint_say_peer(const struct hint_search *search, const struct socket *socket, int64_t until_ns,
	char *words, size_t size);

/* A time or a number of bytes in words, good for one hint_add. */
const char *hint_time(const struct hint_search *search, int64_t time_ns);
const char *hint_bytes(const struct hint_search *search, int64_t bytes);

#endif
