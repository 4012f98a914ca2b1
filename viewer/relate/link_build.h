/* SPDX-License-Identifier: MIT */
/* Makes all links of a trace: of streams, of datagrams, of connects and ends. */
#ifndef VIEWER_LINK_BUILD_H
#define VIEWER_LINK_BUILD_H

#include "viewer/relate/link.h"
#include "viewer/relate/socket_calls.h"

/* Needs connections. For the caller to free with links_free. */
struct links *links_new(const struct trace *trace, const struct socket_calls *calls);

#endif
