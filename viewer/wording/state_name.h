/* SPDX-License-Identifier: MIT */
/* What the state of a socket is called at one instant. */
#ifndef VIEWER_STATE_NAME_H
#define VIEWER_STATE_NAME_H

#include "viewer/relate/snapshot.h"

/* "listening", as people say it. */
const char *state_name(const struct present_socket *present);

/* "LISTEN": the state of a TCP socket as tcp(7) and ss(8) name it; "": the trace does not say for
 * certain which it is, or it is no TCP socket. */
const char *state_kernel_name(const struct present_socket *present);

#endif
