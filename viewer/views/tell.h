/* SPDX-License-Identifier: MIT */
/* What views tell of things in one way: docs/view-format.md. */
#ifndef VIEWER_TELL_H
#define VIEWER_TELL_H

#include "viewer/model/trace.h"
#include "viewer/relate/name_service.h"
#include "viewer/term/json_output.h"
#include "viewer/wording/instant.h"

/* Words are cut here, which are a trace's and may be long. */
#define TELL_LONGEST 2000

/* The number that the call has in its trace. Reads its line again. */
void tell_call_number(
	struct json_writer *writer, const char *key, const struct trace *trace, uint32_t call);

/* Which of several traces that is, or nothing of a single one; and what they are called. */
void tell_trace_of(
	struct json_writer *writer, const char *key, const struct trace *trace, size_t part);
void tell_traces(struct json_writer *writer, const struct trace *trace);

/* By the clock on the wall, in UTC, when the trace's time was 0; nothing where it is not known. */
void tell_started(struct json_writer *writer, const struct trace *trace);

/* An address as people write it; nothing where it is not known. */
void tell_address(struct json_writer *writer, const char *key, const struct value *address);

/* Which socket: its id, kind, direction and addresses. */
void tell_socket(
	struct json_writer *writer, const struct trace *trace, const struct socket *socket);

/* Connects to name services that are not there, which are not shown; nothing where there are none.
 */
void tell_absent_services(struct json_writer *writer, const struct name_services *services);

/* When the next line of a list is, and how long after the line before. */
void tell_line_time(struct json_writer *writer, struct instants *instants, int64_t time_ns);

/* What the views say of a call that is the next line of a list, as members of the object that is
 * open. */
void tell_call_facts(struct json_output *output, const struct trace *trace,
	struct instants *instants, uint32_t index);

#endif
