/* SPDX-License-Identifier: MIT */
/* A call as the model keeps it: what every view needs, in little memory. The rest of its line is
 * read again when it is shown: details.h. */
#ifndef VIEWER_CALL_H
#define VIEWER_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "format/effect.h"
#include "format/record.h"

struct descriptor;
struct process;
struct socket;

enum call_flag {
	CALL_UNFINISHED = 1,     /* it never returned */
	CALL_PENDING = 2,        /* it would block, or a signal interrupted it */
	CALL_FAILED = 4,         /* it failed otherwise, or tells what failed: SO_ERROR */
	CALL_MAKES = 8,          /* descriptors */
	CALL_WAITS = 16,         /* for several descriptors */
	CALL_END_OF_STREAM = 32, /* it received the end of stream */
	CALL_UNDOES = 64,        /* a connect to AF_UNSPEC, which undoes an earlier one */
	CALL_TELLS_ERROR = 128, /* it asked for SO_ERROR; `error` is what it was told, 0: nothing */
	CALL_WAITS_TO_SEND = 256,  /* on one descriptor at least */
	CALL_FOUND_NONE = 512,     /* a wait that no descriptor of the trace ended: its thread's */
	CALL_NO_SERVICE = 1 << 12, /* a connect to a name service that is not there */
};

/* Where in the life of its socket a call stands. Of a connection: establishment until it stands,
 * then transfer, release from what ends it on. Of a listening socket: it is opened, serves, and is
 * closed. Of other sockets: set-up, transfer, release. */
enum phase {
	PHASE_NONE, /* it belongs to none: it closes one of several descriptors, which ends nothing
		     */
	PHASE_ESTABLISHMENT,
	PHASE_TRANSFER,
	PHASE_RELEASE,
};

struct call {
	int64_t time_ns, duration_ns;  /* began; took */
	int64_t result;                /* as the kernel returned it; -1: error */
	int64_t seq;                   /* its number in its trace */
	int64_t bytes;                 /* moved; RECORD_ABSENT: it is none that moves any */
	struct descriptor *descriptor; /* made on; NULL: none */
	struct process *process;
	uint64_t offset;      /* of its line: trace_source_of */
	uint32_t length;      /* of that line */
	uint32_t name, error; /* strings; error 0: none */
	uint32_t address;     /* a string: of a datagram's peer, or of its socket's; 0: none */
	int32_t tid, fd;      /* fd -1: made on none */
	uint8_t effect;       /* enum effect */
	uint8_t phase;        /* enum phase: phase.h */
	uint16_t flags;       /* enum call_flag */
	uint32_t payload_at;  /* where in its line its payload stands; 0: it has none */
};

/* Asked of every call, many times, and so inline. */
static inline bool call_is(const struct call *call, enum call_flag flag)
{
	return call->flags & flag;
}

/* When it ended, and its effect took place; when it began if it never ended. */
static inline int64_t call_end_ns(const struct call *call)
{
	return call_is(call, CALL_UNFINISHED) ? call->time_ns : call->time_ns + call->duration_ns;
}

/* It failed, and not as a connect to a name service that is not there, which programs ask for and
 * do without. */
bool call_has_erred(const struct call *call);

/* A call that can wait, and took so long, has waited; another one was slow, or its thread did not
 * get the processor. */
#define CALL_WAIT_NS 1000000

/* Calls of that effect may have to wait. */
bool call_can_wait(enum effect effect);

/* It can wait, and took so long that it has. */
bool call_has_waited(const struct call *call);

/* It does something between two ends: calls that set, ask, wait, look ahead or found nothing do
 * not. */
bool call_has_effect(const struct call *call);

/* EAGAIN and its kin, of a call that would block, and EINTR. */
bool error_is_pending(const char *error);

/* It moved bytes in that direction, perhaps none. */
static inline bool call_has_moved(const struct call *call, enum effect effect)
{
	return call->effect == effect && !call->error && call->bytes != RECORD_ABSENT &&
	       !call_is(call, CALL_END_OF_STREAM);
}

#endif
