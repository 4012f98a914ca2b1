/* SPDX-License-Identifier: MIT */
/* What the kernel says of a TCP socket: the members `tcp` and `queues` of a record. Numbers that
 * are not known are RECORD_ABSENT. */
#ifndef FORMAT_KERNEL_REPORT_H
#define FORMAT_KERNEL_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "format/json_scan.h"
#include "format/json_writer.h"

#define RECORD_ABSENT INT64_MIN

struct record_tcp {
	int state; /* TCP_ESTABLISHED … of netinet/tcp.h; 0: not known */
	int64_t rtt_us;
	int64_t retransmits; /* segments that were sent again since the connection began, SYN too */
	int64_t duplicates;  /* segments that the peer says it had already */
	int64_t unacked;     /* segments that were sent and are not acknowledged */
	int64_t notsent_bytes;
	int64_t receive_window, send_window; /* bytes: its own, and its peer's */
	int64_t congestion_window;           /* segments */
	/* How long it had something to send, and was kept from it by the peer's window, and by the
	 * size of its own buffer. */
	int64_t busy_us, rwnd_limited_us, sndbuf_limited_us;
	int64_t last_ack_us; /* how long ago the peer's last segment came, but for one without ACK
			      */
};

struct record_queues {
	int64_t receive, send; /* bytes that were not read, and that were not acknowledged */
	/* Of a listener: connections that wait to be accepted, at most, and that were dropped. */
	int64_t backlog, backlog_limit, drops;
};

struct kernel_report {
	struct record_tcp tcp;
	struct record_queues queues;
};

/* One in which nothing is known. */
struct kernel_report kernel_report_none(void);

/* The name of a state, TCP_ESTABLISHED …; NULL: it has none. */
const char *kernel_report_state(int state);

/* Writes the two members, with what is known. */
void kernel_report_write(struct json_writer *w, const struct kernel_report *report);

/* Reads the two members' values, of which one may not be there: its text is NULL then. Unknown is
 * also what is no such number. */
struct kernel_report kernel_report_read(struct json_span tcp, struct json_span queues);

#endif
