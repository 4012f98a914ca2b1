/* SPDX-License-Identifier: MIT */
/* Redacts what is read of a trace before it is shown. */
#ifndef VIEWER_REDACT_H
#define VIEWER_REDACT_H

#include <stddef.h>

#include "format/redaction.h"

/* Bytes of any length go in, redacted lines come out. */
struct redact {
	struct redaction *redaction; /* borrowed; several traces may share it */
	char *lines;                 /* owned: from `at` on not redacted yet */
	size_t length, capacity, at;
	const char *ready; /* the redacted line, or what is left of it */
	size_t ready_length;
};

/* The struct starts as zeros but for its redaction. */
void redact_free(struct redact *redact);

/* Adds what was read. */
void redact_put(struct redact *redact, const char *bytes, size_t length);

/* Takes up to `size` redacted bytes. Returns how many; 0 when more has to be put first. */
size_t redact_take(struct redact *redact, char *bytes, size_t size);

/* As redact_take when nothing more will be put: of a last line that was cut short there is only
 * left that there was one. */
size_t redact_take_last(struct redact *redact, char *bytes, size_t size);

#endif
