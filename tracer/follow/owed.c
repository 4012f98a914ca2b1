/* SPDX-License-Identifier: MIT */
#include "tracer/follow/owed.h"

#include <errno.h>
#include <sys/socket.h>

#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/registers.h"
#include "tracer/ptrace/tracee_memory.h"

void owed_take(struct tracer *tracer, const struct thread *thread, int error)
{
	/* What ends a connection: tcp_reset in net/ipv4/tcp_input.c, tcp_write_err in tcp_timer.c,
	 * icmp_err_convert in icmp.c. Other errors are the call's, or those of a file that is sent.
	 */
	static const int endings[] = {ECONNRESET, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH, EHOSTDOWN,
		ENONET, ENOPROTOOPT, ECONNREFUSED, EMSGSIZE, EOPNOTSUPP, EPROTO, EACCES,
		ECONNABORTED};
	const struct syscall_row *row = syscall_row((size_t)thread->rest.row);
	const struct held_descriptor *held = table_get(
		thread->table, (int32_t)abi_argument(&thread->rest.entry, row, ARGUMENT_FD));

	size_t i = 0;
	while (i < sizeof(endings) / sizeof(endings[0]) && endings[i] != error)
		i++;
	if (i == sizeof(endings) / sizeof(endings[0]) || !held)
		return;
	tracer->sockets.owing += held->socket->owed_error == 0;
	held->socket->owed_error = error;
}

/* The socket that the call is made on, if the program is owed an error of it. */
static struct socket_identity *owing(const struct tracer *tracer, const struct thread *thread)
{
	if (tracer->sockets.owing == 0 || thread->call->fd < 0)
		return NULL;
	const struct held_descriptor *held = table_get(thread->table, thread->call->fd);
	return held && held->socket->owed_error != 0 ? held->socket : NULL;
}

static int pay(struct tracer *tracer, struct socket_identity *socket)
{
	int error = socket->owed_error;

	tracer->sockets.owing--;
	socket->owed_error = 0;
	return error;
}

/* A send fails with it before anything else. */
void owed_enter(struct tracer *tracer, const struct thread *thread)
{
	struct socket_identity *socket = owing(tracer, thread);

	if (socket && thread->call->effect == EFFECT_SEND)
		registers_skip_call(thread->tid, -pay(tracer, socket));
}

/* A receive is given what has come before it, and SO_ERROR asks for it. */
void owed_exit(struct tracer *tracer, const struct thread *thread, int64_t *result)
{
	struct socket_identity *socket = owing(tracer, thread);
	const struct captured_call *call = thread->call;
	uint64_t address = call_argument(call, ARGUMENT_OPTION_RESULT);
	int32_t value = -1;

	if (!socket || *result != 0)
		return;
	if (call->effect == EFFECT_RECEIVE) {
		*result = -pay(tracer, socket);
		registers_give_result(thread->tid, *result);
	} else if (address != 0 && call_argument(call, ARGUMENT_LEVEL) == SOL_SOCKET &&
		   call_argument(call, ARGUMENT_OPTION) == SO_ERROR &&
		   memory_read(thread->tid, address, &value, sizeof(value)) == sizeof(value) &&
		   value == 0) {
		value = pay(tracer, socket);
		memory_write(thread->tid, address, &value, sizeof(value));
	}
}
