/* SPDX-License-Identifier: MIT */
/* What a program says on standard error. Names of files, processes and programs stand in it, which
 * other people have chosen. */
#ifndef FORMAT_MESSAGES_H
#define FORMAT_MESSAGES_H

/* Prints to standard error as printf(3) does, with an escape for each control character, and for
 * characters that hide or reorder text. A newline is one at the beginning and at the end of what is
 * printed at once: what may end with another's is printed together with what follows. Takes no
 * memory. */
void print_message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From now on the same holds for what the C library prints to stderr, as getopt_long(3) does, but
 * that this may be printed in parts, where any newline may be the last. Done once, before all else.
 */
void messages_begin(void);

#endif
