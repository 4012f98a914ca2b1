/* SPDX-License-Identifier: MIT */
#include "viewer/views/socket_sums.h"

#include <stdlib.h>

#include "format/memory.h"
#include "viewer/term/quantity.h"

static void add_transfer(struct socket_sums *sums, const struct call *call)
{
	if (call->bytes <= 0 ||
		!(call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE)))
		return;
	quantity_add_up(
		call->effect == EFFECT_SEND ? &sums->bytes_out : &sums->bytes_in, call->bytes);
	if (sums->first_ns == INT64_MIN)
		sums->first_ns = call_end_ns(call);
	sums->last_ns = call_end_ns(call);
}

static void add_call(struct socket_sums *sums, const struct call *call)
{
	sums->calls++;
	sums->errors += call_has_erred(call);
	quantity_add_up(&sums->waited_ns, call->duration_ns);
	add_transfer(sums, call);
}

struct socket_sums *socket_sums_of(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct socket_sums *all = xcalloc(trace->socket_count + 1, sizeof(*all));

	for (size_t i = 0; i < trace->socket_count; i++)
		all[i] = (struct socket_sums){.trace = trace,
			.socket = trace->sockets[i],
			.born_ns = INT64_MAX,
			.first_ns = INT64_MIN,
			.last_ns = INT64_MIN};
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		struct socket_sums *sums = &all[descriptor->socket->number];
		if (descriptor->born_ns < sums->born_ns)
			sums->born_ns = descriptor->born_ns;
	}
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->descriptor && selection_has_call(selection, i))
			add_call(&all[call->descriptor->socket->number], call);
	}
	return all;
}

int64_t socket_sums_rate(double bytes, int64_t first_ns, int64_t last_ns)
{
	double seconds = ((double)last_ns - (double)first_ns) / 1e9;

	if (first_ns == INT64_MIN || seconds <= 0 || bytes / seconds > 1e18)
		return -1;
	return (int64_t)(bytes / seconds);
}
