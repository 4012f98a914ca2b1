/* SPDX-License-Identifier: MIT */
/*
 * The file that the program's TLS library writes its keys to (SSLKEYLOGFILE), and their way into
 * the trace. What stands in it is hostile: a line that is no key is left out, and what is read of
 * it has a limit.
 *
 *	struct key_log *keys = key_log_open();
 *	… starts the program with key_log_path(keys) …
 *	key_log_read(keys, log);	now and then
 *	key_log_finish(keys, log);	before the end of the trace
 *	key_log_close(keys);
 */
#ifndef TRACER_KEY_LOG_H
#define TRACER_KEY_LOG_H

#include <stdbool.h>

#include "tracer/log/trace_log.h"
#include "tracer/model/tracees.h"

/* An environment variable: NSS, "Key Log Format"; RFC 9850. */
#define KEY_LOG_VARIABLE "SSLKEYLOGFILE"

struct key_log;

/* The user has named a file already, which is read from its present end on, and neither made nor
 * removed. */
bool key_log_is_named(void);

/*
 * Where the user has not, makes a file that nobody else can read, in a directory of its own, which
 * are removed when this process ends in whatever way. NULL when it cannot, which is said.
 */
struct key_log *key_log_open(void);

/* Removes the file, and frees; NULL is fine. */
void key_log_close(struct key_log *keys);

/* What the program's environment is to have; NULL: it is as it should be. */
const char *key_log_path(const struct key_log *keys);

/* Puts into the trace what the program has written since the last time. */
void key_log_read(struct key_log *keys, struct trace_log *log);

/* The thread is about to end: warns once where its process has become another user, who may not
 * write to our file. */
void key_log_see_exit(struct key_log *keys, struct trace_log *log, const struct thread *thread);

/* Reads for the last time, and warns of what is missing. */
void key_log_finish(struct key_log *keys, struct trace_log *log);

#endif
