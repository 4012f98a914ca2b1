/* SPDX-License-Identifier: MIT */
/* Shared by the files that make the packets of a capture. */
#ifndef VIEWER_CAPTURING_H
#define VIEWER_CAPTURING_H

#include "format/id_map.h"
#include "format/scratch.h"
#include "viewer/layout/packets.h"
#include "viewer/model/address.h"
#include "viewer/relate/link.h"

/* What is made of a socket's calls. */
enum capturing {
	CAPTURING_NONE,
	CAPTURING_TCP,
	CAPTURING_UDP,
	CAPTURING_UNIX_STREAM,
	CAPTURING_UNIX_DATAGRAMS,
	CAPTURING_NETLINK,
};

/* When, and why, packets are made. */
struct packet_cause {
	int64_t time_ns;
	uint32_t call;
	const struct descriptor *descriptor;
	bool is_shown;
};

/* What a call moved, or one message of it. Good until the next one. */
struct packet_piece {
	const unsigned char *bytes;
	size_t known;
	uint64_t length;
	bool is_kept; /* the trace may have some of it: it was in a buffer of the program */
	char address[ADDRESS_SIZE]; /* of a message's peer; "": as the call's */
};

/* One direction of a stream: what one end sends. Positions count its bytes from 0. */
struct packet_flow {
	/* By the calls at its two ends, shown or not. */
	uint64_t sent, received;
	uint64_t told;  /* up to here bytes are in packets, or were left out */
	uint64_t acked; /* up to here its receiver has acknowledged them, the FIN included */
	bool is_told_by_sender, is_told_by_receiver; /* neither: nobody has told yet */
	bool has_fin, wants_fin, is_end_seen;
};

struct conversation {
	enum capturing kind;
	struct internet ends[2];         /* 0 asked for the connection, as far as is known */
	const struct socket *sockets[2]; /* NULL: outside of the trace */
	struct packet_flow flows[2];     /* what the end sends */
	uint32_t isn[2];                 /* initial sequence numbers */
	bool is_deaf[2];                 /* it has shut down its receiving */
	bool is_asked, stands, is_reset;
	bool is_aligned; /* the calls at both ends are about the same bytes from the first one on */
	const char *dissector; /* NULL: not known yet */
	size_t sought_at;      /* when the trace had so many calls it was sought */
};

/* Where a socket takes part. */
struct packet_place {
	struct conversation *conversation; /* NULL: in none yet */
	unsigned int end;
};

struct packets {
	const struct packet_sink *sink;
	const struct selection *selection; /* during packets_take() */
	const struct trace *trace;
	size_t call_count, key_count, socket_count; /* that were taken */
	uint8_t *kinds;                             /* owned, by socket: enum capturing */
	bool *is_closed;                            /* owned, by socket: its end was told */
	struct packet_place *places;                /* owned, by socket */
	/* Owned, by socket of datagrams: the addresses that it was connected to, and has sent to
	 * last, words. */
	uint32_t *peers, *sent_to;
	struct conversation **conversations; /* owned */
	size_t conversation_count, conversation_capacity;
	uint8_t *is_told; /* owned, by call: a bit where a datagram was told */
	size_t is_told_size;
	/* Borrowed; NULL: there are no datagrams that two sockets of the trace could have. Owned:
	 * the places of those that lead to receives, by these; and where each receive's end. */
	const struct links *links;
	uint32_t *links_to, *first_link_to;
	struct id_map names;    /* that were given, by their hashes */
	struct scratch payload; /* of a message */
	struct packets_lack lack;
	bool is_unwanted; /* the sink takes no more */
};

/* What stands for the port of a socket that has none; 0: of one that is not known. */
int64_t packets_port(const struct socket *socket);

/* Counts the packet, and hands it on. */
void packets_give(
	struct packets *packets, struct captured *packet, const struct packet_cause *cause);

/* Calls `take` for what the call moved. */
void packets_pieces(struct packets *packets, const struct call *call,
	void (*take)(void *context, const struct packet_piece *piece), void *context);

/* As Wireshark calls the dissector of what is said on a socket that is no internet one. */
const char *packets_dissector(const struct packets *packets, const struct socket *socket);

/* Of streams: a connect, that of it which the program has learned, an accept that made the socket,
 * a call on it, the end of its last descriptor; and the end of the trace. */
void packets_ask(struct packets *packets, const struct packet_cause *cause);
void packets_learn(
	struct packets *packets, const struct packet_cause *cause, const struct attempt *attempt);
void packets_accept(
	struct packets *packets, const struct socket *socket, const struct packet_cause *cause);
void packets_stream(struct packets *packets, const struct packet_cause *cause);
void packets_close(
	struct packets *packets, const struct socket *socket, const struct packet_cause *cause);
void packets_rest(struct packets *packets);

/* Of datagrams: learns which sends the receives belong to; and a call, a connect too. */
void packets_learn_datagrams(struct packets *packets);
void packets_datagram(struct packets *packets, const struct packet_cause *cause);

#endif
