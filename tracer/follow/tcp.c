/* SPDX-License-Identifier: MIT */
#include "tracer/follow/tcp.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/memory.h"
#include "tracer/log/records.h"
#include "tracer/proc/fds.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/tracee.h"

/* What a call waits for so long is worth a question. */
#define LONG_WAIT_NS 100000000

/* A listener is asked when it yields a connection, but no more often than this. */
#define LISTENER_PAUSE_NS 10000000

static bool is_asked_of(const struct tracer *tracer, const struct thread *thread)
{
	return tracer->log.asks_tcp && !thread->process->is_suppressed;
}

/*
 * A copy is a reference to the open file. Another thread may close the descriptor meanwhile: what
 * that does to the connection is then done when the copy is closed, here and at once. That thread
 * stops at the exit of its close, and goes on when this stop has been handled: it never sees that
 * there was a copy. Only where the socket lingers (SO_LINGER) it is not that thread that waits.
 */
static bool ask_copy(const struct thread *thread, int fd, const struct socket_identity *socket,
	struct kernel_report *report)
{
	int copy = fds_copy(thread->process->pid, thread->tid, fd);
	struct stat file;

	if (copy < 0)
		return false;
	/* The number may be another socket's already, or a file's. */
	bool is_known = tcp_report_ask(copy, report) && fstat(copy, &file) == 0 &&
			file.st_ino == socket->inode;
	close(copy);
	return is_known;
}

/* A connection that is over is not found by its addresses any more, nor is one of another network
 * namespace, nor a listener among those that share its port. */
static bool ask(struct tracer *tracer, const struct thread *thread, int fd,
	struct socket_identity *socket, struct kernel_report *report)
{
	if (socket->tcp.is_over)
		return false;
	if (!socket->tcp.is_elsewhere &&
		tcp_diag_ask(&tracer->tcp_diag, &socket->tcp.name, socket->inode, report))
		return true;
	if (!ask_copy(thread, fd, socket, report))
		return false;
	socket->tcp.is_over = report->tcp.state == TCP_CLOSE;
	socket->tcp.is_elsewhere = !socket->tcp.is_over;
	return true;
}

/* True when TCP has done something on the socket. */
static bool is_in_use(const struct socket_identity *socket)
{
	return socket->tcp.is_tcp && socket->tcp.name.family != 0;
}

static void add(struct captured_call **call, const struct kernel_report *report)
{
	memcpy(call_add(call, PART_OF_CALL, PART_KERNEL, sizeof(*report), sizeof(*report)), report,
		sizeof(*report));
}

void tcp_hold(struct tracer *tracer, struct thread *thread)
{
	if (!tracer->log.asks_tcp || thread->reports_exit)
		return;
	tracee_report_exit(thread->tid, !tracer->settings.is_unfiltered);
	thread->reports_exit = true;
}

void tcp_settled(struct tracer *tracer, struct socket_identity *socket,
	const struct socket_info *info, struct captured_call **call)
{
	const struct captured_call *settling = *call;
	const struct sockaddr *peer = (const struct sockaddr *)&info->peer;
	socklen_t peer_length = info->peer_length;
	bool is_connect = settling->effect == EFFECT_CONNECT;
	int given_at = syscall_argument(call_row(settling), ARGUMENT_ADDRESS);
	const struct captured_part *given =
		is_connect ? call_part(settling, given_at, PART_BYTES) : NULL;

	if (!socket->tcp.is_tcp)
		return;
	/* It has no peer yet that getpeername(2) tells. */
	if (peer_length == 0 && given) {
		peer = (const struct sockaddr *)given->bytes;
		peer_length = given->length;
	}
	tcp_name_set(&socket->tcp.name, &info->local, info->local_length, peer, peer_length);
	socket->tcp.is_connecting = is_connect && settling->result < 0;
	socket->tcp.is_over = false;
	if (tracer->log.asks_tcp && info->has_report &&
		(settling->effect == EFFECT_ACCEPT || (is_connect && settling->result == 0)))
		add(call, &info->report);
}

static struct socket_identity *socket_of(
	const struct thread *thread, const struct captured_call *call)
{
	const struct held_descriptor *held =
		thread->table ? table_get(thread->table, call->fd) : NULL;

	return held && held->id == call->descriptor && is_in_use(held->socket) ? held->socket
									       : NULL;
}

struct kernel_report *tcp_take_last(struct socket_identity *socket)
{
	struct kernel_report *last = socket->tcp.last;

	socket->tcp.last = NULL;
	return last;
}

/* Asks about the socket before its process, or a call that is no close, gives it back. */
static void ask_last(struct tracer *tracer, const struct thread *thread, int fd)
{
	struct socket_identity *socket = table_get(thread->table, fd)->socket;
	struct kernel_report report;

	if (!is_in_use(socket) || !ask(tracer, thread, fd, socket, &report))
		return;
	free(socket->tcp.last);
	socket->tcp.last = xcalloc(1, sizeof(report));
	*socket->tcp.last = report;
}

static void forget_last(struct tracer *tracer, const struct thread *thread, int fd)
{
	(void)tracer;
	free(tcp_take_last(table_get(thread->table, fd)->socket));
}

typedef void ending_socket(struct tracer *tracer, const struct thread *thread, int fd);

/* The last descriptors of sockets that the call ends without a close(2). */
static void each_ending(struct tracer *tracer, const struct thread *thread,
	const struct captured_call *call, ending_socket *found)
{
	const struct held_descriptor *target =
		table_get(thread->table, call_fd(call, ARGUMENT_TARGET_FD));
	uint32_t first = (uint32_t)call_argument(call, ARGUMENT_FIRST_FD);
	uint32_t last = (uint32_t)call_argument(call, ARGUMENT_LAST_FD);

	if (target && target->socket->descriptors == 1)
		found(tracer, thread, call_fd(call, ARGUMENT_TARGET_FD));
	if (call_row(call)->form != FORM_RANGE || call_argument(call, ARGUMENT_RANGE_FLAGS) != 0)
		return;
	for (int fd; (fd = table_next_in(thread->table, first, last)) >= 0;
		first = (uint32_t)fd + 1)
		if (table_get(thread->table, fd)->socket->descriptors == 1)
			found(tracer, thread, fd);
}

void tcp_before(struct tracer *tracer, const struct thread *thread, struct captured_call **call)
{
	struct socket_identity *socket = socket_of(thread, *call);
	struct kernel_report report;

	if (!is_asked_of(tracer, thread))
		return;
	if ((*call)->effect == EFFECT_CLOSE && socket && socket->descriptors == 1 &&
		ask(tracer, thread, (*call)->fd, socket, &report))
		add(call, &report);
	each_ending(tracer, thread, *call, ask_last);
}

/* Where no copy of the connection could be had when its addresses were asked for. */
static void ask_accepted(
	struct tracer *tracer, const struct thread *thread, struct captured_call **call)
{
	const struct held_descriptor *held = table_get(thread->table, (int)(*call)->result);
	struct kernel_report report;

	if (!call_part(*call, PART_OF_CALL, PART_KERNEL) && held && is_in_use(held->socket) &&
		ask(tracer, thread, (int)(*call)->result, held->socket, &report))
		add(call, &report);
}

/* The listener: how many connections more wait there. */
static void ask_listener(struct tracer *tracer, const struct thread *thread,
	struct socket_identity *listener, struct captured_call *accept)
{
	struct captured_part *part = call_part_writable(accept, PART_OF_CALL, PART_KERNEL);
	int64_t now_ns = log_now(&tracer->log);
	struct kernel_report report, listening;

	if (!part || (listener->tcp.asked_ns != 0 &&
			     now_ns < listener->tcp.asked_ns + LISTENER_PAUSE_NS))
		return;
	listener->tcp.asked_ns = now_ns;
	if (!ask(tracer, thread, accept->fd, listener, &listening))
		return;
	part_copy(part, &report, sizeof(report));
	report.queues.backlog = listening.queues.backlog;
	report.queues.backlog_limit = listening.queues.backlog_limit;
	report.queues.drops = listening.queues.drops;
	memcpy(part->bytes, &report, sizeof(report));
}

static bool is_end(int64_t result)
{
	return result == -ECONNRESET || result == -EPIPE || result == -ETIMEDOUT ||
	       result == -EHOSTUNREACH;
}

/* From these the program learns whether a connect that did not block has made a connection. */
static bool tells_connect(const struct captured_call *call)
{
	return call->effect == EFFECT_QUERY || call->effect == EFFECT_CONNECT ||
	       (effect_transfers((enum effect)call->effect) && call->result != -EAGAIN);
}

static bool has_to_ask(const struct socket_identity *socket, const struct captured_call *call)
{
	bool can_wait =
		call->effect == EFFECT_CONNECT || effect_transfers((enum effect)call->effect);

	if (call->effect == EFFECT_SHUTDOWN || is_end(call->result))
		return true;
	if (socket->tcp.is_connecting)
		return call->result != -EINPROGRESS && tells_connect(call);
	return (call->effect == EFFECT_CONNECT && call->result == 0) ||
	       (can_wait && call->duration_ns >= LONG_WAIT_NS);
}

/* So many of the sockets that a long wait found ready are asked about. */
#define WAITED_LIMIT 4

/* A long wait has ended: asks about what it found ready, or about the socket that it was for. */
static void ask_waited(
	struct tracer *tracer, const struct thread *thread, const struct captured_call *call)
{
	const struct captured_part *parts[] = {call_part(call, PART_OF_CALL, PART_WAITS),
		call_part(call, PART_OF_CALL, PART_MORE_WAITS)};
	bool is_single = parts[0] && !parts[1] && call->waits_omitted == 0 &&
			 parts[0]->length == sizeof(struct call_wait);
	struct kernel_report report;
	struct call_wait wait;
	size_t asked = 0;

	for (size_t i = 0; i < 2; i++)
		for (size_t at = 0; parts[i] && at + sizeof(wait) <= parts[i]->length;
			at += sizeof(wait)) {
			memcpy(&wait, parts[i]->bytes + at, sizeof(wait));
			const struct held_descriptor *held = table_get(thread->table, wait.fd);
			if ((wait.ready == 0 && !is_single) || !held ||
				held->id != wait.descriptor || !is_in_use(held->socket))
				continue;
			if (asked++ == WAITED_LIMIT)
				return;
			if (ask(tracer, thread, wait.fd, held->socket, &report))
				record_state(&tracer->log, thread, wait.fd, *held,
					call_row(call)->name, &report);
		}
}

void tcp_after(struct tracer *tracer, struct thread *thread, struct captured_call **call)
{
	struct socket_identity *socket = socket_of(thread, *call);
	struct kernel_report report;

	if (!is_asked_of(tracer, thread))
		return;
	if ((*call)->effect == EFFECT_WAIT && (*call)->duration_ns >= LONG_WAIT_NS)
		ask_waited(tracer, thread, *call);
	each_ending(tracer, thread, *call, forget_last);
	if (!socket)
		return;
	tcp_hold(tracer, thread);
	if ((*call)->effect == EFFECT_ACCEPT && (*call)->result >= 0) {
		ask_accepted(tracer, thread, call);
		ask_listener(tracer, thread, socket, *call);
	}
	if (call_part(*call, PART_OF_CALL, PART_KERNEL) || !has_to_ask(socket, *call) ||
		!ask(tracer, thread, (*call)->fd, socket, &report))
		return;
	bool was_connecting = socket->tcp.is_connecting;
	socket->tcp.is_connecting = report.tcp.state == TCP_SYN_SENT;
	/* It still asks: nothing has happened yet. */
	if (!was_connecting || !socket->tcp.is_connecting)
		add(call, &report);
}

/* A thread that ends alone makes exit(2), the others of its process go on. */
static bool ends_alone(const struct thread *thread)
{
	struct syscall_entry entry = {.number = 0};

	abi_row_within(thread->tid, &entry);
	return entry.number == (abi_is_compat(entry.arch) ? 1 /* __NR_exit of i386 */ : SYS_exit);
}

void tcp_leave(struct tracer *tracer, struct thread *thread)
{
	struct descriptor_table *table = thread->table;

	if (!table || table->is_left || !is_asked_of(tracer, thread))
		return;
	if (!thread->is_leaving)
		table->leaving++;
	thread->is_leaving = true;
	bool is_shared = table->users > thread->process->threads; /* with another process */
	if (table->leaving < table->users && (is_shared || ends_alone(thread)))
		return;
	table->is_left = true;
	for (int fd = table_next(table, 0); fd >= 0; fd = table_next(table, fd + 1))
		ask_last(tracer, thread, fd);
}

void tcp_stay(const struct thread *thread)
{
	struct descriptor_table *table = thread->table;

	if (!table->is_left)
		return;
	table->is_left = false;
	for (int fd = table_next(table, 0); fd >= 0; fd = table_next(table, fd + 1))
		free(tcp_take_last(table_get(table, fd)->socket));
}

void tcp_detach(struct tracer *tracer, const struct thread *thread)
{
	struct descriptor_table *table = thread->table;

	if (!table || table->is_left || !is_asked_of(tracer, thread))
		return;
	table->is_left = true;
	for (int fd = table_next(table, 0); fd >= 0; fd = table_next(table, fd + 1)) {
		const struct held_descriptor *held = table_get(table, fd);
		struct kernel_report report;
		if (is_in_use(held->socket) && ask(tracer, thread, fd, held->socket, &report))
			record_state(&tracer->log, thread, fd, *held, "detach", &report);
	}
}
