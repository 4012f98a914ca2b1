/* SPDX-License-Identifier: MIT */
/*
 * A whole trace, or several at once, as the views see them: processes hold descriptors, descriptors
 * stand for sockets, calls are made on descriptors. Read by trace_read.c, const from trace_complete
 * on; it may grow after that, and is completed again then.
 */
#ifndef VIEWER_TRACE_H
#define VIEWER_TRACE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"
#include "format/record.h"
#include "viewer/model/call.h"
#include "viewer/model/source.h"
#include "viewer/model/string_table.h"

#define NO_CALL UINT32_MAX

/* How a socket came by its peer, or will. */
enum direction {
	DIRECTION_NONE,
	DIRECTION_LISTENING,
	DIRECTION_OUT, /* connect */
	DIRECTION_IN,  /* accept */
	DIRECTION_PAIR,
};

/* The state of a socket at a point in time, as its program can know it. */
enum state {
	STATE_NEW,
	STATE_BOUND,
	STATE_LISTENING,
	STATE_CONNECTING,
	STATE_CONNECTED,
	STATE_SHUT_DOWN,   /* by its own program */
	STATE_PEER_ENDED,  /* the program received the end of stream */
	STATE_RESET,       /* by the peer */
	STATE_TIMED_OUT,   /* the peer did not answer any more */
	STATE_UNCONNECTED, /* its connect made no connection: struct attempt says why */
	STATE_DISCONNECTED,
	STATE_GIVEN_BACK, /* no descriptor stands for it any more */
};

/* How the asking for a connection ended. */
enum outcome {
	OUTCOME_ASKING, /* at the end of the trace the program had not learned it */
	OUTCOME_ESTABLISHED,
	OUTCOME_REFUSED,
	OUTCOME_UNREACHABLE,
	OUTCOME_TIMED_OUT,    /* by the kernel's limit */
	OUTCOME_BACKLOG_FULL, /* of a UNIX listener */
	OUTCOME_GIVEN_UP,     /* the program closed the socket, or ended, before it knew */
	OUTCOME_FAILED,       /* with another error */
};

/* How an established connection ended, at the end that ended it first. */
enum ending {
	ENDING_NONE, /* it was still there when the trace ended */
	ENDING_CLOSE,
	ENDING_SHUTDOWN,
	ENDING_RESET,
	ENDING_EXIT, /* of the process that held it */
	ENDING_PEER, /* which is outside of the trace: the program received the end of stream */
};

/* Two sockets and what joined them, or one whose peer is outside of the trace. */
struct connection {
	uint32_t number; /* counts from 0 */
	/* The end that asked, and the one that was accepted; of a pair both. NULL: not in the
	 * trace. */
	const struct socket *opener, *acceptor;
	enum outcome outcome;
	uint32_t asked_by; /* the connect that decided; NO_CALL: none in the trace */
	uint32_t told_by;  /* the call from which the program learned the outcome, or NO_CALL */
	uint32_t ended_by; /* the call that ended it first, or NO_CALL */
	const struct socket *ended_at; /* on which end; NULL: it did not end */
	enum ending ending;
};

/* One connect(2), and how it ended. */
struct attempt {
	uint32_t connect, told_by; /* calls; told_by: NO_CALL when nothing told the program */
	enum outcome outcome;
};

/* The kernel's word on a socket that came from outside of the trace. */
struct found_socket {
	const char *state;          /* "": it has none */
	struct value *local, *peer; /* owned, or NULL */
};

/* What the kernel said of a TCP socket at one time. */
struct socket_report {
	int64_t time_ns; /* when its call ended; of a close, when it began */
	uint32_t call;   /* with which it was asked, or NO_CALL: a descriptor's record has it */
	struct record_tcp tcp;
	struct record_queues queues;
};

struct socket {
	int64_t id;
	uint32_t number; /* counts from 0 */
	uint32_t part;
	uint32_t family, type;         /* strings, constants' names; 0: not known */
	uint32_t protocol;             /* the same, "IPPROTO_TCP"; 0: not known, or a number */
	struct value *local, *peer;    /* owned addresses, or NULL */
	struct socket_report *reports; /* owned, in the order of the trace */
	size_t report_count, report_capacity;
	struct socket *other_end; /* in the trace; NULL: not known, or not in it */
	enum direction direction;
	bool is_direction_found;                 /* by relate/join.c, not by a record */
	struct descriptor *holder, *last_holder; /* the first that stands for it, and the last */
	struct found_socket *found;              /* owned; NULL: it was made in the trace */
	/* What calls did to it that the trace leaves out: the state that they brought it to, and
	 * the error of its connect or accept, "" if it had none; NULL: it had neither. */
	enum state left_out;
	const char *joined;
	int64_t joined_ns;
	struct socket *twin;           /* of a pair whose call is left out: the other one */
	struct connection *connection; /* that it is an end of; NULL: of none */
	enum state state;              /* when the trace ended */
	/* The descriptor that ended last: with its end the socket ended; NULL: one is open. */
	const struct descriptor *last;
	const struct process *held_by; /* at the end of the trace, or last */
};

struct process {
	int64_t pid, parent; /* parent: RECORD_ABSENT when not known */
	uint32_t number;     /* counts from 0 */
	uint32_t part;
	const char *program; /* may be NULL */
	bool is_server, is_client, has_ended;
	int64_t executed_ns;   /* when it executed another program last; INT64_MIN: never */
	const char *killed_by; /* the signal that it died of, or NULL */
	struct descriptor **descriptors; /* owned array, in the order of their births */
	size_t descriptor_count, descriptor_capacity;
};

/* Calls of one descriptor, and what they moved. */
struct call_list {
	uint32_t *list; /* owned: indices */
	size_t count, capacity;
	int64_t bytes_in, bytes_out;
	int64_t transfers_in, transfers_out;
};

/* What a wait answered: enough to follow a connect without reading the wait's line, which may name
 * many descriptors, once more for each. */
struct answer {
	uint32_t wait; /* its index */
	uint8_t ready; /* enum readiness */
};

struct descriptor {
	int64_t id, fd;
	uint32_t number; /* counts from 0 */
	struct process *process;
	struct socket *socket;
	struct descriptor
		*next_holder;      /* of the socket: made by dup, fork, passing; NULL: no more */
	int64_t born_ns, ended_ns; /* ended: INT64_MAX while it is open */
	uint32_t made_by;          /* index of the call, or NO_CALL */
	/* Why its process had it without making it, "fork" say, and why it ended when no close was
	 * called; "": the trace does not say why; NULL: that is not so. */
	const char *given_by, *ended_by;
	int64_t given_from; /* the process that it was inherited from, or RECORD_ABSENT */
	bool is_closed; /* by a call, which the trace may leave out: then ended_by is there, too */
	/* The call that made it comes first. Of the waits there are those that found it ready, and
	 * those that waited for it alone, whatever came of it. */
	struct call_list calls;
	struct answer *answers; /* owned: of the waits that found it ready, in their order */
	size_t answer_count, answer_capacity;
	/* The last wait for it, ready or not, and the last that asked when one can send; or
	 * NO_CALL. */
	uint32_t last_wait, last_wait_to_send;
};

/* Lines of a key log that were found at one time, when the program had written them. */
struct key_lines {
	int64_t time_ns; /* as that of calls */
	uint32_t part;
	const struct record_keys *record; /* borrowed */
};

/* A file that a trace is in, or goes on in: socktrace --rotate. */
struct part_file {
	const struct source *source; /* the trace's */
	uint64_t begin;              /* offsets of its lines count from here */
};

/* One of the traces that are shown at once: a source has one, or several behind each other; or one
 * is in several sources. */
struct part {
	const struct source *source; /* that it begins in */
	struct part_file *files;     /* owned: that source, and those that it goes on in */
	size_t file_count, file_capacity;
	uint64_t length;                   /* offsets of lines so far are lower */
	uint32_t number;                   /* among those of its source, counted from 1 */
	bool is_begun;                     /* something of it was read */
	bool is_continued;                 /* that which was read before, by another file */
	int64_t file_number;               /* as socktrace counts its files; RECORD_ABSENT: one */
	int64_t last_seq;                  /* of its calls so far */
	struct record *goes_on;            /* borrowed: the warning that it does; NULL: none */
	const struct record_trace *header; /* NULL: there was none */
	const struct record_end *end;      /* NULL: it was cut off */
	int64_t started_ns;                /* by the clock on the wall; 0: not known */
	int64_t shift_ns;                  /* what its times are shifted by, */
	int64_t correction_ns;             /* and in a complete trace by this: relate/clock.c */
};

/* A call that was under way when a line of the trace said so, and that the trace has no end of. */
struct pending_call {
	const struct process *process;
	const struct descriptor *descriptor; /* made on, or waited for alone; NULL: none */
	const char *name;
	int64_t time_ns, duration_ns; /* began; had taken by then */
	uint32_t part;
	int32_t tid;
	enum effect effect;
};

struct trace {
	struct source **sources; /* owned, in the order in which they are read */
	size_t source_count, source_capacity;
	struct part *parts; /* owned */
	size_t part_count, part_capacity;
	struct record **records; /* owned, each for itself: first and last lines, warnings, keys */
	size_t record_count, record_capacity;
	struct key_lines *keys; /* owned, in the order of the trace */
	size_t key_count, key_capacity;
	struct call *calls; /* owned, in the order in which they ended */
	size_t call_count, call_capacity;
	struct string_table strings; /* of calls */
	struct string_table words;   /* of the other records */
	struct process **processes;  /* owned, in the order of their appearance */
	size_t process_count, process_capacity;
	struct descriptor **descriptors; /* owned, in the order of their births */
	size_t descriptor_count, descriptor_capacity;
	struct socket **sockets; /* owned, in the order of their appearance */
	size_t socket_count, socket_capacity;
	struct connection **connections; /* owned */
	size_t connection_count, connection_capacity;
	struct attempt *attempts; /* owned, in the order of their calls */
	size_t attempt_count, attempt_capacity;
	/* Of the part that is being read: ids count anew in each. */
	struct id_map process_by_pid, descriptor_by_id, socket_by_id;
	int64_t begin_ns, end_ns; /* of everything in the trace */
	size_t error_count, warning_count;
	bool has_several_loopbacks; /* so that a port alone does not tell its address */
	size_t problems;            /* lines that could not be used */
	struct id_map pending;      /* struct pending_call by part and thread, owned */
	struct scratch values;      /* of the call that is being added */
	struct id_map headers;      /* parts, counted from 1, by their first lines */
	struct details *details;    /* owned: details.c */
	/* Facts that follow from the rest: relate/complete.c, which also takes back all that it has
	 * set. NULL: the trace is not complete. */
	struct relations *relations;
	void (*forget)(struct trace *trace);
};

struct trace *trace_new(void);
void trace_free(struct trace *trace);

/* Records that are added from now on come from this source, which becomes the trace's, and belong
 * to another part; so do records behind each further first line of a trace in it. Facts that
 * completed the trace are forgotten when more is added. */
void trace_begin_source(struct trace *trace, struct source *source);

/* The first line is that of the next file of the trace that is being read. */
bool trace_is_continued_by(const struct trace *trace, const struct record_trace *header);

/* Records that are added from now on, the first of which is such a line, come from this source,
 * which becomes the trace's, and belong to the same part as those before. */
void trace_continue_source(struct trace *trace, struct source *source);

/* Works a record into the model, which takes what it keeps of it. `offset` and `length` say where
 * its line stands. */
void trace_add(struct trace *trace, struct record *record, uint64_t offset, uint32_t length);

/* The source that the call's line is in, and where in it. */
const struct source *trace_source_of(
	const struct trace *trace, const struct call *call, uint64_t *offset);

/* The call number `index` of the trace becomes one of the list, which is the descriptor's. */
void call_list_add(struct call_list *list, const struct trace *trace,
	const struct descriptor *descriptor, uint32_t index);

/* The call number `index` of a descriptor. */
const struct call *descriptor_call(
	const struct trace *trace, const struct descriptor *descriptor, size_t index);

/* What the wait number `wait` answered of it, bits of enum readiness; 0: it was not ready. */
uint8_t descriptor_readiness(const struct descriptor *descriptor, uint32_t wait);

/* The call that made it, or NULL. */
const struct call *descriptor_maker(const struct trace *trace, const struct descriptor *descriptor);

/* The call that closed it, or NO_CALL: it is open, or ended otherwise. */
uint32_t descriptor_closer(const struct trace *trace, const struct descriptor *descriptor);

/* When the descriptor ended; when the trace did, for one that is still open then. */
int64_t descriptor_end_ns(const struct trace *trace, const struct descriptor *descriptor);

const char *trace_word(const struct trace *trace, uint32_t number);

/* True when calls of that effect on the socket may have been made that its trace leaves out. */
bool trace_leaves_out(const struct trace *trace, const struct socket *socket, enum effect effect);

/* The payloads of all calls, or of those of one part, were taken out of it. */
bool trace_is_redacted(const struct trace *trace);

/* Or they were not kept. */
bool trace_has_no_payloads(const struct trace *trace);

/* Keys of TLS were asked for, which are there unless they were taken out. */
bool trace_has_keys(const struct trace *trace);

/* True for sockets that are not known to carry datagrams. */
bool socket_is_stream(const struct trace *trace, const struct socket *socket);

/* Who had it first; NULL: it is not known, or there is no socket. */
const struct process *socket_process(const struct socket *socket);

/* The name of what is shown: of the file, or of several, or NULL for standard input. */
const char *trace_name(const struct trace *trace);

/* The name of one part: of its file, and which of those in it. */
#define PART_NAME_SIZE (PATH_MAX + 32)
void trace_part_name(const struct trace *trace, uint32_t part, char name[PART_NAME_SIZE]);

#endif
