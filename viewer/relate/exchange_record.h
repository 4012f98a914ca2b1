/* SPDX-License-Identifier: MIT */
/* Puts what messages say into the records of exchanges. */
#ifndef VIEWER_EXCHANGE_RECORD_H
#define VIEWER_EXCHANGE_RECORD_H

#include "viewer/relate/exchange.h"

/* Works the message into the exchange of that number, or with NO_EXCHANGE into a new one, of the
 * socket. Returns its number. Until its answer is whole its result is EXCHANGE_PENDING. */
size_t exchange_record(struct exchanges *exchanges, const struct socket *socket, size_t number,
	const struct message *message);

/* When something on a socket came to its end; INT64_MAX: never. */
struct exchange_ends {
	int64_t self_ns, peer_ns; /* who said no more */
	int64_t closed_ns;        /* no descriptor stands for the peer any more */
	int64_t broken_ns;        /* a reset, or an error like it */
};

/* When the trace is over: an exchange that still waits is pending, or something ended it. */
void exchange_settle(
	struct exchanges *exchanges, struct exchange *exchange, const struct exchange_ends *ends);

#endif
