/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/details.h"

/* So many receives of a socket are read again, and of all sockets: it takes some microseconds. */
#define LOOKS        16
#define LOOKS_IN_ALL 20000

/* The datagrams that a socket received. */
struct arrivals {
	int64_t longest;
	size_t looks;
	bool may_be_cut; /* one filled its buffer to the last byte */
	size_t cut;
	struct hint hint;
	int64_t sent; /* bytes of the first one that was cut; 0: not known */
};

static void add_cut(
	struct hint_search *search, struct arrivals *arrivals, uint32_t index, int64_t sent)
{
	if (arrivals->cut++ == 0) {
		arrivals->hint = hint_begin(search, index);
		arrivals->sent = sent;
	} else {
		hint_show(&arrivals->hint, index);
	}
}

/* A program that asks for the real length (MSG_TRUNC), or only peeks, knows what it does. */
static void look(struct hint_search *search, struct arrivals *arrivals, uint32_t index)
{
	const struct call *call = hint_call(search, index);
	const struct record_call *details = call_details(search->trace, call);
	const struct value *flags = value_member(details->args, "flags");
	const struct value *received_flags = value_member(details->args, "received_flags");
	int64_t size;

	arrivals->looks++;
	if (value_has(flags, "MSG_TRUNC") || value_has(flags, "MSG_PEEK"))
		return;
	if (value_has(received_flags, "MSG_TRUNC"))
		add_cut(search, arrivals, index, 0);
	else if (!received_flags && value_integer(value_member(details->args, "size"), &size))
		arrivals->may_be_cut |= size == call->bytes;
}

static bool is_arrival(const struct hint_search *search, const struct call *call)
{
	/* The result of recvmmsg(2) is a count, that of MSG_PEEK and MSG_TRUNC may be more. */
	return call->descriptor && hint_has_moved(call, EFFECT_RECEIVE) &&
	       call->result == call->bytes &&
	       !socket_is_stream(search->trace, call->descriptor->socket);
}

static struct arrivals *of(struct arrivals *all, const struct call *call)
{
	return &all[call->descriptor->socket->number];
}

static bool has_arrivals(const struct hint_search *search)
{
	const struct trace *trace = search->trace;

	for (size_t i = 0; i < trace->socket_count; i++)
		if (hint_facts(search, trace->sockets[i])->has_receives &&
			!socket_is_stream(trace, trace->sockets[i]))
			return true;
	return false;
}

/* A datagram that was cut is as long as its buffer: no other is longer. */
static bool look_at_longest(struct hint_search *search, struct arrivals *all)
{
	const struct trace *trace = search->trace;
	bool may_be_cut = false;
	size_t looks = 0;

	for (size_t i = 0; i < trace->call_count; i++)
		if (is_arrival(search, &trace->calls[i]) &&
			trace->calls[i].bytes > of(all, &trace->calls[i])->longest)
			of(all, &trace->calls[i])->longest = trace->calls[i].bytes;
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!is_arrival(search, call))
			continue;
		struct arrivals *arrivals = of(all, call);
		if (call->bytes == arrivals->longest && arrivals->looks < LOOKS &&
			looks++ < LOOKS_IN_ALL)
			look(search, arrivals, i);
		/* The kernel's word is enough. */
		arrivals->may_be_cut &= arrivals->cut == 0;
		may_be_cut |= arrivals->may_be_cut;
	}
	return may_be_cut;
}

/* More was sent than received; of sendmmsg(2) it is not known which message it was. */
static void compare_ends(struct hint_search *search, struct arrivals *all)
{
	const struct links *links = hint_links(search);

	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->list[i];
		if (link->kind != LINK_DATA || link->from == NO_CALL || link->to == NO_CALL)
			continue;
		const struct call *sent = hint_call(search, link->from);
		const struct call *received = hint_call(search, link->to);
		if (is_arrival(search, received) && of(all, received)->may_be_cut &&
			received->bytes == of(all, received)->longest &&
			sent->result == sent->bytes && sent->bytes > received->bytes)
			add_cut(search, of(all, received), link->to, sent->bytes);
	}
}

/*
 * Bytes that do not fit into the buffer of a receive are dropped: recv(2), MSG_TRUNC. Either the
 * kernel says so, or the trace has the send of what filled the buffer, and it was longer.
 */
void hint_find_truncated(struct hint_search *search)
{
	const struct trace *trace = search->trace;
	struct arrivals *all = xcalloc(trace->socket_count + 1, sizeof(*all));

	if (has_arrivals(search) && look_at_longest(search, all))
		compare_ends(search, all);
	for (size_t i = 0; i < trace->socket_count; i++) {
		struct arrivals *arrivals = &all[i];
		if (arrivals->cut == 0)
			continue;
		arrivals->hint.times = arrivals->cut;
		if (arrivals->sent > 0)
			hint_add(search, arrivals->hint, "%s received of a datagram of %s",
				hint_bytes(search, arrivals->longest),
				hint_bytes(search, arrivals->sent));
		else
			hint_add(search, arrivals->hint,
				"%s received, and MSG_TRUNC says that there was more",
				hint_bytes(search, arrivals->longest));
	}
	free(all);
}

/* What a program sends so soon after a datagram that was too long is its pieces. */
#define PIECES_NS 10000000

/* So many calls after an error are looked at. */
#define CALLS_LOOKED_AT 100

enum datagram_fault {
	FAULT_NONE,
	FAULT_PORT,      /* nobody receives there */
	FAULT_LENGTH,    /* it is too long */
	FAULT_QUEUE,     /* there was no room for it: the send's */
	FAULT_OVERRUN,   /* nor for messages of the kernel */
	FAULT_BROADCAST, /* it is for all, which the socket may not send to */
	FAULT_COUNT
};

/* A call on the socket that was told so; `sent`: the last send before it that worked, or NO_CALL,
 * and how many did since the last error. */
struct datagram_error {
	enum datagram_fault kind;
	uint32_t call, sent;
	size_t sent_count, at;
};

static bool is_netlink(const struct hint_search *search, const struct socket *socket)
{
	return strcmp(trace_word(search->trace, socket->family), "AF_NETLINK") == 0;
}

static bool is_internet(const struct hint_search *search, const struct socket *socket)
{
	return strncmp(trace_word(search->trace, socket->family), "AF_INET", 7) == 0;
}

/* The address of a whole network, as most are: the last byte is 255. */
static bool may_be_broadcast(const struct value *address)
{
	struct in_addr host;

	return inet_pton(AF_INET, hint_host(address), &host) == 1 &&
	       (ntohl(host.s_addr) & 255) == 255;
}

/* EACCES of a send, for want of SO_BROADCAST: ip(7). A route may be prohibited, too. */
static bool is_broadcast_refused(const struct hint_search *search, const struct call *call)
{
	static const char *const options[] = {"SO_BROADCAST", NULL};
	const struct value *address =
		value_member(call_details(search->trace, call)->args, "address");

	return may_be_broadcast(address) &&
	       !hint_has_set(search, call->descriptor->socket, NO_CALL, options);
}

static enum datagram_fault refusal_of(const struct hint_search *search, const struct call *call)
{
	bool is_send = call->effect == EFFECT_SEND;

	if (!call->error || (!effect_transfers(call->effect) && !call_is(call, CALL_TELLS_ERROR)))
		return FAULT_NONE;
	if (hint_has_failed(search, call, "ECONNREFUSED"))
		return FAULT_PORT;
	if (is_send && hint_has_failed(search, call, "EMSGSIZE"))
		return FAULT_LENGTH;
	if (is_send && hint_has_failed(search, call, "EACCES") && call->descriptor &&
		is_broadcast_refused(search, call))
		return FAULT_BROADCAST;
	if (!hint_has_failed(search, call, "ENOBUFS"))
		return FAULT_NONE;
	return is_send ? FAULT_QUEUE : FAULT_OVERRUN;
}

/* Another datagram that takes its place: all of its bytes in pieces or once more, a descriptor of a
 * file that has them. Messages of the kernel are asked for again. */
static bool is_made_good(const struct hint_search *search, const struct socket *socket,
	const struct datagram_error *refused)
{
	const struct call *call = hint_call(search, refused->call);
	int64_t size = 0, sum = 0;

	if (refused->kind != FAULT_OVERRUN)
		value_integer(value_member(call_details(search->trace, call)->args, "size"), &size);
	for (size_t i = 1;
		i <= CALLS_LOOKED_AT && refused->at + i < hint_call_count(search, socket); i++) {
		const struct call *next =
			hint_call(search, hint_call_on(search, socket, refused->at + i));
		if (!call_has_moved(next, EFFECT_SEND))
			continue;
		if (refused->kind == FAULT_OVERRUN)
			return true;
		if (next->tid != call->tid || next->time_ns - call->time_ns > PIECES_NS)
			continue;
		quantity_add_up(&sum, next->bytes);
		if (sum >= size || value_member(call_details(search->trace, next)->args, "control"))
			return true;
	}
	return false;
}

/* Who asks for errors sends on purpose what may be refused, and who asks for the path's limit what
 * may be too long. */
static bool is_probing(
	const struct hint_search *search, const struct socket *socket, enum datagram_fault kind)
{
	static const char *const errors[] = {"IP_RECVERR", "IPV6_RECVERR", NULL},
				 *const limits[] = {"IP_MTU_DISCOVER", "IPV6_MTU_DISCOVER", NULL};

	if ((kind != FAULT_PORT && kind != FAULT_LENGTH) || !is_internet(search, socket))
		return false;
	return hint_has_set(search, socket, NO_CALL, errors) ||
	       (kind == FAULT_LENGTH && hint_has_set(search, socket, NO_CALL, limits));
}

static void report_port(struct hint_search *search, const struct socket *socket,
	const struct datagram_error *refused, size_t times)
{
	const struct call *call = hint_call(search, refused->call);
	bool is_send = call->effect == EFFECT_SEND;
	struct hint hint;

	/* The kernel of this machine, or another program of it, says so at once. */
	if (!is_internet(search, socket)) {
		hint = hint_begin(search, refused->call);
		hint.times = times;
		hint_add(search, hint, "nobody receives there; what this send was given is lost");
		return;
	}
	if (refused->sent == NO_CALL)
		return;
	hint = hint_begin(search, refused->sent);
	hint_show(&hint, refused->call);
	hint.times = times;
	if (refused->sent_count > 1)
		hint_add(search, hint,
			is_send ? "nobody receives there: the error is of one of the %zu datagrams "
				  "before, and what this send was given is lost, too"
				: "nobody receives there: the error is of one of the %zu datagrams "
				  "before",
			refused->sent_count);
	else
		hint_add(search, hint, "%s",
			hint_term(search,
				is_send ? "nobody receives there: the error is of the datagram "
					  "before, and what this send was given is lost, too"
					: "nobody receives there: the error is of the datagram "
					  "before"));
}

static void report_refused(struct hint_search *search, const struct socket *socket,
	const struct datagram_error *refused, size_t times)
{
	struct hint hint = hint_begin(search, refused->call);
	int64_t size = 0;

	hint.times = times;
	if (refused->kind == FAULT_PORT) {
		report_port(search, socket, refused, times);
		return;
	}
	if (refused->kind == FAULT_OVERRUN) {
		hint.advice = "Receive sooner, or set a larger SO_RCVBUF; and ask for everything "
			      "again after ENOBUFS.";
		hint.advice_zh =
			"更及时地接收，或增大 SO_RCVBUF；收到 ENOBUFS 后重新查询全部信息。";
		hint_add(search, hint,
			"the receive buffer was full, and messages of the kernel are lost");
		return;
	}
	if (refused->kind == FAULT_BROADCAST) {
		hint.advice = "Set SO_BROADCAST before the first send: without it the kernel lets "
			      "nobody send to all of a network.";
		hint.advice_zh =
			"在第一次发送之前设置 SO_BROADCAST：没有它，内核不允许向整个网络发送。";
		hint_add(
			search, hint, "the address is for broadcasts, and SO_BROADCAST is not set");
		return;
	}
	value_integer(
		value_member(call_details(search->trace, hint_call(search, refused->call))->args,
			"size"),
		&size);
	if (refused->kind == FAULT_LENGTH) {
		hint.advice = "Split it: UDP carries 65507 bytes at most, a UNIX socket what "
			      "SO_SNDBUF has room for.";
		hint.advice_zh =
			"把它分开发送：UDP 最多携带 65507 字节，UNIX 套接字取决于 SO_SNDBUF。";
		hint_add(search, hint, "%s are too long for one datagram, and were not sent",
			hint_bytes(search, size));
	} else {
		hint.advice = "Send it again a little later, or more slowly.";
		hint.advice_zh = "稍后重新发送，或放慢发送速度。";
		hint_add(search, hint,
			"there was no room for a datagram of %s, and it was not sent",
			hint_bytes(search, size));
	}
}

/*
 * A socket that sends to a port where nobody receives is told by its next call, whatever that is:
 * udp(7), ECONNREFUSED. What is too long is not sent: send(2), EMSGSIZE. A netlink socket that does
 * not keep up loses messages: netlink(7), ENOBUFS. A broadcast wants SO_BROADCAST: ip(7), EACCES.
 */
void hint_find_refused_datagram(struct hint_search *search, const struct socket *socket)
{
	struct datagram_error first[FAULT_COUNT] = {0};
	size_t times[FAULT_COUNT] = {0}, sent_count = 0;
	uint32_t sent = NO_CALL;

	if (hint_facts(search, socket)->failures == 0 || socket_is_stream(search->trace, socket))
		return;
	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		enum datagram_fault kind = refusal_of(search, call);
		struct datagram_error refused = {kind, index, sent, sent_count, i};
		if (call_has_moved(call, EFFECT_SEND)) {
			sent = index;
			sent_count++;
		}
		if (kind == FAULT_NONE || (kind == FAULT_OVERRUN && !is_netlink(search, socket)))
			continue;
		if (kind == FAULT_PORT)
			sent_count = 0;
		/* What a program does about it, it does each time. */
		if (times[kind] == 0 &&
			(is_probing(search, socket, kind) ||
				(kind != FAULT_PORT && is_made_good(search, socket, &refused))))
			continue;
		if (times[kind]++ == 0)
			first[kind] = refused;
	}
	for (enum datagram_fault kind = FAULT_NONE; kind < FAULT_COUNT; kind++)
		if (times[kind] > 0)
			report_refused(search, socket, &first[kind], times[kind]);
}
