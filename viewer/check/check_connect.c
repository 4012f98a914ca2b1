/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/check/check_kinds.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/relate/connection.h"
#include "viewer/wording/names.h"

/* Whom a socket for datagrams talks to. */
struct check_peers {
	struct check_search *search;
	uint32_t *connected; /* owned: by the socket's number the string of its peer, or 0 */
	struct id_map asked; /* who has sent to a socket, by peer_key() */
};

/* Datagrams to the kernel go nowhere: netlink(7), and what encrypts. */
static bool is_kernels(const char *family, const char *address)
{
	return strcmp(family, "AF_ALG") == 0 || strcmp(family, "AF_KEY") == 0 ||
	       (strcmp(family, "AF_NETLINK") == 0 && (!*address || address_is_kernels(address)));
}

/* The call goes to that address, which the rule may not allow. */
static void judge(struct check_search *search, uint32_t index, const char *address)
{
	const struct call *call = &search->trace->calls[index];
	const struct socket *socket = call->descriptor->socket;
	const char *family = trace_word(search->trace, socket->family);
	const struct attempt *attempt = connection_attempt(search->trace, index);
	bool is_only = search->rule->kind == CHECK_CONNECT_ONLY;

	if (is_kernels(family, address) || !check_is_for(search, call->process))
		return;
	search->result->seen++;
	if (check_addresses_match(&search->rule->addresses, family, address) ==
		(is_only ? CHECK_YES : CHECK_NO))
		return;
	struct text text = check_text(search);
	text_add(&text, STYLE_PLAIN, "to ");
	check_put_address(&text, family, address);
	if (attempt) {
		text_add_separator(&text, STYLE_PLAIN, ',');
		text_add(&text, STYLE_PLAIN, name_outcome(attempt->outcome));
	}
	check_add_text(search, index, call->process, 0, &text);
}

/* What the call was given. */
static void address_given(
	const struct check_search *search, const struct call *call, char address[ADDRESS_SIZE])
{
	address_text(address, value_member(call_details(search->trace, call)->args, "address"));
}

static uint64_t peer_key(const struct socket *socket, uint32_t peer)
{
	return (uint64_t)socket->number << 32 | peer;
}

static void judge_datagram(struct check_peers *peers, uint32_t index, const char *address)
{
	const struct trace *trace = peers->search->trace;
	const struct call *call = &trace->calls[index];
	uint32_t number = string_table_find(&trace->strings, address);

	/* What failed before anybody knew where to went nowhere. */
	if (!*address && call->error)
		return;
	/* Whoever has asked gets an answer. */
	if (*address && number != NO_STRING &&
		id_map_get(&peers->asked, peer_key(call->descriptor->socket, number)))
		return;
	judge(peers->search, index, address);
}

/* The addresses of what sendmmsg(2) sends stand with each message. */
static void judge_messages(struct check_peers *peers, uint32_t index)
{
	const struct trace *trace = peers->search->trace;
	const struct call *call = &trace->calls[index];
	const struct record_call *details = call_details(trace, call);
	size_t count = value_count(details->messages);
	char(*addresses)[ADDRESS_SIZE] = xcalloc(count + 1, sizeof(*addresses));

	for (size_t i = 0; i < count; i++)
		address_text(
			addresses[i], value_member(value_element(details->messages, i), "address"));
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(addresses[i], addresses[i - 1]) != 0)
			judge_datagram(peers, index, addresses[i]);
	free(addresses);
}

static void learn_senders(struct check_peers *peers, const struct call *call)
{
	const struct trace *trace = peers->search->trace;
	struct socket *socket = call->descriptor->socket;
	char address[ADDRESS_SIZE];

	if (call->address)
		id_map_put(&peers->asked, peer_key(socket, call->address), socket);
	if (call->address || call->payload_at > 0 || call->result == call->bytes)
		return;
	/* recvmmsg(2) */
	const struct value *messages = call_details(trace, call)->messages;
	for (size_t i = 0; i < value_count(messages); i++) {
		address_text(address, value_member(value_element(messages, i), "address"));
		uint32_t number = string_table_find(&trace->strings, address);
		if (*address && number != NO_STRING)
			id_map_put(&peers->asked, peer_key(socket, number), socket);
	}
}

static void look_at_datagram(struct check_peers *peers, uint32_t index, bool is_chosen)
{
	const struct trace *trace = peers->search->trace;
	const struct call *call = &trace->calls[index];
	const struct socket *socket = call->descriptor->socket;
	uint32_t connected = peers->connected[socket->number];
	char address[ADDRESS_SIZE];

	if (call->effect == EFFECT_CONNECT && !call->error)
		peers->connected[socket->number] = call_is(call, CALL_UNDOES) ? 0 : call->address;
	else if (call->effect == EFFECT_RECEIVE && !call->error)
		learn_senders(peers, call);
	if (call->effect != EFFECT_SEND || call_is(call, CALL_PENDING) || !is_chosen ||
		socket->direction == DIRECTION_PAIR)
		return;
	if (call->address) {
		judge_datagram(peers, index, trace_word(trace, call->address));
	} else if (connected) {
		judge_datagram(peers, index, trace_word(trace, connected));
	} else if (strstr(trace_word(trace, call->name), "mmsg")) {
		judge_messages(peers, index);
	} else {
		/* It was connected before the trace began. */
		address_text(address, socket->peer);
		judge_datagram(peers, index, address);
	}
}

static void look_at_stream(struct check_search *search, uint32_t index)
{
	const struct trace *trace = search->trace;
	const struct call *call = &trace->calls[index];
	const struct socket *socket = call->descriptor->socket;
	char address[ADDRESS_SIZE];

	if (call->effect == EFFECT_CONNECT && connection_attempt(trace, index) &&
		!call_is(call, CALL_NO_SERVICE)) {
		address_given(search, call, address);
		if (*address || !call_is(call, CALL_FAILED))
			judge(search, index, address);
	} else if (call->effect == EFFECT_SEND && socket->direction == DIRECTION_NONE &&
		   !socket->found && !call->error) {
		/* MSG_FASTOPEN: tcp(7). */
		address_given(search, call, address);
		if (*address)
			judge(search, index, address);
	}
}

/*
 * A stream's connect counts whatever came of it. A connect of a socket for datagrams sends nothing,
 * as getaddrinfo(3) knows, which makes it to learn its own address: what is sent counts, unless it
 * answers.
 */
void check_find_connects(struct check_search *search)
{
	const struct trace *trace = search->trace;
	struct check_peers peers = {.search = search,
		.connected = xcalloc(trace->socket_count + 1, sizeof(*peers.connected))};

	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		bool is_chosen = selection_has_call(search->selection, (uint32_t)i);
		if (!call->descriptor)
			continue;
		if (!socket_is_stream(trace, call->descriptor->socket))
			look_at_datagram(&peers, (uint32_t)i, is_chosen);
		else if (is_chosen)
			look_at_stream(search, (uint32_t)i);
	}
	id_map_free(&peers.asked);
	free(peers.connected);
}

void check_find_failed_connects(struct check_search *search)
{
	const struct trace *trace = search->trace;
	const struct check_addresses *wanted = &search->rule->addresses;
	char address[ADDRESS_SIZE];

	for (size_t i = 0; i < trace->attempt_count; i++) {
		const struct attempt *attempt = &trace->attempts[i];
		const struct call *call = &trace->calls[attempt->connect];
		const char *family = trace_word(trace, call->descriptor->socket->family);
		if (call_is(call, CALL_NO_SERVICE) || !check_is_for(search, call->process) ||
			!selection_has_call(search->selection, attempt->connect))
			continue;
		address_given(search, call, address);
		if (wanted->count > 0 && check_addresses_match(wanted, family, address) == CHECK_NO)
			continue;
		search->result->seen++;
		if (!connection_has_failed(trace, call))
			continue;
		struct text text = check_text(search);
		text_add(&text, STYLE_PLAIN, "to ");
		check_put_address(&text, family, address);
		text_add_separator(&text, STYLE_PLAIN, ':');
		text_add(&text, STYLE_PLAIN, name_outcome(attempt->outcome));
		check_add_text(search, attempt->connect, call->process, 0, &text);
	}
}
