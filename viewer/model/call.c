/* SPDX-License-Identifier: MIT */
#include "viewer/model/call.h"

#include <string.h>

int64_t call_end_ns(const struct call *call)
{
	return call_is(call, CALL_UNFINISHED) ? call->time_ns : call->time_ns + call->duration_ns;
}

bool call_is(const struct call *call, enum call_flag flag)
{
	return call->flags & flag;
}

bool call_has_waited(const struct call *call)
{
	return call->duration_ns >= CALL_WAIT_NS;
}

bool error_is_pending(const char *error)
{
	static const char *const pending[] = {"EAGAIN", "EINPROGRESS", "EALREADY", "EINTR"};

	for (size_t i = 0; i < sizeof(pending) / sizeof(pending[0]); i++)
		if (strcmp(error, pending[i]) == 0)
			return true;
	return false;
}

bool call_has_moved(const struct call *call, enum effect effect)
{
	return call->effect == effect && !call->error && call->bytes != RECORD_ABSENT &&
	       !call_is(call, CALL_END_OF_STREAM);
}
