/* SPDX-License-Identifier: MIT */
/*
 * One line of a trace as a struct: what the viewer knows of the trace format.
 *
 *	struct record record;
 *	const char *problem = record_read(&record, line, length);
 *	if (!problem)
 *		…
 *	record_release(&record);
 *
 * Strings and values belong to the record and live until record_release. A field that the line
 * does not have is NULL, or RECORD_ABSENT where it is a number.
 *
 * The values of open shape of a call, of which there are many, are only found in the line. They are
 * read where they are wanted, as long as the line is there:
 *
 *	struct scratch memory = {0};
 *	record_read_values(&record, &memory);
 */
#ifndef FORMAT_RECORD_H
#define FORMAT_RECORD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/effect.h"
#include "format/kernel_report.h"
#include "format/scratch.h"
#include "format/value.h"

enum record_type {
	RECORD_TRACE,
	RECORD_PROCESS,
	RECORD_DESCRIPTOR,
	RECORD_CALL,
	RECORD_PENDING,
	RECORD_WARNING,
	RECORD_KEYS,
	RECORD_END,
	RECORD_UNKNOWN, /* a type that a later writer of this version added: to be passed over */
};

struct record_trace {
	int64_t version;
	const char *tracer, *started, *host, *kernel, *machine;
	/* Which part of a rotated trace begins here, counted from 1, and how many calls are in the
	 * parts before it. */
	int64_t part, calls_before;
	unsigned int left_out; /* bits 1 << enum effect: of these some calls have no record */
	const struct value *command;
	bool is_redacted;      /* payloads were taken out */
	bool has_no_addresses; /* addresses, paths and names were, too */
	bool has_no_payloads;  /* they were taken out, or not kept */
	bool has_no_children;  /* processes that others started may have been left out */
	bool has_keys; /* of TLS, if the program has written any, and they were not taken out */
};

enum process_event { PROCESS_START, PROCESS_FORK, PROCESS_EXEC, PROCESS_EXIT };

struct record_process {
	enum process_event event;
	int64_t pid, parent, exit_code;
	const char *program, *signal;
	const struct value *command;
	bool is_repeated; /* an earlier part of the trace has said it */
};

/* From bind to pair they are what calls did that the trace leaves out. */
enum descriptor_event {
	DESCRIPTOR_INHERIT,
	DESCRIPTOR_RECEIVE,
	DESCRIPTOR_CLOSE,
	DESCRIPTOR_BIND,
	DESCRIPTOR_LISTEN,
	DESCRIPTOR_CONNECT,
	DESCRIPTOR_ACCEPT,
	DESCRIPTOR_PAIR,
	DESCRIPTOR_STATE,
	DESCRIPTOR_EVENTS
};

struct record_descriptor {
	enum descriptor_event event;
	const char *reason, *error;
	int64_t pid, fd, descriptor, socket;
	int64_t from_pid, from_descriptor;
	int64_t other; /* the socket that a pair's first one is joined with */
	const struct value *family, *socket_type, *protocol, *state, *local, *peer;
	const char *direction; /* how it came by its peer, in earlier parts of the trace */
	bool is_repeated;      /* an earlier part of the trace has said that it is there */
};

/* What a wait answered of a descriptor, by the names of the events. */
enum readiness {
	READY = 1, /* for something */
	READY_TO_SEND = 2,
	READY_FAILED = 4, /* an error, or the peer's end */
};

struct record_wait {
	int64_t descriptor;
	uint8_t ready; /* enum readiness */
};

/* A descriptor that a call made. */
struct record_new {
	int64_t fd, descriptor, socket;
};

struct record_call {
	int64_t seq, duration_ns, pid, tid;
	const char *name, *error;
	enum effect effect;
	int64_t fd, descriptor, socket;
	int64_t result, bytes, interrupted;
	bool is_unfinished;
	bool is_unseen;                     /* nobody has learned its result */
	bool is_end_of_stream;              /* as far as the viewer knows: details.c */
	struct record_new *new_descriptors; /* owned */
	size_t new_count;
	/* NULL also as long as record_read_values was not called. */
	const struct value *args, *local, *peer, *data, *netlink, *messages, *waits;
	bool has_address, has_waits; /* `local` or `peer`; `waits` */
	bool waits_to_send;          /* for one of them at least */
	struct record_wait *waited;  /* owned: the descriptors in `waits` */
	size_t waited_count, waited_capacity;
};

/* A call that is under way, and has its own record when it ends. */
struct record_pending {
	int64_t duration_ns, pid, tid, descriptor;
	const char *name;
	enum effect effect;
};

/* Where one of these stands in the line; length 0: it is not there. */
struct record_place {
	uint32_t at, length;
};

/* Where they stand in a call's line, which has so many values in all; of a descriptor's line the
 * last two. */
struct record_values {
	const char *line;
	uint32_t length, count;
	struct record_place args, local, peer, data, netlink, messages, waits, tcp, queues;
};

/* Secrets of TLS, by which its traffic can be read. */
struct record_keys {
	const char *format; /* "nss": lines as programs write them to SSLKEYLOGFILE */
	const char *text;   /* may contain NUL */
	size_t length;
};

struct record_warning {
	const char *code, *message;
	int64_t pid;
};

struct record_end {
	int64_t calls, exit_code;
	int64_t stops, in_tracee; /* how the calls were recorded */
	const char *signal;
	bool continues; /* the trace, in another part */
};

struct record {
	enum record_type type;
	int64_t time_ns; /* since the trace began */
	void *owned;     /* its values, or strings; NULL: none */
	/* Strings of a call, which cannot be moved therefore. */
	char name_word[40], error_word[24];
	struct record_values values; /* of a call, or a descriptor */
	union {
		struct record_trace trace;
		struct record_process process;
		struct record_descriptor descriptor;
		struct record_call call;
		struct record_pending pending;
		struct record_warning warning;
		struct record_keys keys;
		struct record_end end;
	};
};

/* Fills `record` from one line. Returns NULL, or what is wrong with the line: a text that is good
 * until the thread's next call. A record that could not be read needs no release. */
const char *record_read(struct record *record, const char *line, size_t length);

/* Reads the values of a call, whose line must be there still, into the memory, which is used for
 * nothing else as long as they are wanted. */
void record_read_values(struct record *record, struct scratch *memory);

/* Reads what a call's or a descriptor's line, which must be there still, says of TCP. False when it
 * says nothing. */
bool record_read_report(const struct record *record, struct kernel_report *report);

/* Where in a line that is bad the first line of a trace may begin, which was joined to one that had
 * been cut short in the middle of its last line; 0: nowhere. */
size_t record_trace_within(const char *line, size_t length);

void record_release(struct record *record);

#endif
