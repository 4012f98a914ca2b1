/* SPDX-License-Identifier: MIT */
/* Makes the links of how connections begin and end. */
#ifndef VIEWER_LINK_END_H
#define VIEWER_LINK_END_H

#include "viewer/relate/linker.h"

/* What the socket is told of the end of its stream. */
void link_ends(struct linker *linker, const struct socket *socket);

/* Its connects, those that are refused, too. */
void link_connects(struct linker *linker, const struct socket *socket);

#endif
