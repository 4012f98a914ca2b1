/* SPDX-License-Identifier: MIT */
/* The arguments of a call to JSON, each by its kind in the table of system calls. */
#ifndef TRACER_DECODE_ARGUMENTS_H
#define TRACER_DECODE_ARGUMENTS_H

#include "format/json_writer.h"
#include "tracer/call/call.h"
#include "tracer/table/syscall_table.h"

/* Writes "args", with those that have a name in `row`. Arguments that were not captured are left
 * out. */
void decode_arguments(
	struct json_writer *w, const struct captured_call *call, const struct syscall_row *row);

#endif
