/* SPDX-License-Identifier: MIT */
/* Ancillary data (cmsg(3)) as bytes to JSON. Total: any bytes give some value. */
#ifndef TRACER_DECODE_ANCILLARY_H
#define TRACER_DECODE_ANCILLARY_H

#include "format/json_writer.h"
#include "tracer/call/ancillary.h"

/* One control message as an object. */
void decode_ancillary(struct json_writer *w, const struct ancillary *message);

/* The same of one whose header says that it has `said` bytes, which are not there. */
void decode_ancillary_broken(struct json_writer *w, const struct ancillary *message, uint64_t said);

#endif
