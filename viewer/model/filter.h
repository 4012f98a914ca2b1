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

#include "viewer/model/filter_time.h"
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
	struct filter_instant since, until;
	int64_t slower_than_ns;
	size_t most; /* calls: the first that fit; 0: all */
};

/* Takes words that are separated by commas. Returns NULL, or what was expected instead of one of
 * them, with which nothing can be filtered. */
const char *filter_add(struct filter *filter, enum filter_kind kind, const char *words);

/* Before anything is asked of it, when the beginning of the trace has been read: instants become
 * times since then. False, and says so, when one is of a clock that the trace does not tell. */
bool filter_settle(struct filter *filter, const struct trace *trace);

/* True when everything fits through it. */
bool filter_is_empty(const struct filter *filter);

/* True when the call fits, as far as is known of its socket by now. */
bool filter_fits(const struct filter *filter, const struct trace *trace, const struct call *call);

/* The same of what a call consists of: its name, its process, the descriptors that it belongs to,
 * and what it says itself. */
bool filter_fits_name(const struct filter *filter, const char *name);
bool filter_fits_effect(const struct filter *filter, enum effect effect);
bool filter_fits_process(const struct filter *filter, const struct process *process);
bool filter_fits_descriptor(const struct filter *filter, const struct trace *trace,
	const struct descriptor *descriptor);
bool filter_fits_itself(
	const struct filter *filter, const struct trace *trace, const struct call *call);

/* The same of anything that has a time, and may have failed. */
bool filter_fits_span(const struct filter *filter, const struct trace *trace, int64_t begin_ns,
	int64_t end_ns, bool has_failed);

/* False when every descriptor fits. */
bool filter_is_about_sockets(const struct filter *filter);

void filter_free(struct filter *filter);

/* The word of a role at `index`, NULL after the last one. */
const char *filter_role_word(size_t index);

#endif
