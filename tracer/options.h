/* SPDX-License-Identifier: MIT */
/* The command line of socktrace. */
#ifndef TRACER_OPTIONS_H
#define TRACER_OPTIONS_H

#include "format/command_line.h"
#include "tracer/choices.h"

/* Fills `choices`. Prints help, version or what is wrong. */
enum command_answer options_parse(struct choices *choices, int argc, char **argv);

#endif
