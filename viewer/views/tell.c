/* SPDX-License-Identifier: MIT */
#include "viewer/views/tell.h"

#include "viewer/model/details.h"

void tell_call_number(
	struct json_writer *w, const char *key, const struct trace *trace, uint32_t call)
{
	json_number(w, key, call_details(trace, &trace->calls[call])->seq);
}
