/* SPDX-License-Identifier: MIT */
/* Keeps what was read of a trace and cannot be read again where it came from: in an unnamed file,
 * or, where there is no room for that, in memory. */
#ifndef VIEWER_SPOOL_H
#define VIEWER_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct spool;

struct spool *spool_new(void);
void spool_free(struct spool *spool);

/* From now on what is added is kept compressed: of what was, so that a few bytes that become many
 * do not fill the disk. Before anything is added. */
void spool_pack(struct spool *spool);

/* Adds behind what is there. False when there is no room for it anywhere. */
bool spool_add(struct spool *spool, const char *bytes, size_t length);

/* Reads up to `size` bytes from `offset` on, as pread(2) does. Several threads may, while nothing
 * is added. */
ssize_t spool_part(const struct spool *spool, uint64_t offset, char *bytes, size_t size);

#endif
