/* SPDX-License-Identifier: MIT */
/*
 * What the lines of a trace have said that still holds: its first line, the processes that live,
 * what they hold, and what these sockets are. With it a file begins in which the trace goes on, so
 * that it can be understood alone. It follows from the lines alone, as they were written: it is
 * what it was at that place in the trace, whatever tracees do meanwhile.
 *
 *	if (recap_see_call(recap, call))
 *		recap_learn(recap, its line);
 *	…
 *	recap_write_end(recap, last line of the one file);
 *	recap_write_begin(recap, first lines of the next);
 */
#ifndef TRACER_RECAP_H
#define TRACER_RECAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/json_writer.h"
#include "tracer/call/call.h"

struct recap;

struct recap *recap_new(void);
void recap_free(struct recap *recap);

/* The call comes next in the trace. True when its line says something that has to be learned. */
bool recap_see_call(struct recap *recap, const struct captured_call *call);

/* Learns from a line of the trace, with or without its end. True when it was the first line, which
 * recap_write_begin() is to write instead. */
bool recap_learn(struct recap *recap, const char *line, size_t length);

/* Appends the lines that the next file begins with; of the first one, that of the trace alone. */
void recap_write_begin(struct recap *recap, struct json_writer *lines);

/* Appends the line that ends a file. */
void recap_write_end(const struct recap *recap, struct json_writer *lines);

#endif
