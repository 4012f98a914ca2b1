/* SPDX-License-Identifier: MIT */
/* A message that was said on a socket. */
#ifndef VIEWER_PROTOCOL_MESSAGE_H
#define VIEWER_PROTOCOL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum protocol {
	PROTOCOL_NONE, /* bytes alone */
	PROTOCOL_HTTP, /* HTTP/1.0 and HTTP/1.1 */
	PROTOCOL_HTTP2,
	PROTOCOL_TLS,
	PROTOCOL_SSH,
	PROTOCOL_REDIS,
	PROTOCOL_POSTGRESQL,
	PROTOCOL_DNS,
	PROTOCOL_MDNS,
	PROTOCOL_NR,
};

/* Of the two ends of a stream: the socket whose calls are fed, and its peer. */
enum speaker {
	SPEAKER_SELF, /* what it sends */
	SPEAKER_PEER, /* what it receives */
	SPEAKER_UNKNOWN,
};

enum message_role {
	MESSAGE_QUESTION,
	MESSAGE_INTERIM, /* before the answer, such as 100 Continue */
	MESSAGE_ANSWER,
	/* It neither asks nor answers, and is an exchange of its own: a push, a banner, an answer
	 * whose question was not seen, bytes of which nobody knows who asks. */
	MESSAGE_NOTICE,
	/* No bytes: which of those that follow answer the exchange's question cannot be known any
	 * more. */
	MESSAGE_UNTOLD,
};

/* What a question says in its head, beside its name. */
enum message_field {
	FIELD_HOST,        /* whom it is meant for: Host of HTTP */
	FIELD_TRACEPARENT, /* the span that it belongs to: https://www.w3.org/TR/trace-context/ */
	FIELD_NR,
};

/* Names have less bytes, the zero at their end included. */
#define MESSAGE_NAME_SIZE 256

struct message {
	enum protocol protocol;
	enum message_role role;
	enum speaker speaker;
	uint64_t begin, end; /* in all that its speaker says; end is behind it */
	uint64_t told;       /* how many of these bytes it had when it was told of before */
	/* Which brought the first and the last of its bytes; of a question that goes on while it is
	 * answered, the last one before the answer. */
	uint32_t first_call, last_call;
	bool begins_call; /* its first byte is the first one of that call */
	/* What it says, such as "GET /index.html" or "404 Not Found": valid UTF-8 without control
	 * characters. "": nothing that is known. Good until the function that it is given to
	 * returns. */
	const char *name;
	const char *fields[FIELD_NR]; /* the same; NULL or "": not said, or not known */
	bool has_failed; /* it says so: HTTP from 400 on, an error of Redis or PostgreSQL */
	bool is_whole;   /* its end was seen */
	bool by_turns;   /* it ends where its speaker's turn did: the protocol's end is not known */
};

#define NO_EXCHANGE SIZE_MAX

/*
 * Told of each message when its end was seen, or when no more of it will be. With NO_EXCHANGE a new
 * exchange begins, with a question or a notice; what is returned then comes with its other
 * messages. A question comes before what answers it, and one that goes on after its answer is told
 * again.
 */
typedef size_t (*message_heard)(void *listener, size_t exchange, const struct message *message);

#endif
