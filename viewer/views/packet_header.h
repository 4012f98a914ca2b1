/* SPDX-License-Identifier: MIT */
/* What stands before the bytes of a packet: the headers of its protocols, or what says what it is.
 */
#ifndef VIEWER_PACKET_HEADER_H
#define VIEWER_PACKET_HEADER_H

#include "viewer/layout/packets.h"

#define PACKET_HEADER_SIZE 128

/* Returns how many bytes these are. */
size_t packet_header(unsigned char header[PACKET_HEADER_SIZE], const struct captured *packet);

#endif
