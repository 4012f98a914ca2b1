/* SPDX-License-Identifier: MIT */
/*
 * The calls that are shown. Of one option's values one has to fit (--pid=1,2), and of several
 * options each. An option about a socket or its address lets through all calls on its descriptors,
 * from their making on; a call on several descriptors fits when one of them does.
 */
#ifndef VIEWER_FILTER_H
#define VIEWER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viewer/model/trace.h"

enum filter_kind {
	FILTER_PID,
	FILTER_PROGRAM, /* a pattern as in glob(7), as for calls and addresses */
	FILTER_FD,
	FILTER_SOCKET,
	FILTER_PORT,
	FILTER_ADDRESS,
	FILTER_FAMILY,
	FILTER_ROLE,
	FILTER_CALL,
	FILTER_EFFECT,
	FILTER_KINDS
};

/* Starts as a struct of zeros, through which everything fits. */
struct filter {
	char **words[FILTER_KINDS]; /* owned arrays of owned words */
	size_t counts[FILTER_KINDS];
	bool only_errors;
	bool has_until;
	int64_t since_ns, until_ns; /* from the beginning of the trace */
	int64_t slower_than_ns;
};

/* Takes words that are separated by commas. Returns NULL, or what was expected instead of one of
 * them, with which nothing can be filtered. */
const char *filter_add(struct filter *filter, enum filter_kind kind, const char *words);

/* True when everything fits through it. */
bool filter_is_empty(const struct filter *filter);

/* "1.5s", "200ms", "30us", "5m", "17" (nanoseconds). False when it is none. */
bool filter_time(const char *text, int64_t *time_ns);

/* True when the call fits, as far as is known of its socket by now. */
bool filter_fits(const struct filter *filter, const struct trace *trace, const struct call *call);

/* The same of what a call consists of: its name, its process, the descriptors that it belongs to,
 * and what it says itself. */
bool filter_fits_name(const struct filter *filter, const char *name);
bool filter_fits_process(const struct filter *filter, const struct process *process);
bool filter_fits_descriptor(const struct filter *filter, const struct trace *trace,
	const struct descriptor *descriptor);
bool filter_fits_itself(
	const struct filter *filter, const struct trace *trace, const struct call *call);

/* False when every descriptor fits. */
bool filter_is_about_sockets(const struct filter *filter);

void filter_free(struct filter *filter);

/* The word of a role at `index`, NULL after the last one. */
const char *filter_role_word(size_t index);

#endif
