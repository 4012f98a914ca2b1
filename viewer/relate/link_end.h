/* SPDX-License-Identifier: MIT */
/* Makes the links of how connections begin and end. */
#ifndef VIEWER_LINK_END_H
#define VIEWER_LINK_END_H

#include "viewer/relate/linker.h"

/* Links what ended the stream of the socket to the calls that received its end, or a reset. */
void link_ends(struct linker *linker, const struct socket *socket);

/* Its connects, those that are refused, too. */
void link_connects(struct linker *linker, const struct socket *socket);

#endif
