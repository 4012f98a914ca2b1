/* SPDX-License-Identifier: MIT */
/* A captured call to its line of the trace. Pure: it looks at the call and at nothing else. */
#ifndef TRACER_DECODE_H
#define TRACER_DECODE_H

#include "format/json_writer.h"
#include "tracer/call/call.h"

/* Writes the whole "call" record. Never fails: what it cannot make sense of it writes raw. */
void decode_call(struct json_writer *w, const struct captured_call *call);

/* The member "error" of a call that has returned `result`, -errno. */
void decode_error(struct json_writer *w, int64_t result);

#endif
