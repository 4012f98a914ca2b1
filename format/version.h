/* SPDX-License-Identifier: MIT */
/* The version of the programs and of the trace format that they share. */
#ifndef FORMAT_VERSION_H
#define FORMAT_VERSION_H

#define SOCKLINE_VERSION "0.1.0"

/*
 * Raised when a field is changed or removed; adding a field keeps it. A reader refuses a trace of
 * a newer version, because it cannot know which of its fields changed their meaning.
 */
#define TRACE_FORMAT_VERSION 1

#endif
