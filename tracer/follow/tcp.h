/* SPDX-License-Identifier: MIT */
/* What TCP was doing: asks the kernel once when something happens to a TCP socket. */
#ifndef TRACER_TCP_H
#define TRACER_TCP_H

#include "tracer/follow/tracer.h"
#include "tracer/proc/socket_info.h"

/* The thread, which is stopped, holds a TCP socket: it is asked about when the thread ends. */
void tcp_hold(struct tracer *tracer, struct thread *thread);

/* The call has settled the socket's addresses, and `info` has them. */
void tcp_settled(struct tracer *tracer, struct socket_identity *socket,
	const struct socket_info *info, struct captured_call **call);

/* At the entry of a call: asks before the socket is closed. */
void tcp_before(struct tracer *tracer, const struct thread *thread, struct captured_call **call);

/* At its exit, when it has its result: asks where it has ended something. */
void tcp_after(struct tracer *tracer, struct thread *thread, struct captured_call **call);

/* What was asked before the socket is given back without a close(2), for the caller to free; or
 * NULL. */
struct kernel_report *tcp_take_last(struct socket_identity *socket);

/* The thread is about to end: asks of what its process leaves open. */
void tcp_leave(struct tracer *tracer, struct thread *thread);

/* The thread has loaded another program, and did not end. */
void tcp_stay(const struct thread *thread);

/* The thread is detached from: the log says how its sockets are. */
void tcp_detach(struct tracer *tracer, const struct thread *thread);

#endif
