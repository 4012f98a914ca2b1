/* SPDX-License-Identifier: MIT */
/* Makes the sequence of what is shown of a trace. */
#ifndef VIEWER_SEQUENCE_BUILD_H
#define VIEWER_SEQUENCE_BUILD_H

#include "viewer/layout/sequence.h"
#include "viewer/model/selection.h"

/* For the caller to free with sequence_free. `by_thread`: a lifeline for each thread; `is_full`:
 * every call, and nothing folded. */
struct sequence *sequence_new(const struct selection *selection, bool by_thread, bool is_full);

#endif
