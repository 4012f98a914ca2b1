/* SPDX-License-Identifier: MIT */
#include "viewer/relate/talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/id_map.h"
#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/model/string_table.h"
#include "viewer/relate/connection.h"
#include "viewer/relate/endpoint.h"
#include "viewer/relate/name_service.h"
#include "viewer/term/quantity.h"

/* What one socket moved. */
struct moved {
	int64_t in, out;
	bool is_shown; /* some call on it is of the selection */
	/* Whoever receives first is asked, and whoever sends first asks. */
	bool has_asked, is_asked;
	bool has_accepted; /* somebody connected to it */
	bool is_datagram;  /* it belongs to no connection */
	bool is_told;      /* what it receives: the socket that sends to it is in the trace */
};

struct talk_search {
	const struct selection *selection;
	const struct trace *trace;
	struct talks *talks;
	struct moved *moved;       /* owned: by the socket's number */
	struct string_table keys;  /* of the talks: what its two ends are; numbers count from 1 */
	struct id_map processes;   /* that were counted */
	struct id_map by_port;     /* sockets for datagrams, by the port that they are bound to */
	struct id_map by_datagram; /* talks, by socket and address */
};

/* An end: a process, or the host that is outside of the trace. */
struct talker {
	const struct process *process;
	const char *host; /* "": not known */
};

static void address_of(char text[ADDRESS_SIZE], const struct value *address)
{
	address_text(text, address);
	address_unmap(text);
}

/* Without the port, of which each connection has another one. */
static void host_of(char text[ADDRESS_SIZE], const char *address)
{
	snprintf(text, ADDRESS_SIZE, "%s", address);
	address_cut_port(text);
}

static void count_process(
	struct talk_search *search, uint32_t talk, const struct process *process, size_t *count)
{
	uint64_t key;

	if (!process)
		return;
	key = ((uint64_t)talk << 33 | (uint64_t)process->number << 1 |
		      (count == &search->talks->list[talk].server_count)) +
	      1;
	if (id_map_get(&search->processes, key))
		return;
	id_map_put(&search->processes, key, search);
	*count += 1;
}

static uint32_t new_talk(struct talk_search *search, struct talk talk)
{
	struct talks *talks = search->talks;

	talks->list = array_grow(talks->list, talks->count, &talks->capacity, sizeof(talk));
	talks->list[talks->count] = talk;
	return (uint32_t)talks->count++;
}

/* The talk of these ends; that of others with the same names is the same. */
static uint32_t talk_between(struct talk_search *search, enum talk_kind kind, struct talker client,
	struct talker server, const char *address, const struct socket *socket)
{
	char key[4 * ADDRESS_SIZE];
	size_t before = search->keys.count;
	const char *kind_word = trace_word(search->trace, socket->type);

	snprintf(key, sizeof(key), "%d\n%.20s\n%d%.200s\n%.250s\n%d%.200s\n%.280s", kind, kind_word,
		client.process != NULL,
		client.process && client.process->program ? client.process->program : "",
		client.process ? "" : client.host, server.process != NULL,
		server.process && server.process->program ? server.process->program : "", address);
	uint32_t number = string_table_number(&search->keys, key);
	/* Number 0 of the strings is the empty one, which is no key. */
	uint32_t talk = number - 1;
	if (search->keys.count != before)
		talk = new_talk(
			search, (struct talk){.kind = kind,
					.client = client.process,
					.server = server.process,
					.socket = socket,
					.address = xstrdup(address),
					.host = xstrdup(client.process ? "" : client.host)});
	struct talk *found = &search->talks->list[talk];
	count_process(search, talk, client.process, &found->client_count);
	count_process(search, talk, server.process, &found->server_count);
	return talk;
}

static void add_moved(struct talk_search *search, struct talk *talk, const struct socket *client,
	const struct socket *server)
{
	const struct moved *moved = &search->moved[client ? client->number : server->number];

	quantity_add_up(&talk->bytes_to_server, client ? moved->out : moved->in);
	quantity_add_up(&talk->bytes_to_client, client ? moved->in : moved->out);
}

static bool is_shown(const struct talk_search *search, const struct socket *socket)
{
	return socket && search->moved[socket->number].is_shown;
}

static void note(struct talk_search *search, const struct socket *socket, uint32_t talk)
{
	if (socket)
		search->talks->of_socket[socket->number] = talk + 1;
}

static void add_connection(struct talk_search *search, const struct connection *connection)
{
	const struct socket *client = connection->opener, *server = connection->acceptor;
	const struct socket *socket = client ? client : server;
	bool is_pair = socket->direction == DIRECTION_PAIR;
	const struct value *where = is_pair                  ? NULL
				    : client && client->peer ? client->peer
				    : server                 ? server->local
							     : NULL;
	char address[ADDRESS_SIZE], peer[ADDRESS_SIZE], host[ADDRESS_SIZE] = "";

	if (!is_shown(search, client) && !is_shown(search, server))
		return;
	address_of(address, where);
	if (!client) {
		address_of(peer, server->peer);
		host_of(host, peer);
	}
	uint32_t number = talk_between(search, is_pair ? TALK_PAIR : TALK_CONNECTIONS,
		(struct talker){socket_process(client), host},
		(struct talker){socket_process(server), ""}, address, socket);
	struct talk *talk = &search->talks->list[number];
	talk->server_address = where;
	talk->count++;
	talk->outcomes[connection->outcome]++;
	talk->open +=
		connection->outcome == OUTCOME_ESTABLISHED && connection->ending == ENDING_NONE;
	talk->is_guessed |= connection_is_guessed(connection);
	add_moved(search, talk, client, server);
	note(search, client, number);
	note(search, server, number);
}

static bool is_datagram(const struct trace *trace, const struct socket *socket)
{
	return !socket_is_stream(trace, socket) && !socket->connection;
}

static bool is_unix(const struct trace *trace, const struct socket *socket)
{
	return strcmp(trace_word(trace, socket->family), "AF_UNIX") == 0;
}

static bool is_netlink(const struct trace *trace, const struct socket *socket)
{
	return strcmp(trace_word(trace, socket->family), "AF_NETLINK") == 0;
}

static struct endpoint endpoint_of(
	const struct trace *trace, const struct socket *socket, const struct value *address)
{
	char text[ADDRESS_SIZE];

	address_of(text, address);
	return endpoint_named(text, is_unix(trace, socket));
}

static void learn_datagrams(struct talk_search *search)
{
	for (size_t i = 0; i < search->trace->socket_count; i++) {
		struct socket *socket = search->trace->sockets[i];
		if (!is_datagram(search->trace, socket))
			continue;
		search->moved[i].is_datagram = true;
		struct endpoint endpoint = endpoint_of(search->trace, socket, socket->local);
		if (endpoint.port != 0 && !id_map_get(&search->by_port, endpoint.port))
			id_map_put(&search->by_port, endpoint.port, socket);
	}
}

/* The socket of the trace that is bound to that address, or NULL. */
static const struct socket *bound_to(
	const struct talk_search *search, const struct socket *socket, const char *address)
{
	struct endpoint endpoint = endpoint_named(address, is_unix(search->trace, socket));
	const struct socket *found =
		endpoint.port ? id_map_get(&search->by_port, endpoint.port) : NULL;

	return found && found != socket &&
			       endpoint_matches(
				       endpoint, endpoint_of(search->trace, found, found->local))
		       ? found
		       : NULL;
}

/* The talk that datagrams between the socket and that address belong to; UINT32_MAX: none, as what
 * the other end did says it already. */
static uint32_t datagram_talk(
	struct talk_search *search, const struct socket *socket, const char *address)
{
	char local[ADDRESS_SIZE], host[ADDRESS_SIZE];
	const struct socket *other =
		socket->other_end ? socket->other_end : bound_to(search, socket, address);
	uint32_t talk;

	if (!search->moved[socket->number].is_asked) {
		talk = talk_between(search, TALK_DATAGRAMS,
			(struct talker){socket_process(socket), ""},
			(struct talker){socket_process(other), ""}, address, socket);
		note(search, other, talk);
		if (other)
			search->moved[other->number].is_told = true;
	} else if (other && !search->moved[other->number].is_asked) {
		return UINT32_MAX;
	} else {
		address_of(local, socket->local);
		host_of(host, address);
		talk = talk_between(search, TALK_DATAGRAMS,
			(struct talker){socket_process(other), host},
			(struct talker){socket_process(socket), ""}, local, socket);
	}
	note(search, socket, talk);
	search->talks->list[talk].count++;
	return talk;
}

static void add_datagram(struct talk_search *search, const struct call *call)
{
	const struct socket *socket = call->descriptor->socket;
	uint64_t key = ((uint64_t)socket->number << 32 | call->address) + 1;
	uintptr_t talk = (uintptr_t)id_map_get(&search->by_datagram, key);
	char peer[ADDRESS_SIZE];

	if (!talk) {
		/* Of netlink(7) that is only where what is sent goes. */
		bool is_told = call->effect == EFFECT_SEND || !is_netlink(search->trace, socket);
		address_of(peer, is_told ? socket->peer : NULL);
		if (call->address) {
			snprintf(
				peer, sizeof(peer), "%s", trace_word(search->trace, call->address));
			address_unmap(peer);
		}
		/* One that says nobody's address belongs to what the socket talked of before. */
		uint32_t before = search->talks->of_socket[socket->number];
		if (*peer || !before)
			talk = (uintptr_t)datagram_talk(search, socket, peer) + 1;
		else if (call->effect == EFFECT_RECEIVE && search->moved[socket->number].is_told)
			talk = (uintptr_t)UINT32_MAX + 1;
		else
			talk = before;
		id_map_put(&search->by_datagram, key, (void *)talk);
	}
	if (talk == (uintptr_t)UINT32_MAX + 1)
		return;
	struct talk *found = &search->talks->list[talk - 1];
	bool is_to_server =
		(call->effect == EFFECT_SEND) == !search->moved[socket->number].is_asked;
	quantity_add_up(is_to_server ? &found->bytes_to_server : &found->bytes_to_client,
		call->bytes > 0 ? call->bytes : 0);
}

static void add_call(struct talk_search *search, uint32_t index)
{
	const struct call *call = &search->trace->calls[index];
	bool is_shown = selection_has_call(search->selection, index);

	if (!call->descriptor)
		return;
	struct moved *moved = &search->moved[call->descriptor->socket->number];
	bool sends = call_has_moved(call, EFFECT_SEND),
	     receives = call_has_moved(call, EFFECT_RECEIVE);
	moved->is_shown |= is_shown;
	moved->has_asked |= sends && !moved->is_asked;
	moved->is_asked |= receives && !moved->has_asked;
	moved->has_accepted |= call->effect == EFFECT_ACCEPT && call_is(call, CALL_MAKES);
	if (is_shown && (sends || receives) && call->bytes > 0)
		quantity_add_up(sends ? &moved->out : &moved->in, call->bytes);
}

/* Listening sockets that nobody connected to. */
static void add_listeners(struct talk_search *search)
{
	for (size_t i = 0; i < search->trace->socket_count; i++) {
		const struct socket *socket = search->trace->sockets[i];
		char address[ADDRESS_SIZE];
		if (socket->direction != DIRECTION_LISTENING || !is_shown(search, socket) ||
			search->moved[socket->number].has_accepted)
			continue;
		address_of(address, socket->local);
		uint32_t talk = talk_between(search, TALK_LISTENING, (struct talker){NULL, ""},
			(struct talker){socket_process(socket), ""}, address, socket);
		search->talks->list[talk].server_address = socket->local;
		note(search, socket, talk);
	}
}

struct talks *talks_new(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct talk_search search = {.selection = selection, .trace = trace};

	search.talks = xcalloc(1, sizeof(*search.talks));
	search.talks->of_socket = xcalloc(trace->socket_count + 1, sizeof(uint32_t));
	search.moved = xcalloc(trace->socket_count + 1, sizeof(*search.moved));
	for (uint32_t i = 0; i < trace->call_count; i++)
		add_call(&search, i);
	for (size_t i = 0; i < trace->connection_count; i++) {
		const struct socket *opener = trace->connections[i]->opener;
		if (!opener || !opener->holder ||
			!name_service_is_hidden(selection, opener->holder, false))
			add_connection(&search, trace->connections[i]);
	}
	learn_datagrams(&search);
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->descriptor && selection_has_call(selection, i) &&
			(call_has_moved(call, EFFECT_SEND) ||
				call_has_moved(call, EFFECT_RECEIVE)) &&
			search.moved[call->descriptor->socket->number].is_datagram)
			add_datagram(&search, call);
	}
	add_listeners(&search);
	string_table_free(&search.keys);
	id_map_free(&search.processes);
	id_map_free(&search.by_port);
	id_map_free(&search.by_datagram);
	free(search.moved);
	return search.talks;
}

void talks_free(struct talks *talks)
{
	for (size_t i = 0; i < talks->count; i++) {
		free(talks->list[i].address);
		free(talks->list[i].host);
	}
	free(talks->list);
	free(talks->of_socket);
	free(talks);
}
