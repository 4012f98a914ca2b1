/* SPDX-License-Identifier: MIT */
/* What views tell of things in one way: docs/view-format.md. */
#ifndef VIEWER_TELL_H
#define VIEWER_TELL_H

#include "format/json_writer.h"
#include "viewer/model/trace.h"

/* The number that the call has in its trace. */
void tell_call_number(
	struct json_writer *w, const char *key, const struct trace *trace, uint32_t call);

#endif
