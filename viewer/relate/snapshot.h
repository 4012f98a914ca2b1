/* SPDX-License-Identifier: MIT */
/*
 * The kernel at one instant: which descriptors and sockets there are, their addresses and states,
 *who waits in the queue of a listening socket, what was sent and not received yet, and which
 *threads are in a call. An instant is right after one call, in causal order.
 *
 *	struct snapshot *snapshot = snapshot_new(trace);
 *	snapshot_go(snapshot, position);
 *	for (size_t i = 0; i < snapshot->socket_count; i++)
 *		… snapshot->sockets[i] …
 *	snapshot_free(snapshot);
 */
#ifndef VIEWER_SNAPSHOT_H
#define VIEWER_SNAPSHOT_H

#include "viewer/relate/causal_order.h"
#include "viewer/relate/socket_state.h"

/* What the call of the instant did to a socket, or to a descriptor. */
enum snapshot_change {
	CHANGE_NEW = 1,
	CHANGE_ENDED = 2, /* it is there for the last time */
	CHANGE_LOCAL = 4,
	CHANGE_PEER = 8,
	CHANGE_STATE = 16,
	CHANGE_QUEUE = 32,
	CHANGE_UNREAD = 64,
	CHANGE_LOST = 128,
};

/* A socket that a descriptor stands for, or did until this call, or that is on its way in a
 * message. */
struct present_socket {
	const struct socket *socket;
	struct socket_state known; /* its addresses; its state as its program can know it */
	enum state state;          /* the kernel's, where more is certain */
	bool is_peer_gone;         /* it sent the end of its stream, or has ended */
	bool is_cut;               /* its own stream has been ended: not by SHUT_RD */
	size_t open;               /* descriptors that stand for it */
	unsigned changes;          /* enum snapshot_change */
	int64_t backlog;           /* RECORD_ABSENT: not known */
	/* Sockets that asked for a connection, which nobody has accepted yet: the longest first. */
	const struct socket *first_waiting;
	size_t waiting;
	bool is_in_connect;  /* its connect has not returned */
	bool is_waiting;     /* it waits itself to be accepted, by a socket of the trace */
	bool is_queue_known; /* all who can have asked are in the trace */
	/* What others have sent to it and it has not received yet. Of a stream whose other end is
	 * not in the trace it is not known, of datagrams it is that of senders in the trace. */
	int64_t unread;
	size_t unread_messages; /* datagrams */
	bool is_unread_known;
	int64_t lost;                /* what it sent and the other end never received */
	int64_t bytes_in, bytes_out; /* so far */
	int64_t connecting_until_ns; /* its connect waits until then */
	size_t place;                /* its own in the list */
};

/* A thread that is in a call which has not returned at that instant. */
struct present_thread {
	const struct process *process;
	int32_t tid;
	uint32_t call;
};

struct snapshot_facts;

struct snapshot {
	const struct trace *trace;
	uint32_t call;   /* after which the instant is; NO_CALL: before the first one */
	size_t position; /* of the call in causal order */
	int64_t time_ns;
	struct present_socket **sockets; /* owned, in no order */
	size_t socket_count, socket_capacity;
	size_t open_count;            /* descriptors */
	size_t unread_count;          /* pieces of data that were sent and not received yet */
	struct snapshot_facts *facts; /* owned */
};

/* Of a complete trace. */
struct snapshot *snapshot_new(const struct trace *trace);
void snapshot_free(struct snapshot *snapshot);

/* Goes to the instant after that call of the causal order: forward from where it is, or, to an
 * earlier one, once more from the beginning. */
void snapshot_go(struct snapshot *snapshot, size_t position);

/* The same for who only wants to know how many descriptors there are, what is on its way, and who
 * is in a call: what is said of sockets is not right. */
void snapshot_pass(struct snapshot *snapshot, size_t position);

/* The socket as it is then, or NULL. */
const struct present_socket *snapshot_find(
	const struct snapshot *snapshot, const struct socket *socket);

/* The descriptor is there; `changes` says what the call did to it. */
bool snapshot_has(
	const struct snapshot *snapshot, const struct descriptor *descriptor, unsigned *changes);

/* Who waits behind it in the queue of a listening socket, or NULL; how many bytes it has sent
 * already. */
const struct socket *snapshot_next_waiting(
	const struct snapshot *snapshot, const struct socket *waiting);
int64_t snapshot_sent_ahead(const struct snapshot *snapshot, const struct socket *waiting);

/* The thread number `index`, from 0 to snapshot_thread_count, if it is in a call that can wait:
 * false, it is not. */
size_t snapshot_thread_count(const struct snapshot *snapshot);
bool snapshot_thread(const struct snapshot *snapshot, size_t index, struct present_thread *thread);

#endif
