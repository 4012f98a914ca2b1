/* SPDX-License-Identifier: MIT */
/* Small files of /proc/TID. */
#ifndef TRACER_FILE_H
#define TRACER_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Reads the file, up to `size` bytes; returns its length, 0 when it cannot be read. */
size_t file_read(pid_t tid, const char *name, char *text, size_t size);

#endif
