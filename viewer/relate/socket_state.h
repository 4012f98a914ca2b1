/* SPDX-License-Identifier: MIT */
/* The addresses and the state of a socket while its life goes on. */
#ifndef VIEWER_SOCKET_STATE_H
#define VIEWER_SOCKET_STATE_H

#include "viewer/model/address.h"
#include "viewer/relate/socket_life.h"

struct socket_state {
	const struct trace *trace;
	bool is_narrow; /* addresses are as short as they can be known again */
	char local[ADDRESS_SIZE], peer[ADDRESS_SIZE];
	bool is_known; /* false before the first event */
	enum state state;
};

/* The next event of the socket's life; after the last one the kernel may have it back. */
void socket_state_learn(struct socket_state *state, const struct life_event *event, bool is_last);

#endif
