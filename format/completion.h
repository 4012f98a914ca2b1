/* SPDX-License-Identifier: MIT */
/* What shells complete on a program's command line, made from the table of its options. */
#ifndef FORMAT_COMPLETION_H
#define FORMAT_COMPLETION_H

#include "format/command_line.h"

/* Answers --completion=SHELL, alone, for those who build and install, with the script for "bash",
 * "zsh" or "fish"; good where that was not asked for. */
enum command_answer completion_answer(const struct command_line *line, int argc, char **argv);

#endif
