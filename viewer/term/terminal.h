/* SPDX-License-Identifier: MIT */
/* The properties of standard output. */
#ifndef VIEWER_TERMINAL_H
#define VIEWER_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

bool terminal_is_there(void);

/* The terminal's columns; $COLUMNS, else 80, where standard output is none. */
size_t terminal_width(void);

/* Colours when standard output is a terminal that has them, or the environment wants them anywhere:
 * NO_COLOR, CLICOLOR_FORCE and CLICOLOR=0, of which the first decides that is set:
 * https://no-color.org, https://bixense.com/clicolors. */
bool terminal_has_color(void);

#endif
