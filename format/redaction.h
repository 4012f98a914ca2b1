/* SPDX-License-Identifier: MIT */
/*
 * Lines of a trace without what should not leave the house.
 *
 *	struct redaction *redaction = redaction_new(REDACT_DATA);
 *	text = redaction_line(redaction, line, length, &text_length);
 *	…
 *	redaction_free(redaction);
 *
 * The same thing has the same placeholder in all lines that one redaction is given, so that ends of
 * connections can still be joined.
 */
#ifndef FORMAT_REDACTION_H
#define FORMAT_REDACTION_H

#include <stddef.h>

enum redaction_level {
	REDACT_NOTHING,
	/* Payloads, ancillary data and options that are kept as bytes: "[12 bytes]"; and keys of
	 * TLS, of which nothing stays. */
	REDACT_DATA,
	/* That, and addresses, paths, names of hosts and interfaces: "ipv4-1", "path-2"; and the
	 * words of command lines after the program. Addresses of the machine itself and
	 * unspecified ones (127.0.0.1, ::) tell nothing and stay. */
	REDACT_ADDRESSES,
};

/* The names of the levels from REDACT_DATA on, from index 0 on; NULL after the last one. */
const char *redaction_level_word(size_t index);

struct redaction;

/* NULL for REDACT_NOTHING. */
struct redaction *redaction_new(enum redaction_level level);
void redaction_free(struct redaction *redaction);

/* The line, redacted, with a newline, or nothing (length 0) where it has keys of TLS; good until
 * the next call. Of a line that is no JSON nothing is kept: it becomes one that is no JSON either,
 * but for another trace that may begin in it. */
const char *redaction_line(
	struct redaction *redaction, const char *line, size_t length, size_t *redacted_length);

#endif
