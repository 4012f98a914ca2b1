/* SPDX-License-Identifier: MIT */
/* Works a call into the model of a trace that is built. */
#ifndef VIEWER_TRACE_CALL_H
#define VIEWER_TRACE_CALL_H

#include "viewer/model/trace.h"

/* `offset` and `length` say where its line stands. */
void trace_call_add(struct trace *trace, struct record *record, uint64_t offset, uint32_t length);

#endif
