/* SPDX-License-Identifier: MIT */
/*
 * Who talks to whom: the connections and the datagrams between the same two ends, taken together.
 * An end is a program of the trace with the address that it serves at, or a host outside of it.
 *
 *	struct talks *talks = talks_new(selection);
 *	for (size_t i = 0; i < talks->count; i++)
 *		… talks->list[i].client …
 *	talks_free(talks);
 */
#ifndef VIEWER_TALK_H
#define VIEWER_TALK_H

#include "viewer/model/selection.h"

enum talk_kind {
	TALK_CONNECTIONS, /* one end asked, the other one accepted */
	TALK_DATAGRAMS,
	TALK_PAIR,      /* socketpair(2) */
	TALK_LISTENING, /* a listening socket to which nobody came */
};

struct talk {
	enum talk_kind kind;
	const struct process *client, *server; /* the first of each; NULL: not in the trace */
	size_t client_count, server_count;     /* processes of that name */
	const struct socket *socket;           /* the first one that is in the trace */
	char *address;                      /* owned: where the server is, as text; "": not known */
	const struct value *server_address; /* the same; NULL: it is known as text only */
	char *host;      /* owned: of the client that is not in the trace; "": not known */
	size_t count;    /* connections, asked for or found; sockets with datagrams; pairs */
	size_t open;     /* of the connections: not ended when the trace did */
	bool is_guessed; /* which end is the client: the connection stood when the trace began */
	size_t outcomes[OUTCOME_FAILED + 1];
	int64_t bytes_to_server, bytes_to_client;
};

struct talks {
	struct talk *list; /* owned: in the order of their first sockets */
	size_t count, capacity;
	uint32_t *of_socket; /* owned: by the socket's number the talk's, plus one; 0: none */
};

/* Of the calls of the selection; for the caller to free with talks_free. */
struct talks *talks_new(const struct selection *selection);
void talks_free(struct talks *talks);

#endif
