/* SPDX-License-Identifier: MIT */
/* The clocks of several traces: put right by what cannot have been otherwise. */
#ifndef VIEWER_CLOCK_H
#define VIEWER_CLOCK_H

#include "viewer/relate/link.h"

/*
 * Shifts the times of traces that are connected with each other, where otherwise bytes would be
 * received before they were sent, or a connection accepted before it was asked for: by as little as
 * that takes, or, where both directions say something, to the middle of what is possible.
 */
void clock_correct(struct trace *trace, const struct links *links);

/* Shifts them back, all but those that stand at the model's limit. */
void clock_forget(struct trace *trace);

#endif
