/* SPDX-License-Identifier: MIT */
/* In which phase each call stands, and which call ended each connection. */
#ifndef VIEWER_PHASE_H
#define VIEWER_PHASE_H

#include "viewer/model/trace.h"
#include "viewer/relate/socket_calls.h"

/* Sets the phase of every call that is made on a descriptor, and how connections ended. */
void phases_find(struct trace *trace, const struct socket_calls *calls);

/* The phase of a call of the descriptor's: a call that made it belongs to its establishment. A
 * wait, which is made on none, has PHASE_NONE. */
enum phase phase_on(const struct trace *trace, const struct descriptor *descriptor, uint32_t call);

/* The call leaves the phase of the descriptor as it was: a wait, or a call on another socket that
 * brought the descriptor. */
bool phase_goes_on(const struct trace *trace, const struct descriptor *descriptor, uint32_t call);

#endif
