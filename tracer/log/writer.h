/* SPDX-License-Identifier: MIT */
/* The writer's thread: takes from the queue, decodes, and writes whole lines to the log. */
#ifndef TRACER_WRITER_H
#define TRACER_WRITER_H

#include "format/compression.h"
#include "format/redaction.h"
#include "tracer/log/queue.h"
#include "tracer/log/rotation.h"

struct writer;

enum log_kind {
	LOG_OWN,     /* a file that no other process writes to */
	LOG_SHARED,  /* others may write there, too */
	LOG_COMMAND, /* a pipe to a command, which may have seen enough before the end */
};

/*
 * Starts the thread. What is compressed is written as frames that are whole, each at the latest a
 * second after its first line, so that a log whose writer is killed can be read; `fd` stays the
 * caller's, as does `redaction` (NULL: none), through which all lines go, and `rotation` (NULL:
 * none), whose next files take the place of the first one behind `fd`. NULL when it could not be
 * started: see errno.
 */
struct writer *writer_start(struct trace_queue *queue, int fd, enum log_kind kind,
	enum compression compression, struct redaction *redaction, struct rotation *rotation);

/* Closes the queue and waits until everything is written. Returns 0, or the errno of the first
 * write that failed: what came after it is lost, but for the lines before. */
int writer_finish(struct writer *writer);

#endif
