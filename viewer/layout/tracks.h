/* SPDX-License-Identifier: MIT */
/*
 * A trace as viewers of tracks show it: what a thread did in calls, and a socket in its life and in
 * exchanges, as slices, one after the other or one within the other on a track; which slice led to
 * which; and bytes in flight. All in the order of time, and each track before what is on it.
 *
 *	tracks_show(selection, text, &sink);
 */
#ifndef VIEWER_TRACKS_H
#define VIEWER_TRACKS_H

#include "viewer/model/selection.h"
#include "viewer/term/text.h"

enum track_kind {
	TRACK_PROCESS,   /* the parent of all others; has no slices itself */
	TRACK_THREAD,    /* calls of a thread; one within another: a handler of a signal made it */
	TRACK_BESIDE,    /* calls that go on beside the thread that made them: io_uring(7) */
	TRACK_SOCKET,    /* a socket's life, and in it, or beside it, exchanges */
	TRACK_IN_FLIGHT, /* a number: the bytes that a socket has sent and nobody has received yet
			  */
};

struct track {
	uint64_t id, parent; /* from 1 on; parent 0: it has none */
	enum track_kind kind;
	/* Without the numbers of processes and threads, which viewers add. Tracks beside a thread,
	 * or of a socket, that have one name and parent are one to who looks at them. */
	const char *name;
	const struct process *process;
	int32_t tid;                 /* of TRACK_THREAD and TRACK_BESIDE */
	const struct socket *socket; /* of TRACK_SOCKET and TRACK_IN_FLIGHT */
};

/* What a slice is: calls have that of their effect. */
enum slice_category {
	SLICE_SOCKET = EFFECT_COUNT,
	SLICE_EXCHANGE,
	SLICE_ARRIVAL, /* in a call, of no length: where a flow ends that began while it waited */
	SLICE_CATEGORIES
};

const char *slice_category_name(enum slice_category category);

enum note_key {
	NOTE_CALL, /* its seq */
	NOTE_TRACE,
	NOTE_FD,
	NOTE_SOCKET,
	NOTE_RESULT,
	NOTE_ERROR,
	NOTE_BYTES,
	NOTE_LOCAL,
	NOTE_PEER,
	NOTE_STATE,
	NOTE_BYTES_IN,
	NOTE_BYTES_OUT,
	NOTE_ROLE,
	NOTE_PROTOCOL,
	NOTE_ANSWER,
	NOTE_OUTCOME,
	NOTE_BYTES_ASKED,
	NOTE_BYTES_ANSWERED,
	NOTE_WAIT_NS,
	NOTE_KEYS
};

/* "fd" */
const char *note_key_name(enum note_key key);

/* What is told of a slice: words, or else a number. */
struct note {
	enum note_key key;
	uint32_t word;    /* as track_word() adds it; 0: none */
	const char *text; /* or these words; NULL: none */
	int64_t number;
};

struct slice {
	uint64_t track;
	int64_t time_ns; /* when it begins */
	enum slice_category category;
	uint32_t name_word; /* of the trace's strings; 0: `name` */
	const char *name;
	const struct note *notes;
	size_t note_count;
	/* Numbers, each at two slices: it leads from the one that begins first to the other one. */
	const uint64_t *flows;
	size_t flow_count;
};

/* Adds the word of that number: those of the trace's strings are theirs, behind them the peers of
 * its sockets follow. With escapes for what cannot be seen, as other words are; cut where it is
 * long. */
void track_word(struct text *text, const struct trace *trace, uint32_t word);

/* So many numbers there are. */
size_t track_words(const struct trace *trace);

/* Who wants it. What is given is good until the function returns; a slice that has not ended when
 * the trace did has no end. */
struct track_sink {
	void *context;
	void (*track)(void *context, const struct track *track);
	void (*begin)(void *context, const struct slice *slice);
	void (*end)(void *context, uint64_t track, int64_t time_ns);
	void (*value)(void *context, uint64_t track, int64_t time_ns, int64_t value);
};

/* Stops early when the text is not wanted any more, which else says only how words are written. */
void tracks_show(
	const struct selection *selection, const struct text *text, const struct track_sink *sink);

#endif
