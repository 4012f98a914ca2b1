/* SPDX-License-Identifier: MIT */
/* Where what is shown goes: a file, standard output, or a pager when that is a terminal. */
#ifndef VIEWER_OUTPUT_H
#define VIEWER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct output;

/* `name` is a file's, or NULL for standard output, which may be shown through $PAGER (less).
 * Nothing is opened before something is written. */
struct output *output_new(const char *name, bool wants_pager);

/* Writes all; false when it could not, once and for all. A reader that has seen enough is no error.
 */
bool output_write(void *output, const char *bytes, size_t length);

/* False when a reader has seen enough, or an error came: nothing more needs to be made. */
bool output_is_wanted(const struct output *output);

/* Waits for the pager. Returns 0, or the errno of what went wrong. */
int output_finish(struct output *output);

#endif
