/* SPDX-License-Identifier: MIT */
/* Where a trace comes from: read once from beginning to end, and then single lines of it again.
 * What zstd(1) or gzip(1) compressed is read as what it was. A trace that cannot be read again, as
 * it is compressed or comes from a pipe, is kept in a spool meanwhile. */
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

/* How much there is to read, compressed or not; 0 when that is not known. How much of it was. */
uint64_t source_size(const struct source *source);
uint64_t source_position(const struct source *source);

/* As read(2) does; waits for more where there may be more. Fails, too, when what is read can be
 * kept nowhere. */
ssize_t source_read(struct source *source, char *bytes, size_t size);

/* What is wrong with compressed data, which ends the source as if nothing followed; NULL: nothing.
 */
const char *source_problem(const struct source *source);

/* True when that was why source_read failed. */
bool source_has_no_room(const struct source *source);

/* The first bytes that were read, decompressed, before any redaction: at most FILE_KIND_BYTES. */
size_t source_head(const struct source *source, const char **bytes);

/* From now on only what the redaction, which is borrowed, leaves of the trace is read, also again.
 * Before the first read. */
void source_redact(struct source *source, struct redaction *redaction);

/* From now on the end of a file is no end, as more may be written to it, or is one again. A pipe
 * says itself when it ends. */
void source_follow(struct source *source, bool expects_more);

/* While nothing is there to be read of a source that is followed, this is called again and again.
 * What was read before has been given out. */
void source_on_idle(struct source *source, void (*idle)(void *context), void *context);

/* The file that has the name of this one now, which was given another: opened, and followed as this
 * one was. Waits for it a little. NULL: there is none. */
struct source *source_next(const struct source *source);

/* True when a file that is followed has ended because nobody has it open for writing any more. */
bool source_is_abandoned(const struct source *source);

/* Reads again up to `size` bytes from `offset` on, as pread(2) does. */
ssize_t source_part(const struct source *source, uint64_t offset, char *bytes, size_t size);

#endif
