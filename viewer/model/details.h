/* SPDX-License-Identifier: MIT */
/* What the line of a call says beyond what the model keeps. */
#ifndef VIEWER_DETAILS_H
#define VIEWER_DETAILS_H

#include "viewer/model/trace.h"

struct details;

/* Reads the call's line again. Good until the next call of this on the same trace; when the line is
 * not there any more, nothing in it is known but what the model knows. */
const struct record_call *call_details(const struct trace *trace, const struct call *call);

struct details *details_new(void);
void details_free(struct details *details);

#endif
