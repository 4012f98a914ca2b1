/* SPDX-License-Identifier: MIT */
/* The command line of socktrace. */
#ifndef TRACER_OPTIONS_H
#define TRACER_OPTIONS_H

#include "tracer/choices.h"

/* Whether there is something to trace, or the process ends with this status now. */
enum options_answer { OPTIONS_TRACE = -1, OPTIONS_DONE = 0, OPTIONS_WRONG = 125 };

/* Fills `options`. Prints help, version or what is wrong. */
enum options_answer options_parse(struct choices *choices, int argc, char **argv);

#endif
