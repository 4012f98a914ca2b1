/* SPDX-License-Identifier: MIT */
/* The connections of a trace: which socket asked for each, the outcome, and the end. */
#ifndef VIEWER_CONNECTION_H
#define VIEWER_CONNECTION_H

#include "viewer/model/trace.h"
#include "viewer/relate/socket_calls.h"

/* Finds the last descriptor of each socket, the outcome of each connect, and the connections. */
void connections_find(struct trace *trace, const struct socket_calls *calls);
void connections_forget(struct trace *trace);

/* How that connect went; NULL: the call is none that asked for a connection. */
const struct attempt *connection_attempt(const struct trace *trace, uint32_t connect);

/* The call is a connect that made no connection, as far as is known at the end of the trace. */
bool connection_has_failed(const struct trace *trace, const struct call *call);

/* The socket asked for a connection and got none, as far as is known at the end of the trace. */
bool connection_never_stood(const struct socket *socket);

/* No call of the trace tells which end asked for the connection. */
bool connection_is_guessed(const struct connection *connection);

#endif
