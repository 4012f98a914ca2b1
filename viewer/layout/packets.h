/* SPDX-License-Identifier: MIT */
/*
 * What a packet analyser would have captured while a trace was made: the packets that its calls
 * stand for, one after the other, as somebody wants them.
 *
 *	struct packets *packets = packets_new(&sink);
 *	packets_take(packets, selection, selection->trace->call_count, true);
 *	packets_free(packets);
 *
 * Of a trace that grows packets_take() is called again when it is complete again, with a new
 * selection; it gives the packets of the calls that were added, and takes none back. Keys of TLS
 * come before all packets that are given with them.
 *
 * TCP is made as segments (RFC 9293): a connect is a SYN when it was asked, and established when
 *the program knew it. What one end sends is told once, where its sender is in the trace when it was
 * sent; the receive of the other end acknowledges it. What a connection to a peer outside of the
 * trace received comes when it was received. A kernel may have had other segments.
 */
#ifndef VIEWER_PACKETS_H
#define VIEWER_PACKETS_H

#include "viewer/model/internet.h"
#include "viewer/model/selection.h"

enum packet_kind {
	PACKET_TCP,
	PACKET_UDP,
	PACKET_UNIX,    /* what was sent on a UNIX socket, for the dissector of its protocol */
	PACKET_NETLINK, /* messages to and from the kernel */
	PACKET_KINDS,
};

/* Of TCP: RFC 9293, 3.1 */
enum packet_flag {
	PACKET_FIN = 0x01,
	PACKET_SYN = 0x02,
	PACKET_RST = 0x04,
	PACKET_PSH = 0x08,
	PACKET_ACK = 0x10,
};

struct captured {
	enum packet_kind kind;
	int64_t time_ns; /* as the trace counts */
	/* The call that it is known from; NO_CALL: the end of the descriptor, without one. */
	uint32_t call;
	const struct descriptor *descriptor; /* that it was made on */
	bool is_sent;                        /* by the descriptor's socket; or else it came to it */
	struct internet from, to;            /* of TCP and UDP */
	int64_t from_socket, to_socket;      /* of others: what stands for ports; 0: not known */
	const char *dissector;               /* of UNIX: as Wireshark calls it */
	unsigned int flags;                  /* of TCP: enum packet_flag */
	uint32_t sequence, acknowledgement;
	uint16_t netlink; /* its protocol: NETLINK_ROUTE … */
	/* What it carries: so many bytes, the first `known` of which are there. */
	const unsigned char *bytes;
	size_t known, length;
};

/* Who wants it. What is given is good until the function returns. */
struct packet_sink {
	void *context;
	/* False: no more is wanted. */
	bool (*packet)(void *context, const struct trace *trace, const struct captured *packet);
	/* An address that an answer of DNS gave for a name, which is text: each once. */
	void (*name)(void *context, const struct internet *address, const char *name);
	/* A line of a log of TLS keys, with its newline; well formed: format/key_line.h. */
	void (*key)(void *context, const char *line, size_t length);
};

/* So many bytes are in one segment at the most, with which an IP packet has its largest length. */
#define SEGMENT_MOST  65495
#define DATAGRAM_MOST 65507

/* The most bytes of another packet that are given: 256 KiB with what stands before them, which is
 * what Wireshark reads (WTAP_MAX_PACKET_SIZE_STANDARD in wiretap/wtap.h). */
#define PACKET_MOST ((size_t)(256 << 10) - 1024)

struct packets;

/* The sink is borrowed. */
struct packets *packets_new(const struct packet_sink *sink);
void packets_free(struct packets *packets);

/* Gives what is new of the first `until` calls, which are all of them where the trace does not grow
 * any more: `is_last`. */
void packets_take(
	struct packets *packets, const struct selection *selection, size_t until, bool is_last);

/* What is not in the packets that were given. */
struct packets_lack {
	size_t packets; /* so many have not all of what they carried */
	size_t cut;     /* of these have only the beginning that the trace kept */
	size_t unshown; /* calls that moved bytes on sockets of other kinds */
};

struct packets_lack packets_lack(const struct packets *packets);

#endif
