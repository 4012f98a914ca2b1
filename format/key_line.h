/* SPDX-License-Identifier: MIT */
/* Lines of a log of TLS keys, as programs write them to SSLKEYLOGFILE: RFC 9850. */
#ifndef FORMAT_KEY_LINE_H
#define FORMAT_KEY_LINE_H

#include <stdbool.h>

/* No line that is a key has so many bytes. The longest ones that libraries write have some 300: the
 * secret of RSA, in hex digits. */
#define KEY_LINE_BYTES 1024

/* Whether the line, which ends before its newline at `end`, is a label and two numbers in hex
 * digits, and nothing else. */
bool key_line_is_good(const char *line, const char *end);

#endif
