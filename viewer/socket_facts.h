/* What a socket is and was: a line for each fact. */
#ifndef VIEWER_SOCKET_FACTS_H
#define VIEWER_SOCKET_FACTS_H

#include "viewer/text.h"
#include "viewer/trace.h"

/* `descriptors` are all that stand for it, in the order of their births. */
void socket_facts_draw(struct text *text, const struct trace *trace, const struct socket *socket,
	const struct descriptor *const *descriptors, size_t count);

#endif
