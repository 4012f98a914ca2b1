/* SPDX-License-Identifier: MIT */
/*
 * One of two traces that are compared, as what it comes to: with whom its programs talk (peers),
 * what happens there (topics: a connect, a request of that name), and how it goes (results), each
 * with how often. What differs between two runs by chance is not in it: times, interleaving, which
 * process of a program, numbers of descriptors and of ports that the kernel picked, how bytes were
 * split into calls, and calls that would block.
 */
#ifndef VIEWER_SIDE_H
#define VIEWER_SIDE_H

#include "format/id_map.h"
#include "format/language.h"
#include "viewer/model/selection.h"
#include "viewer/protocol/protocol.h"

enum side_role {
	SIDE_PROGRAM, /* itself: no peer */
	SIDE_LISTENER,
	SIDE_CLIENT, /* it connects, or asks by datagrams */
	SIDE_SERVER, /* somebody outside of the trace does */
	SIDE_PAIR,   /* socketpair(2) */
};

/* The strings are those of the words that both sides share. */
struct side_peer {
	enum side_role role;
	uint32_t program, kind;   /* "TCP" */
	uint32_t address, normal; /* as it is, and normal.h */
	uint32_t key, normal_key; /* all that; with the normal address instead */
	uint32_t kin;             /* without any address */
	size_t connections;       /* of a listener sockets */
	uint64_t bytes[2];        /* of exchanges without a name: asked, answered */
	uint32_t first_call;      /* NO_CALL: of a process that ended */
	int64_t first_ns;
	uint32_t first_topic;  /* the string of the name of the first exchange that has one, or 0 */
	bool connects_in_turn; /* one thread, none before the one before has ended */
	bool asks_in_turn;     /* the same of exchanges that have a name */
	bool asks_lines; /* each exchange without a name asks a line of text, sent by one call */
	size_t steps, step_count;   /* of these the topics, in their order: where in the side's */
	size_t topics, topic_count; /* likewise */
	/* While it is built: of the connection, and of the exchange before. */
	const struct socket *last_socket;
	int64_t last_connection_ns, last_exchange_ns;
	int32_t last_connecting, last_asking;
};

enum topic_kind {
	TOPIC_END,  /* of the program */
	TOPIC_CALL, /* that failed */
	TOPIC_CONNECT,
	TOPIC_EXCHANGE,
	TOPIC_LINE, /* lines that begin with a word, of exchanges without a name that are there, too
		     */
};

/* Of so many bytes at least and at most; least > most: there were none. */
struct side_range {
	uint64_t least, most;
};

struct side_result {
	uint32_t words;
	bool has_failed; /* it is none that one hopes for */
	bool is_pending; /* it may still come */
	bool is_answer;
	bool is_vague; /* an answer that the trace does not tell, or not all of it */
	size_t count;
	uint32_t first_call; /* NO_CALL: none */
	int64_t first_ns;
	struct side_range answered;
	uint32_t next; /* of the same topic, or NO_RESULT */
};

#define NO_RESULT UINT32_MAX

struct side_topic {
	enum topic_kind kind;
	uint32_t peer, name; /* the name is a normal one, */
	uint32_t shown;      /* as it was first; 0: of bytes alone */
	enum protocol protocol;
	size_t count, result_count;
	uint32_t first_result;
	struct side_range asked;
	uint32_t first_call;
	int64_t first_ns;
	/* How long its exchanges waited that were answered well, and how long nothing of it was
	 * asked between the one and the next, in order: where in the side's. */
	size_t waits, wait_count, idles, idle_count;
	int64_t last_ns; /* while it is built */
};

/* A length of time of a topic. */
struct side_time {
	uint32_t topic;
	int64_t length_ns;
};

struct side_times {
	struct side_time *list; /* owned: those of a topic together, the shortest first */
	size_t count, capacity;
};

/* The same is asked of several peers by one program, as of those that share its load: how often of
 * which is chance, and how often of all is not. */
struct side_spread {
	size_t count, peers;
};

struct side {
	const struct selection *selection;
	const struct trace *trace;
	enum language language;     /* of what is said */
	struct string_table *words; /* borrowed */
	bool is_nameless;           /* what exchanges say is left aside */
	struct side_peer *peers;    /* owned */
	size_t peer_count, peer_capacity;
	struct side_topic
		*topics; /* owned: those of a peer together, in the order of their names */
	size_t topic_count, topic_capacity;
	struct side_result *results; /* owned */
	size_t result_count, result_capacity;
	uint32_t *steps; /* owned: strings of names */
	size_t step_count;
	struct side_times waits, idles;
	struct id_map spread_of;     /* counted from 1, by side_spread_key */
	struct side_spread *spreads; /* owned */
	size_t spread_count, spread_capacity;
	size_t exchange_count;
};

/* The words are kept by both sides of a comparison, in one language. `is_nameless`: the other one
 * has no payloads. */
struct side *side_new(const struct selection *selection, struct string_table *words,
	bool is_nameless, enum language language);
void side_free(struct side *side);

/* Of what that peer is asked there: how often all such are. Zeros: never. */
struct side_spread side_spread_of(
	const struct side *side, const struct side_peer *peer, const struct side_topic *topic);

/* The time of those between the shortest and the longest: of so many of 100. At least one is there.
 */
int64_t side_time_of(const struct side_times *times, size_t first, size_t count, size_t percent);

/* The order of the topics of one peer, which is the same on both sides. */
int side_topic_compare(const struct side_topic *one, const struct side_topic *other);

const char *side_word(const struct side *side, uint32_t number);

#endif
