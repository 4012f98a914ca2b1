/* SPDX-License-Identifier: MIT */
#include "format/kernel_report.h"

#include <netinet/tcp.h>
#include <stddef.h>

static const struct json_span states[] = {
	[TCP_ESTABLISHED] = JSON_WORD("TCP_ESTABLISHED"),
	[TCP_SYN_SENT] = JSON_WORD("TCP_SYN_SENT"),
	[TCP_SYN_RECV] = JSON_WORD("TCP_SYN_RECV"),
	[TCP_FIN_WAIT1] = JSON_WORD("TCP_FIN_WAIT1"),
	[TCP_FIN_WAIT2] = JSON_WORD("TCP_FIN_WAIT2"),
	[TCP_TIME_WAIT] = JSON_WORD("TCP_TIME_WAIT"),
	[TCP_CLOSE] = JSON_WORD("TCP_CLOSE"),
	[TCP_CLOSE_WAIT] = JSON_WORD("TCP_CLOSE_WAIT"),
	[TCP_LAST_ACK] = JSON_WORD("TCP_LAST_ACK"),
	[TCP_LISTEN] = JSON_WORD("TCP_LISTEN"),
	[TCP_CLOSING] = JSON_WORD("TCP_CLOSING"),
};

struct report_member {
	struct json_span name;
	size_t offset;
};

static const struct report_member tcp_members[] = {
	{JSON_WORD("rtt_us"), offsetof(struct kernel_report, tcp.rtt_us)},
	{JSON_WORD("retransmits"), offsetof(struct kernel_report, tcp.retransmits)},
	{JSON_WORD("duplicates"), offsetof(struct kernel_report, tcp.duplicates)},
	{JSON_WORD("unacked"), offsetof(struct kernel_report, tcp.unacked)},
	{JSON_WORD("notsent_bytes"), offsetof(struct kernel_report, tcp.notsent_bytes)},
	{JSON_WORD("receive_window"), offsetof(struct kernel_report, tcp.receive_window)},
	{JSON_WORD("send_window"), offsetof(struct kernel_report, tcp.send_window)},
	{JSON_WORD("congestion_window"), offsetof(struct kernel_report, tcp.congestion_window)},
	{JSON_WORD("busy_us"), offsetof(struct kernel_report, tcp.busy_us)},
	{JSON_WORD("rwnd_limited_us"), offsetof(struct kernel_report, tcp.rwnd_limited_us)},
	{JSON_WORD("sndbuf_limited_us"), offsetof(struct kernel_report, tcp.sndbuf_limited_us)},
	{JSON_WORD("last_ack_us"), offsetof(struct kernel_report, tcp.last_ack_us)},
	{{0}, 0},
};

static const struct report_member queue_members[] = {
	{JSON_WORD("receive"), offsetof(struct kernel_report, queues.receive)},
	{JSON_WORD("send"), offsetof(struct kernel_report, queues.send)},
	{JSON_WORD("backlog"), offsetof(struct kernel_report, queues.backlog)},
	{JSON_WORD("backlog_limit"), offsetof(struct kernel_report, queues.backlog_limit)},
	{JSON_WORD("drops"), offsetof(struct kernel_report, queues.drops)},
	{{0}, 0},
};

static int64_t *number_of(struct kernel_report *report, const struct report_member *member)
{
	return (int64_t *)((char *)report + member->offset);
}

struct kernel_report kernel_report_none(void)
{
	struct kernel_report report = {.tcp = {0}};

	for (const struct report_member *at = tcp_members; at->name.text; at++)
		*number_of(&report, at) = RECORD_ABSENT;
	for (const struct report_member *at = queue_members; at->name.text; at++)
		*number_of(&report, at) = RECORD_ABSENT;
	return report;
}

const char *kernel_report_state(int state)
{
	return state > 0 && state <= TCP_CLOSING ? states[state].text : NULL;
}

static void write_numbers(
	struct json_writer *w, struct kernel_report report, const struct report_member *members)
{
	for (; members->name.text; members++)
		if (*number_of(&report, members) != RECORD_ABSENT)
			json_number(w, members->name.text, *number_of(&report, members));
}

void kernel_report_write(struct json_writer *w, const struct kernel_report *report)
{
	const char *state = kernel_report_state(report->tcp.state);

	json_object_begin(w, "tcp");
	if (state)
		json_text(w, "state", state);
	write_numbers(w, *report, tcp_members);
	json_object_end(w);
	json_object_begin(w, "queues");
	write_numbers(w, *report, queue_members);
	json_object_end(w);
}

static int read_state(struct json_span value)
{
	struct json_span name;

	if (json_span_string(value, &name))
		for (int i = 1; i <= TCP_CLOSING; i++)
			if (json_key_is(name, states[i]))
				return i;
	return 0;
}

static void read_numbers(
	struct kernel_report *report, struct json_span object, const struct report_member *members)
{
	struct json_span key, value;
	struct json_scan scan;
	int64_t number;

	if (!object.text || !json_scan_value_object(&scan, object))
		return;
	while (json_scan_member(&scan, &key, &value)) {
		if (members == tcp_members && json_key_is(key, JSON_WORD("state")))
			report->tcp.state = read_state(value);
		for (const struct report_member *at = members; at->name.text; at++)
			if (json_key_is(key, at->name) && json_span_integer(value, &number) &&
				number >= 0)
				*number_of(report, at) = number;
	}
}

struct kernel_report kernel_report_read(struct json_span tcp, struct json_span queues)
{
	struct kernel_report report = kernel_report_none();

	read_numbers(&report, tcp, tcp_members);
	read_numbers(&report, queues, queue_members);
	return report;
}
