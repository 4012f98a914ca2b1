/* SPDX-License-Identifier: MIT */
/* A socket's life as a table: how its addresses and its state came to be. */
#ifndef VIEWER_SOCKET_TABLE_H
#define VIEWER_SOCKET_TABLE_H

#include "viewer/relate/socket_life.h"
#include "viewer/term/json_output.h"
#include "viewer/term/text.h"
#include "viewer/wording/instant.h"

void socket_table_draw(struct text *text, const struct instants *instants,
	const struct trace *trace, const struct socket *socket, const struct life *life);

/* The same as objects of the array that is open. */
void socket_table_tell(struct json_output *output, const struct trace *trace,
	const struct socket *socket, const struct life *life);

#endif
