/* SPDX-License-Identifier: MIT */
/* Joins datagrams: each send with the receive that took it. */
#ifndef VIEWER_LINK_DATAGRAM_H
#define VIEWER_LINK_DATAGRAM_H

#include "viewer/relate/link.h"

/* True for sockets whose sends arrive one by one: also those of SOCK_SEQPACKET. */
bool link_is_datagram(const struct trace *trace, const struct socket *socket);

/* `ended_ns` says for each socket, by its number, when its last descriptor ended; INT64_MAX: it is
 * still open. */
void link_datagrams(struct links *links, const struct trace *trace, const int64_t *ended_ns);

#endif
