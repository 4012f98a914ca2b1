/* SPDX-License-Identifier: MIT */
#include "viewer/relate/linker.h"

const struct call *linker_call(const struct linker *linker, uint32_t index)
{
	return &linker->trace->calls[index];
}

uint32_t linker_call_on(const struct linker *linker, const struct socket *socket, size_t at)
{
	return at < socket_calls_count(linker->calls, socket)
		       ? socket_calls_at(linker->calls, socket, at)
		       : NO_CALL;
}

/* Bytes that were received before a send began came from another one: of an earlier holder of the
 * socket, or of a call that is not in the trace. Clocks are only comparable within a trace. */
bool linker_is_older(const struct linker *linker, uint32_t receive, uint32_t send)
{
	const struct call *received = linker_call(linker, receive),
			  *sent = linker_call(linker, send);

	return received->process->part == sent->process->part &&
	       call_end_ns(received) < sent->time_ns;
}
