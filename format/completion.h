/* SPDX-License-Identifier: MIT */
/* What shells complete on a program's command line, made from the table of its options. */
#ifndef FORMAT_COMPLETION_H
#define FORMAT_COMPLETION_H

#include <stdbool.h>

#include "format/command_line.h"

/* Prints the script for "bash", "zsh" or "fish"; false for any other shell. */
bool completion_print(const struct command_line *line, const char *shell);

#endif
