/* SPDX-License-Identifier: MIT */
/* Completions of a program's command line for shells, made from the table of its options. */
#ifndef FORMAT_COMPLETION_H
#define FORMAT_COMPLETION_H

#include "format/command_line.h"

/* Answers --completion=SHELL, alone, which the build and packagers use, with the script for "bash",
 * "zsh" or "fish"; good where that was not asked for. */
enum command_answer completion_answer(const struct command_line *line, int argc, char **argv);

#endif
