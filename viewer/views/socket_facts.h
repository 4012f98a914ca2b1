/* SPDX-License-Identifier: MIT */
/* What a socket is and was: a line for each fact. */
#ifndef VIEWER_SOCKET_FACTS_H
#define VIEWER_SOCKET_FACTS_H

#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"
#include "viewer/wording/instant.h"

/* The socket has had a descriptor. */
void socket_facts_draw(struct text *text, const struct instants *instants,
	const struct selection *selection, const struct socket *socket);

/* The same as members of the object that is open. */
void socket_facts_tell(
	struct json_output *output, const struct selection *selection, const struct socket *socket);

#endif
