/* SPDX-License-Identifier: MIT */
#include "viewer/model/call.h"

#include <string.h>

bool call_has_erred(const struct call *call)
{
	return call_is(call, CALL_FAILED) && !call_is(call, CALL_NO_SERVICE);
}

bool call_can_wait(enum effect effect)
{
	switch (effect) {
	case EFFECT_CONNECT:
	case EFFECT_ACCEPT:
	case EFFECT_SEND:
	case EFFECT_RECEIVE:
	case EFFECT_WAIT:
	case EFFECT_CLOSE: /* SO_LINGER: socket(7) */
		return true;
	default:
		return false;
	}
}

bool call_has_waited(const struct call *call)
{
	return call->duration_ns >= CALL_WAIT_NS && call_can_wait((enum effect)call->effect);
}

static bool is_peek(const struct call *call)
{
	return call->effect == EFFECT_RECEIVE && call->bytes == 0 && call->result > 0;
}

bool call_has_effect(const struct call *call)
{
	switch (call->effect) {
	case EFFECT_OPTION:
	case EFFECT_QUERY:
	case EFFECT_WAIT:
	case EFFECT_CONTROL:
		return false;
	case EFFECT_CONNECT:
		return true;
	default:
		return !is_peek(call) && !call_is(call, CALL_PENDING);
	}
}

bool error_is_pending(const char *error)
{
	static const char *const pending[] = {"EAGAIN", "EINPROGRESS", "EALREADY", "EINTR"};

	for (size_t i = 0; i < sizeof(pending) / sizeof(pending[0]); i++)
		if (strcmp(error, pending[i]) == 0)
			return true;
	return false;
}
