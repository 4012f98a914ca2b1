/* SPDX-License-Identifier: MIT */
/* The state of a socket, call by call. */
#ifndef VIEWER_STATE_H
#define VIEWER_STATE_H

#include "viewer/model/trace.h"
#include "viewer/relate/socket_calls.h"

/* The state in which the trace sees it first. */
enum state state_first(const struct trace *trace, const struct socket *socket);

/* The state after a call on it, which was `before`. */
enum state state_after(const struct trace *trace, enum state before, uint32_t call);

/* Sets the state of each socket; needs connections. */
void states_find(struct trace *trace, const struct socket_calls *calls);

#endif
