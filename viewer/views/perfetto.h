/* SPDX-License-Identifier: MIT */
/*
 * Writes a trace of Perfetto, packet by packet, as perfetto.proto has them.
 *
 *	struct perfetto *perfetto = perfetto_new(text, trace);
 *	perfetto_track(perfetto, &track);
 *	perfetto_begin(perfetto, &slice);
 *	perfetto_end(perfetto, track, time_ns);
 *	perfetto_free(perfetto);
 *
 * All packets are of one sequence, whose interned data are the words of the trace, written when one
 * is used first. Times are those of the trace, in Perfetto's own clock, BOOTTIME; a snapshot of the
 * clocks says when they were 0.
 * https://perfetto.dev/docs/reference/synthetic-track-event
 */
#ifndef VIEWER_PERFETTO_H
#define VIEWER_PERFETTO_H

#include "viewer/layout/tracks.h"

struct perfetto;

/* Writes what the file begins with. Both are borrowed. */
struct perfetto *perfetto_new(struct text *text, const struct trace *trace);
void perfetto_free(struct perfetto *perfetto);

void perfetto_track(struct perfetto *perfetto, const struct track *track);
void perfetto_begin(struct perfetto *perfetto, const struct slice *slice);
void perfetto_end(struct perfetto *perfetto, uint64_t track, int64_t time_ns);
void perfetto_value(struct perfetto *perfetto, uint64_t track, int64_t time_ns, int64_t value);

#endif
