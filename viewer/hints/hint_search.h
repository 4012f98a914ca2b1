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

struct hint_search {
	const struct trace *trace;         /* all of it is searched, */
	const struct selection *selection; /* and only this shown */
	struct hints *hints;
	const struct hint_rule *rule; /* that is being looked for */
	bool is_ascii;
	const struct socket_calls *calls;
	struct hint_words *words;
};

/* How many calls were made on the socket, and the index of one of them. */
size_t hint_call_count(const struct hint_search *search, const struct socket *socket);
uint32_t hint_call_on(const struct hint_search *search, const struct socket *socket, size_t at);

/* The call of the trace that made the socket: socket(2), socketpair(2) or accept(2); NULL: the
 * trace knows nothing of its youth. */
const struct call *hint_maker(const struct hint_search *search, const struct socket *socket);

/* Where the call stands among all of the descriptor's, or would. */
size_t hint_place(const struct descriptor *descriptor, uint32_t index);

/* Its process ended, and had not closed it. */
bool hint_is_open_at_exit(const struct descriptor *descriptor);

/* The close(2) with which the descriptor ended; NO_CALL: it did not end so. */
uint32_t hint_close(const struct hint_search *search, const struct descriptor *descriptor);

/* The links of the trace: they cost as much as a view of it. */
const struct links *hint_links(const struct hint_search *search);

const struct call *hint_call(const struct hint_search *search, uint32_t index);

/* A hint that the call shows, on the descriptor that it was made on; of NO_CALL one that is not
 * added. */
struct hint hint_begin(const struct hint_search *search, uint32_t index);

/* One more call that shows it. */
void hint_show(struct hint *hint, uint32_t index);

/* Adds the hint, with what was seen in words; not if the user left out a call that shows it. */
__attribute__((format(printf, 3, 4))) void hint_add(
	struct hint_search *search, struct hint hint, const char *format, ...);

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

/* Bytes that moved with success in that direction. */
bool hint_has_moved(const struct call *call, enum effect effect);

/* A time or a number of bytes in words, good for one hint_add. */
const char *hint_time(const struct hint_search *search, int64_t time_ns);
const char *hint_bytes(const struct hint_search *search, int64_t bytes);

#endif
