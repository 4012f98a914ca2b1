/* SPDX-License-Identifier: MIT */
#include "viewer/relate/exchange_choice.h"

#include <stdlib.h>

#include "format/memory.h"

static bool fits_end(const struct selection *selection, const struct socket *socket)
{
	const struct descriptor *holder = socket ? socket->holder : NULL;

	for (; holder; holder = holder->next_holder)
		if (filter_fits_process(selection->filter, holder->process) &&
			filter_fits_descriptor(selection->filter, selection->trace, holder))
			return true;
	return false;
}

static bool fits_ends(const struct selection *selection, const struct socket *socket)
{
	return fits_end(selection, socket) || fits_end(selection, socket->other_end);
}

static bool is_about_ends(const struct filter *filter)
{
	return filter_is_about_sockets(filter) || filter->counts[FILTER_PID] > 0 ||
	       filter->counts[FILTER_PROGRAM] > 0;
}

static bool fits_call(const struct selection *selection, uint32_t index)
{
	const struct trace *trace = selection->trace;
	const struct call *call = index == NO_CALL ? NULL : &trace->calls[index];

	return call && filter_fits_name(selection->filter, trace_word(trace, call->name)) &&
	       filter_fits_effect(selection->filter, (enum effect)call->effect);
}

static bool fits_itself(const struct exchanges *exchanges, const struct exchange *exchange,
	const struct selection *selection)
{
	return filter_fits_span(selection->filter, selection->trace,
		       exchange_begin_ns(exchanges, exchange), exchange->end_ns,
		       exchange_has_failed(exchange)) &&
	       (fits_call(selection, exchange->question_first) ||
		       fits_call(selection, exchange->question_last) ||
		       fits_call(selection, exchange->answer_first) ||
		       fits_call(selection, exchange->answer_last));
}

/* By the socket's number whether its ends fit; for the caller to free. NULL: all do. A socket may
 * have many descriptors, and many exchanges: each is looked at once. */
static bool *sockets_that_fit(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	bool *fits;

	if (!is_about_ends(selection->filter))
		return NULL;
	fits = xcalloc(trace->socket_count + 1, sizeof(*fits));
	for (size_t i = 0; i < trace->socket_count; i++)
		fits[i] = fits_ends(selection, trace->sockets[i]);
	return fits;
}

uint32_t *exchanges_shown(
	const struct exchanges *exchanges, const struct selection *selection, size_t *count)
{
	uint32_t *shown = xcalloc(exchanges->count + 1, sizeof(*shown));
	bool is_all = filter_is_empty(selection->filter);
	bool *fits = sockets_that_fit(selection);

	*count = 0;
	for (size_t i = 0; i < exchanges->count; i++) {
		const struct exchange *exchange = &exchanges->list[i];
		if (is_all || ((!fits || fits[exchange->socket->number]) &&
				      fits_itself(exchanges, exchange, selection)))
			shown[(*count)++] = (uint32_t)i;
	}
	free(fits);
	return shown;
}
