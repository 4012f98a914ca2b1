/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "viewer/check/check_kinds.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"

/* A socket for datagrams that was bound to a port, and not connected, is open to everybody as a
 * listening one is; but not where the kernel picked the port, as for who asks. */
static bool opens_port(const struct trace *trace, const struct call *call)
{
	const struct socket *socket = call->descriptor->socket;
	int64_t port = 0;

	if (call->effect != EFFECT_BIND || socket_is_stream(trace, socket) ||
		strncmp(trace_word(trace, socket->family), "AF_INET", strlen("AF_INET")) != 0 ||
		socket->direction == DIRECTION_OUT)
		return false;
	const struct value *address = value_member(call_details(trace, call)->args, "address");
	return value_integer(value_member(address, "port"), &port) && port > 0;
}

/* listen(2) of a socket that was not bound has the kernel pick a port. */
static void judge(struct check_search *search, uint32_t index)
{
	const struct call *call = &search->trace->calls[index];
	const struct socket *socket = call->descriptor->socket;
	const char *family = trace_word(search->trace, socket->family);
	bool is_only = search->rule->kind == CHECK_LISTEN_ONLY;
	char address[ADDRESS_SIZE];

	search->result->seen++;
	address_text(address, socket->local);
	if (check_addresses_match(&search->rule->addresses, family, address) ==
		(is_only ? CHECK_YES : CHECK_NO))
		return;
	struct text text = check_text(search);
	text_add(&text, STYLE_PLAIN, "at ");
	check_put_address(&text, family, address);
	if (call->effect == EFFECT_BIND)
		text_add(&text, STYLE_PLAIN, ", for datagrams");
	check_add_text(search, index, call->process, 0, &text);
}

void check_find_listens(struct check_search *search)
{
	const struct trace *trace = search->trace;

	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if ((call->effect != EFFECT_LISTEN && call->effect != EFFECT_BIND) ||
			!call->descriptor || call->error || call_is(call, CALL_UNFINISHED) ||
			!selection_has_call(search->selection, (uint32_t)i) ||
			!check_is_for(search, call->process))
			continue;
		if (call->effect == EFFECT_LISTEN || opens_port(trace, call))
			judge(search, (uint32_t)i);
	}
}
