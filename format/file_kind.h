/* SPDX-License-Identifier: MIT */
/* Recognises a file of another kind than is needed, by its first bytes. */
#ifndef FORMAT_FILE_KIND_H
#define FORMAT_FILE_KIND_H

#include <stddef.h>

/* So many bytes of a file's beginning are enough. */
#define FILE_KIND_BYTES 16

struct file_kind {
	const char *magic;
	size_t length;
	const char *name;   /* "a …" */
	const char *advice; /* to a user who took it for a trace; NULL: none */
};

/* NULL when it is none that is known. */
const struct file_kind *file_kind(const void *bytes, size_t length);

#endif
