/* SPDX-License-Identifier: MIT */
#include "viewer/relate/name_service.h"

#include "viewer/model/filter.h"

bool name_service_is_hidden(
	const struct selection *selection, const struct descriptor *descriptor, bool is_full)
{
	const struct trace *trace = selection->trace;
	bool has_asked = false;

	if (is_full || filter_is_about_sockets(selection->filter))
		return false;
	for (size_t i = 0; i < descriptor->calls.count; i++) {
		const struct call *call = descriptor_call(trace, descriptor, i);
		has_asked |= call_is(call, CALL_NO_SERVICE);
		if (call_is(call, CALL_UNFINISHED) || effect_transfers(call->effect) ||
			(call->effect == EFFECT_CONNECT && !call_is(call, CALL_NO_SERVICE)))
			return false;
	}
	return has_asked;
}

void name_services_add(struct name_services *services, const struct descriptor *descriptor)
{
	services->connects++;
	if (!services->address)
		services->address = descriptor->socket->peer;
}
