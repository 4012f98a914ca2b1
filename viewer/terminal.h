/* What standard output is, and how a reader is given more than a screen of it. */
#ifndef VIEWER_TERMINAL_H
#define VIEWER_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* The terminal's columns; $COLUMNS, else 80, where standard output is none. */
size_t terminal_width(void);

/* Colours when standard output is a terminal that has them and NO_COLOR is not set:
 * https://no-color.org. */
bool terminal_has_color(void);

/* Writes to standard output, through $PAGER (less) when it is a terminal and `wants_pager`. False
 * when it could not be written: see errno. A reader that has seen enough is no error. */
bool terminal_show(const char *bytes, size_t length, bool wants_pager);

#endif
