/* SPDX-License-Identifier: MIT */
/* The question in a datagram to a name server: RFC 1035, 4.1. */
#ifndef VIEWER_DNS_H
#define VIEWER_DNS_H

#include <stdbool.h>

#include "format/value.h"

/* A name has no more letters than its 255 bytes on the wire. */
#define DNS_NAME_SIZE 256

/* Puts the name of the first question into `name`. False, when `data`, the bytes that a call moved
 * as the trace has them, are no question, or not enough of them were kept. */
bool dns_question(char name[DNS_NAME_SIZE], const struct value *data);

#endif
