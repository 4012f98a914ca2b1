/* SPDX-License-Identifier: MIT */
#include "tracer/proc/tcp_report.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* TCP_LISTEN and others: they have their names in netinet/tcp.h, which does not go with
 * linux/tcp.h. */
enum tcp_state {
	SYN_SENT = 2,
	FIN_WAIT1 = 4,
	CLOSED = 7,
	CLOSE_WAIT = 8,
	LAST_ACK = 9,
	LISTENS = 10,
	CLOSING = 11,
};

/* Where Linux 6.2 and later have tcpi_rcv_wnd, which older headers do not know. */
#define RECEIVE_WINDOW_AT 232
#define INFO_SIZE         512

/* `length` bytes of a struct tcp_info: as many as the kernel has. */
static void read_info(const char *bytes, size_t length, struct kernel_report *report)
{
	uint32_t receive_window;
	struct tcp_info info = {0};

	memcpy(&info, bytes, length < sizeof(info) ? length : sizeof(info));
	report->tcp.state = info.tcpi_state;
	if (info.tcpi_state == LISTENS) {
		report->queues.backlog = info.tcpi_unacked;
		report->queues.backlog_limit = info.tcpi_sacked;
		return;
	}
	report->tcp.rtt_us = info.tcpi_rtt > 0 ? info.tcpi_rtt : RECORD_ABSENT;
	report->tcp.retransmits = info.tcpi_total_retrans;
	report->tcp.unacked = info.tcpi_unacked;
	report->tcp.congestion_window = info.tcpi_snd_cwnd;
	/* Where none has come it is the age of the machine. */
	if (info.tcpi_rtt > 0 || (info.tcpi_state != SYN_SENT && info.tcpi_state != CLOSED))
		report->tcp.last_ack_us = (int64_t)info.tcpi_last_ack_recv * 1000;
	if (length >= offsetof(struct tcp_info, tcpi_min_rtt))
		report->tcp.notsent_bytes = info.tcpi_notsent_bytes;
	if (length >= offsetof(struct tcp_info, tcpi_delivered)) {
		report->tcp.busy_us = (int64_t)info.tcpi_busy_time;
		report->tcp.rwnd_limited_us = (int64_t)info.tcpi_rwnd_limited;
		report->tcp.sndbuf_limited_us = (int64_t)info.tcpi_sndbuf_limited;
	}
	if (length >= offsetof(struct tcp_info, tcpi_reord_seen))
		report->tcp.duplicates = info.tcpi_dsack_dups;
	if (length >= RECEIVE_WINDOW_AT)
		report->tcp.send_window = info.tcpi_snd_wnd;
	if (length >= RECEIVE_WINDOW_AT + sizeof(receive_window)) {
		memcpy(&receive_window, bytes + RECEIVE_WINDOW_AT, sizeof(receive_window));
		report->tcp.receive_window = receive_window;
	}
}

/* The beginning and the end of the stream take a sequence number like a byte, which they are none.
 */
static void take_ends_out(struct kernel_report *report)
{
	int state = report->tcp.state;
	bool has_beginning = report->tcp.last_ack_us == RECORD_ABSENT;
	bool has_end = state == FIN_WAIT1 || state == LAST_ACK || state == CLOSING;

	if ((has_beginning || has_end) && report->queues.send > 0)
		report->queues.send--;
}

bool tcp_report_ask(int fd, struct kernel_report *report)
{
	char info[INFO_SIZE];
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t length = sizeof(info), memory_length = sizeof(memory);
	int waiting;

	*report = kernel_report_none();
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length) != 0)
		return false;
	read_info(info, length, report);
	if (report->tcp.state == LISTENS) {
		if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &memory_length) == 0 &&
			memory_length > SK_MEMINFO_DROPS * sizeof(*memory))
			report->queues.drops = memory[SK_MEMINFO_DROPS];
		return true;
	}
	if (ioctl(fd, SIOCINQ, &waiting) == 0)
		report->queues.receive = waiting;
	if (ioctl(fd, SIOCOUTQ, &waiting) == 0)
		report->queues.send = waiting;
	take_ends_out(report);
	return true;
}

/* --- sock_diag(7) ------------------------------------------------------------------------------
 */

static uint32_t read_end(const struct sockaddr *from, uint16_t *port, uint32_t address[4])
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	if (from->sa_family == AF_INET) {
		memcpy(&in, from, sizeof(in));
		*port = in.sin_port;
		address[0] = in.sin_addr.s_addr;
		return 0;
	}
	memcpy(&in6, from, sizeof(in6));
	*port = in6.sin6_port;
	memcpy(address, &in6.sin6_addr, sizeof(in6.sin6_addr));
	return in6.sin6_scope_id;
}

void tcp_name_set(struct tcp_name *name, const struct sockaddr_storage *local,
	socklen_t local_length, const struct sockaddr *peer, socklen_t peer_length)
{
	struct tcp_name named = {.family = local->ss_family};
	socklen_t whole =
		named.family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);

	if ((named.family != AF_INET && named.family != AF_INET6) || local_length < whole)
		return;
	named.interface = read_end((const struct sockaddr *)local, &named.port, named.address);
	if (peer && peer_length >= whole && peer->sa_family == named.family)
		named.interface |= read_end(peer, &named.peer_port, named.peer);
	if (named.port != 0)
		*name = named;
}

void tcp_diag_close(struct tcp_diag *diag)
{
	if (diag->is_open)
		close(diag->fd);
	*diag = (struct tcp_diag){0};
}

struct diag_answer {
	struct nlmsghdr head;
	struct inet_diag_msg message;
	char attributes[1024];
};

static bool exchange(struct tcp_diag *diag, const struct tcp_name *name, struct diag_answer *answer)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 request;
	} question = {
		.head = {.nlmsg_len = sizeof(question),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST,
			.nlmsg_seq = ++diag->sequence},
		.request = {.sdiag_family = (uint8_t)name->family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_ext = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_SKMEMINFO - 1),
			.idiag_states = UINT32_MAX,
			.id = {.idiag_sport = name->port,
				.idiag_dport = name->peer_port,
				.idiag_if = name->interface,
				.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
	};
	ssize_t length;

	memcpy(question.request.id.idiag_src, name->address, sizeof(name->address));
	memcpy(question.request.id.idiag_dst, name->peer, sizeof(name->peer));
	if (send(diag->fd, &question, sizeof(question), 0) != sizeof(question))
		return false;
	/* The kernel answers before it returns: netlink_unicast_kernel in
	 * net/netlink/af_netlink.c. */
	do
		length = recv(diag->fd, answer, sizeof(*answer), MSG_DONTWAIT);
	while (length >= (ssize_t)sizeof(answer->head) && answer->head.nlmsg_seq != diag->sequence);
	return length >= (ssize_t)offsetof(struct diag_answer, attributes) &&
	       answer->head.nlmsg_len <= (size_t)length &&
	       answer->head.nlmsg_type == SOCK_DIAG_BY_FAMILY;
}

static void read_attributes(const struct diag_answer *answer, struct kernel_report *report)
{
	const char *end = (const char *)answer + answer->head.nlmsg_len;
	uint32_t memory[SK_MEMINFO_VARS];
	struct nlattr attribute;

	for (const char *at = answer->attributes; end - at >= NLA_HDRLEN;
		at += NLA_ALIGN(attribute.nla_len)) {
		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > end - at)
			return;
		size_t length = attribute.nla_len - NLA_HDRLEN;
		if (attribute.nla_type == INET_DIAG_INFO)
			read_info(at + NLA_HDRLEN, length, report);
		if (attribute.nla_type == INET_DIAG_SKMEMINFO && length >= sizeof(memory) &&
			answer->message.idiag_state == LISTENS) {
			memcpy(memory, at + NLA_HDRLEN, sizeof(memory));
			report->queues.drops = memory[SK_MEMINFO_DROPS];
		}
		if (NLA_ALIGN(attribute.nla_len) > end - at)
			return;
	}
}

bool tcp_diag_ask(struct tcp_diag *diag, const struct tcp_name *name, uint64_t inode,
	struct kernel_report *report)
{
	struct diag_answer answer;

	*report = kernel_report_none();
	if (name->family == 0 || inode == 0 || diag->is_refused)
		return false;
	if (!diag->is_open) {
		diag->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
		diag->is_open = diag->fd >= 0;
		diag->is_refused = !diag->is_open;
	}
	/* Of the sockets that share a port another one may be found, and in another namespace the
	 * same addresses may be another socket's. What is closed has no inode. */
	if (!diag->is_open || !exchange(diag, name, &answer) ||
		answer.message.idiag_inode != (uint32_t)inode)
		return false;
	read_attributes(&answer, report);
	if (report->tcp.state == 0)
		return false;
	int state = report->tcp.state;
	uint32_t unread = answer.message.idiag_rqueue;
	if (state == LISTENS)
		return true;
	/* SIOCINQ leaves it out: tcp_inq in include/net/tcp.h. */
	bool has_end = state == CLOSE_WAIT || state == LAST_ACK || state == CLOSING;
	report->queues.receive = unread > 0 && has_end ? unread - 1 : unread;
	report->queues.send = answer.message.idiag_wqueue;
	take_ends_out(report);
	return true;
}
