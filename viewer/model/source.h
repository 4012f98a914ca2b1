/* SPDX-License-Identifier: MIT */
/* Where a trace comes from: read once from beginning to end, and then single lines of it again.
 * A trace that cannot be read again, from a pipe, is kept in an unnamed file meanwhile. */
#ifndef VIEWER_SOURCE_H
#define VIEWER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/redaction.h"

struct source;

/* `name` is a file's, or NULL for standard input. NULL when it cannot be opened: see errno. */
struct source *source_open(const char *name);
void source_close(struct source *source);

/* NULL for standard input. */
const char *source_name(const struct source *source);

/* True when the name is that of the file that is read, by whatever way. */
bool source_is_file(const struct source *source, const char *name);

/* How much there is to read; 0 when that is not known. */
uint64_t source_size(const struct source *source);

/* As read(2) does; waits for more where there may be more. */
ssize_t source_read(struct source *source, char *bytes, size_t size);

/* The first bytes that were read, before any redaction: at most FILE_KIND_BYTES. */
size_t source_head(const struct source *source, const char **bytes);

/* From now on only what the redaction, which is borrowed, leaves of the trace is read, also again.
 * Before the first read. */
void source_redact(struct source *source, struct redaction *redaction);

/* From now on the end of a file is no end, as more may be written to it, or is one again. A pipe
 * says itself when it ends. */
void source_follow(struct source *source, bool expects_more);

/* Reads again up to `size` bytes from `offset` on, as pread(2) does. */
ssize_t source_part(const struct source *source, uint64_t offset, char *bytes, size_t size);

/* Reads again what stands at `offset`; false when it is not there any more. */
bool source_again(const struct source *source, uint64_t offset, char *bytes, size_t length);

#endif
