/* SPDX-License-Identifier: MIT */
/* What TCP was doing on a socket, as the kernel said last. */
#ifndef VIEWER_TCP_FACTS_H
#define VIEWER_TCP_FACTS_H

#include "viewer/model/trace.h"
#include "viewer/term/json_output.h"
#include "viewer/wording/instant.h"

/* Some lines of facts, whose values begin in that column; none where the kernel said nothing. */
void tcp_facts_draw(struct text *text, const struct instants *instants, const struct socket *socket,
	size_t value_column);

/* All that the kernel said, as a member of the object that is open. */
void tcp_facts_tell(
	struct json_output *output, const struct trace *trace, const struct socket *socket);

#endif
