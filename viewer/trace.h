/*
 * A whole trace as the views see it: processes hold descriptors, descriptors stand for sockets,
 * calls are made on descriptors. Built once by trace_read.c, const after that.
 */
#ifndef VIEWER_TRACE_H
#define VIEWER_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/id_map.h"
#include "format/record.h"

/* How a socket came by its peer, or will. */
enum direction {
	DIRECTION_NONE,
	DIRECTION_LISTENING,
	DIRECTION_OUT, /* connect */
	DIRECTION_IN,  /* accept */
	DIRECTION_PAIR,
};

struct socket {
	int64_t id;
	const char *family, *type;        /* constants' names, or NULL */
	const struct value *local, *peer; /* addresses, or NULL */
	enum direction direction;
};

struct process {
	int64_t pid, parent; /* parent: RECORD_ABSENT when not known */
	const char *program; /* may be NULL */
	bool is_server, is_client;
	struct descriptor **descriptors; /* owned array, in the order of their births */
	size_t descriptor_count, descriptor_capacity;
};

struct descriptor {
	int64_t id, fd;
	struct process *process;
	struct socket *socket;
	int64_t born_ns, ended_ns;                /* ended: INT64_MAX while it is open */
	const struct record_call *made_by;        /* the call, or NULL */
	const struct record_descriptor *given_by; /* the record of its inheritance, or NULL */
	const struct record_descriptor
		*ended_by;           /* the record of its end, when no close was called */
	const struct record **calls; /* owned array; the call that made it comes first */
	size_t call_count, call_capacity;
	int64_t bytes_in, bytes_out;
	int64_t transfers_in, transfers_out;
	bool has_errors;
};

struct trace {
	const char *name;        /* of the file; NULL: standard input */
	struct record **records; /* owned, each for itself: the model points into them */
	size_t record_count, record_capacity;
	const struct record_trace *header; /* NULL: there was none */
	const struct record_end *end;      /* NULL: the trace was cut off */
	struct process **processes;        /* owned, in the order of their appearance */
	size_t process_count, process_capacity;
	struct descriptor **descriptors; /* owned, in the order of their births */
	size_t descriptor_count, descriptor_capacity;
	struct id_map process_by_pid, descriptor_by_id, socket_by_id; /* sockets are owned */
	int64_t begin_ns, end_ns; /* of everything in the trace */
	size_t call_count, error_count, warning_count, connection_count;
	size_t problems; /* lines that could not be used */
};

struct trace *trace_new(const char *name);
void trace_free(struct trace *trace);

/* Takes the record over and works it into the model. */
void trace_add(struct trace *trace, struct record *record);

/* After the last record. */
void trace_finish(struct trace *trace);

/* When the descriptor ended; when the trace did, for one that is still open then. */
int64_t descriptor_end_ns(const struct trace *trace, const struct descriptor *descriptor);

/* When a call ended, and its effect took place; when it began if it never ended. */
int64_t call_end_ns(const struct record *call);

/* True for sockets that are not known to carry datagrams. */
bool socket_is_stream(const struct socket *socket);

/* True for the receive that says that the peer sends no more. */
bool call_is_end_of_stream(const struct record_call *call, const struct socket *socket);

/* True for the errors that only say "not yet". */
bool call_is_pending(const struct record_call *call);

/* True for a call that failed, and not only for now. */
bool call_has_failed(const struct record_call *call);

#endif
