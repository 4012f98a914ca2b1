/* SPDX-License-Identifier: MIT */
#include "viewer/relate/socket_calls.h"

#include <stdlib.h>

#include "format/memory.h"

struct socket_calls socket_calls_of(const struct trace *trace)
{
	struct socket_calls calls;
	size_t *next = xcalloc(trace->socket_count + 2, sizeof(*next));

	for (size_t i = 0; i < trace->call_count; i++)
		if (trace->calls[i].descriptor)
			next[trace->calls[i].descriptor->socket->number + 2]++;
	for (size_t i = 2; i < trace->socket_count + 2; i++)
		next[i] += next[i - 1];
	calls.list = xcalloc(next[trace->socket_count + 1] + 1, sizeof(*calls.list));
	/* next[n + 1] is where the next call on socket n goes: at last, where n + 1 begins. */
	for (size_t i = 0; i < trace->call_count; i++)
		if (trace->calls[i].descriptor)
			calls.list[next[trace->calls[i].descriptor->socket->number + 1]++] =
				(uint32_t)i;
	calls.first = next;
	return calls;
}

void socket_calls_free(struct socket_calls *calls)
{
	free(calls->list);
	free(calls->first);
}
