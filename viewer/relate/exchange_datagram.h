/* SPDX-License-Identifier: MIT */
/* The exchanges of sockets that carry datagrams. */
#ifndef VIEWER_EXCHANGE_DATAGRAM_H
#define VIEWER_EXCHANGE_DATAGRAM_H

#include "viewer/relate/exchange.h"
#include "viewer/relate/link.h"

struct exchange_datagrams;

/* `links` say which datagrams came from the trace; NULL: none did. */
struct exchange_datagrams *exchange_datagrams_new(
	struct exchanges *exchanges, const struct links *links);
void exchange_datagrams_free(struct exchange_datagrams *datagrams);

/* Works in what the call moved, or where it connected the socket to: calls in causal order. */
void exchange_datagram(struct exchange_datagrams *datagrams, uint32_t call);

#endif
