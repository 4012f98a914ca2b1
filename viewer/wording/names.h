/* SPDX-License-Identifier: MIT */
/* Names of the things of a trace, as people call them. */
#ifndef VIEWER_NAMES_H
#define VIEWER_NAMES_H

#include "viewer/model/trace.h"
#include "viewer/relate/link.h"
#include "viewer/relate/name_service.h"
#include "viewer/term/text.h"

/* "TCP", "UDP", "UNIX", or what the family is called. Good until the next call. */
const char *name_kind(const struct trace *trace, const struct socket *socket);

/* "curl"; "process" where its program is not known. */
const char *name_program(const struct process *process);

/* "curl 4121", in the given style, up to the column `end`. */
/* "3 × ", before what there are so many of. */
void name_times(struct text *text, enum style style, size_t count);

void name_process(struct text *text, enum style style, const struct process *process, size_t end);

/* "data": what a link is. */
const char *name_link(enum link_kind kind);

/* "not shown: 6 connects to the name service /run/x, which is not there (--full)". */
void name_absent_services(
	struct text *text, const struct name_services *services, const char *more);

/* "recvfrom"; "uring:recv" for what went through io_uring(7). Up to the column `end`. */
void name_call(struct text *text, enum style style, const char *name, size_t end);

/* " 127.0.0.1:80" in no more than `room` columns; nothing for an address that is not known. */
void name_address(struct text *text, const struct value *address, size_t room);

/* "127.0.0.1:80" up to the column `end`: where it has no room it is cut before its port,
 * "127.…:80". */
void name_endpoint(struct text *text, enum style style, const char *address, size_t end);

/* "→" when the socket asked for its connection, "←" when it was accepted, "⇄" when that is not
 * known, "↔" of a pair; empty when it listens, or has no peer. */
const char *name_arrow(const struct text *text, const struct socket *socket);

/* " → 127.0.0.1:80", where the arrow says who called whom. */
void name_peer(struct text *text, const struct socket *socket, size_t room);

/* "server", "client", or NULL. */
const char *name_role(const struct process *process);

/* "data transfer"; of a listening socket "serving", and so on. NULL: of a connection. */
const char *name_phase(const struct socket *socket, enum phase phase);

/* "listening"; of a socket whose connect made no connection, why. */
const char *name_state(const struct socket *socket, enum state state);

/* The same when the trace ended; how its connect failed, if nothing else happened to it. */
const char *name_state_of(const struct socket *socket);

/* How it came by its peer: "out", it connected; "in", it was accepted; "listening", "pair", "none".
 */
const char *name_direction(enum direction direction);

/* "refused". */
const char *name_outcome(enum outcome outcome);

/* "close": how a connection ended. */
const char *name_ending(enum ending ending);

/* "  connected after 1.20 ms": how a connect on the socket ended, at the call that told the
 * program, at the connect what it never learned; nothing at other calls. */
void name_outcome_at(
	struct text *text, const struct trace *trace, const struct socket *socket, uint32_t index);

/* "accepted on fd 3": how the descriptor came to be, in about `room` columns. False, and nothing:
 * its first call tells. */
bool name_birth(struct text *text, const struct trace *trace, const struct descriptor *descriptor,
	size_t room);

#endif
