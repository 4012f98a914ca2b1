/* SPDX-License-Identifier: MIT */
/* What the calls on each socket come to, of those that are shown. */
#ifndef VIEWER_SOCKET_SUMS_H
#define VIEWER_SOCKET_SUMS_H

#include "viewer/model/selection.h"

struct socket_sums {
	const struct trace *trace;
	const struct socket *socket;
	int64_t bytes_in, bytes_out, calls, errors, waited_ns;
	int64_t born_ns, first_ns, last_ns; /* first and last byte; INT64_MIN: none */
};

/* By the numbers of the sockets; for the caller to free. */
struct socket_sums *socket_sums_of(const struct selection *selection);

/* Bytes in a second between the first and the last; -1: that is no time, or no number. */
int64_t socket_sums_rate(double bytes, int64_t first_ns, int64_t last_ns);

#endif
