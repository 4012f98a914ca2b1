/* SPDX-License-Identifier: MIT */
/* Options of strace(1), which many people know: taken where they mean what socktrace does, and else
 * answered with what does the same here. */
#ifndef TRACER_STRACE_OPTIONS_H
#define TRACER_STRACE_OPTIONS_H

#include "format/command_line.h"

/* Its letters, as `foreign` rows of a command line for struct choices. */
extern const struct command_option strace_options[];

/* The list for --calls that an expression of its -e stands for, such as trace=%network; a list as
 * ours stays as it is. For the caller to free; NULL when it is about something else, which has
 * been said. */
char *strace_calls(const char *expression);

#endif
