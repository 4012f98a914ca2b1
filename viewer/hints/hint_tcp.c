/* SPDX-License-Identifier: MIT */
/* Rules about what the kernel said that TCP was doing. */
#include <netinet/tcp.h>

#include "viewer/hints/hint_rules.h"

/* A segment is sent again after so long at the earliest: TCP_RTO_MIN of include/net/tcp.h. */
#define SENT_AGAIN_NS 200000000

/* So many that the peer does not acknowledge: it is more than a segment that got lost. */
#define SENT_IN_VAIN 3

/* Between two reports: the longest call on the socket that waited, and the last that sent. */
struct tcp_interval {
	uint32_t longest, sent; /* NO_CALL: none */
};

/* Goes through the calls of the descriptor from the place on, which moves on to the time. */
static struct tcp_interval interval_until(const struct hint_search *search,
	const struct descriptor *descriptor, size_t *place, int64_t until_ns)
{
	struct tcp_interval interval = {NO_CALL, NO_CALL};
	int64_t longest_ns = -1;

	for (; *place < descriptor->calls.count; (*place)++) {
		uint32_t index = descriptor->calls.list[*place];
		const struct call *call = hint_call(search, index);
		if (call_end_ns(call) > until_ns)
			break;
		if (hint_has_moved(call, EFFECT_SEND))
			interval.sent = index;
		if (!call_can_wait(call->effect) || call->effect == EFFECT_CONNECT ||
			call->effect == EFFECT_ACCEPT || call->duration_ns <= longest_ns)
			continue;
		longest_ns = call->duration_ns;
		interval.longest = index;
	}
	return interval;
}

static int64_t grown(int64_t before, int64_t now)
{
	return before < 0 || now < before ? 0 : now - before;
}

/* The connection stood: what is sent again from then on is no SYN. */
static bool stands(const struct socket_report *report)
{
	return report->tcp.state != 0 && report->tcp.state != TCP_SYN_SENT &&
	       report->tcp.state != TCP_SYN_RECV && report->tcp.state != TCP_LISTEN;
}

/* The one that the program sends on: a fork may have made others. NULL: none. */
static const struct descriptor *sending_descriptor(
	const struct hint_search *search, const struct socket *socket)
{
	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		const struct call *call = hint_call(search, hint_call_on(search, socket, i));
		if (hint_has_moved(call, EFFECT_SEND))
			return call->descriptor;
	}
	return NULL;
}

static struct hint hint_in(const struct hint_search *search, struct tcp_interval interval)
{
	struct hint hint = hint_begin(search, interval.sent);

	if (interval.longest != interval.sent && interval.longest != NO_CALL)
		hint_show(&hint, interval.longest);
	return hint;
}

static bool is_window_full(const struct socket_report *before, const struct socket_report *report)
{
	return grown(before->tcp.rwnd_limited_us, report->tcp.rwnd_limited_us) >
	       grown(before->tcp.busy_us, report->tcp.busy_us) / 2;
}

/* How many were sent again, less those that the peer had already: what was late was their
 * acknowledgement, or the kernel probed for a loss (RFC 8985, 7). */
static int64_t lost(const struct socket_report *before, const struct socket_report *report)
{
	return grown(before->tcp.retransmits, report->tcp.retransmits) -
	       grown(before->tcp.duplicates, report->tcp.duplicates);
}

/* For most of the wait something was not acknowledged, and the wait is no longer than it takes to
 * send so many again, each after twice as long as the one before. */
static bool is_explained(const struct socket_report *before, const struct socket_report *report,
	int64_t again, int64_t waited_ns)
{
	int64_t round_ns = report->tcp.rtt_us > 0 && report->tcp.rtt_us < 10000000
				   ? report->tcp.rtt_us * 1000
				   : 0;
	int64_t most_ns = (SENT_AGAIN_NS + 4 * round_ns) << (again < 16 ? again + 1 : 16);

	return waited_ns >= SENT_AGAIN_NS && waited_ns <= most_ns &&
	       grown(before->tcp.busy_us, report->tcp.busy_us) >= waited_ns / 2 / 1000;
}

/*
 * What is not acknowledged in time is sent again, after 200 ms at the earliest, then after twice as
 * long each time (RFC 6298): it was lost, or the peer is not there. Only where something waited
 * meanwhile, or the peer acknowledged none of several. What asks a peer whose
 * window is full is sent again, too.
 */
void hint_find_retransmitted(struct hint_search *search, const struct socket *socket)
{
	const struct descriptor *descriptor;
	size_t place = 0;

	if (socket->report_count < 2 ||
		socket->reports[socket->report_count - 1].tcp.retransmits <= 0)
		return;
	descriptor = sending_descriptor(search, socket);
	for (size_t i = 0; descriptor && i < socket->report_count; i++) {
		const struct socket_report *report = &socket->reports[i];
		struct tcp_interval interval =
			interval_until(search, descriptor, &place, report->time_ns);
		int64_t again = i == 0 || !stands(&report[-1]) ? 0 : lost(&report[-1], report);
		int64_t waited_ns = interval.longest == NO_CALL
					    ? 0
					    : hint_call(search, interval.longest)->duration_ns;
		bool is_in_vain = again >= SENT_IN_VAIN && report->tcp.unacked > 0 &&
				  report->tcp.last_ack_us >= SENT_IN_VAIN * SENT_AGAIN_NS / 1000;
		if (again <= 0 || interval.sent == NO_CALL || is_window_full(&report[-1], report) ||
			(!is_in_vain && !is_explained(&report[-1], report, again, waited_ns)))
			continue;
		struct hint hint = hint_in(search, interval);
		hint.times = (size_t)again;
		hint.lost_ns = waited_ns;
		if (is_in_vain)
			hint_add(search, hint,
				"segments were sent again, and the peer acknowledged none");
		else
			hint_add(search, hint,
				"segments were sent again, while the program waited for %s",
				hint_time(search, waited_ns));
		return;
	}
}

/* So long, and half of the time in which there was something to send. */
#define WINDOW_FULL_NS 1000000000

/*
 * The peer's receive buffer has room for so much, and nothing may be sent beyond it: RFC 9293,
 * 3.8.6. The kernel counts how long that was the reason not to send: tcp_info, tcpi_rwnd_limited.
 */
void hint_find_window_full(struct hint_search *search, const struct socket *socket)
{
	struct tcp_interval interval = {NO_CALL, NO_CALL};
	const struct socket_report *first, *last;
	const struct descriptor *descriptor;
	size_t place = 0;

	if (socket->report_count < 2)
		return;
	first = &socket->reports[0];
	last = &socket->reports[socket->report_count - 1];
	int64_t full_us = grown(first->tcp.rwnd_limited_us, last->tcp.rwnd_limited_us);
	int64_t busy_us = grown(first->tcp.busy_us, last->tcp.busy_us);
	if (full_us > INT64_MAX / 1000 || full_us * 1000 < WINDOW_FULL_NS || full_us < busy_us / 2)
		return;
	descriptor = sending_descriptor(search, socket);
	if (descriptor)
		interval = interval_until(search, descriptor, &place, last->time_ns);
	if (interval.sent == NO_CALL)
		return;
	struct hint hint = hint_in(search, interval);
	hint.lost_ns = full_us * 1000;
	hint_add(search, hint,
		"there was something to send for %s, and for %s no room for it at the peer",
		hint_time(search, busy_us > INT64_MAX / 1000 ? INT64_MAX : busy_us * 1000),
		hint_time(search, hint.lost_ns));
}
