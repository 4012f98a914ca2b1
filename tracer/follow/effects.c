/* SPDX-License-Identifier: MIT */
#include "tracer/follow/effects.h"

#include <errno.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/un.h>

#include "tracer/call/ancillary.h"
#include "tracer/follow/addresses.h"
#include "tracer/follow/inheritance.h"
#include "tracer/follow/tcp.h"
#include "tracer/follow/waits.h"
#include "tracer/log/records.h"
#include "tracer/proc/fds.h"

/* The kernel passes at most SCM_MAX_FD descriptors in one message: net/scm.h. */
#define NEW_LIMIT 253

struct effect_context {
	struct tracer *tracer;
	struct thread *thread;
	struct captured_call **call;
	const struct syscall_row *row;
	struct call_new made[NEW_LIMIT];
	size_t made_count;
};

static struct captured_call *call_of(const struct effect_context *c)
{
	return *c->call;
}

/* A thread whose close has not returned has freed the number all the same, and may die before it is
 * seen to return. */
static void mark_number_reused(struct effect_context *c, uint64_t descriptor)
{
	struct thread *thread;
	size_t at = 0;

	while ((thread = tracees_next(&c->tracer->tracees, &at)))
		if (thread->state == THREAD_IN_CALL && thread->call->effect == EFFECT_CLOSE &&
			thread->call->descriptor == descriptor)
			thread->call->is_number_reused = true;
}

/* The descriptor ends, because its number becomes another one's or was closed. */
static void end_descriptor(struct effect_context *c, int fd, const char *reason)
{
	const struct held_descriptor *held = table_get(c->thread->table, fd);
	struct kernel_report *report = held ? tcp_take_last(held->socket) : NULL;
	uint64_t socket;
	struct held_descriptor ended =
		table_remove(&c->tracer->sockets, c->thread->table, fd, &socket);

	if (ended.is_being_closed)
		mark_number_reused(c, ended.id);
	else if (ended.id)
		record_close(
			&c->tracer->log, c->thread->process, fd, ended.id, socket, reason, report);
	free(report);
}

/* The number is no epoll instance's and no ring's any more. */
static void end_number(struct effect_context *c, int fd)
{
	if (interests_end(&c->thread->table->interests, fd))
		table_watch(c->thread->table, fd, false);
	ring_number_remove(&c->tracer->rings, c->thread->table, fd);
}

/* Makes a descriptor with that number. The one that had the number before, if any, ends for that
 * reason. */
static void make_instead(
	struct effect_context *c, int fd, struct socket_identity *socket, const char *reason)
{
	/* No number is given twice by one call: what says so stands in the tracee's memory, and
	 * lies. */
	for (size_t i = 0; i < c->made_count; i++)
		if (c->made[i].fd == fd)
			return;
	if (c->made_count == NEW_LIMIT)
		return;
	socket->descriptors++; /* its only descriptor may be the one that is replaced */
	end_descriptor(c, fd, reason);
	struct held_descriptor made = table_put(&c->tracer->sockets, c->thread->table, fd, socket);
	socket->descriptors--;
	c->made[c->made_count++] = (struct call_new){fd, made.id, made.socket->id};
}

static void make(struct effect_context *c, int fd, struct socket_identity *socket)
{
	make_instead(c, fd, socket, "replaced");
}

/* NULL when the number stands in the tracee's memory, where it may be anything, and the kernel
 * knows no such socket. */
static struct socket_identity *socket_behind(struct effect_context *c, int fd, bool is_from_memory)
{
	uint64_t inode = fds_socket_inode(c->thread->tid, fd);

	if (inode == 0 && is_from_memory)
		return NULL;
	return socket_get(&c->tracer->sockets, inode);
}

/* An address of nothing but its family is left out. */
static void add_address(struct effect_context *c, enum part_kind kind,
	const struct sockaddr_storage *address, socklen_t length)
{
	if (length > sizeof(sa_family_t))
		memcpy(call_add(c->call, PART_OF_CALL, kind, length, length), address, length);
}

static void add_addresses(struct effect_context *c, int fd)
{
	struct socket_info socket;
	const struct held_descriptor *held = table_get(c->thread->table, fd);

	addresses_get(c->tracer, c->thread, fd, &socket);
	if (held)
		held->socket->has_address =
			!c->thread->process->is_suppressed && !socket.is_partial;
	if (held)
		tcp_settled(c->tracer, held->socket, &socket, c->call);
	table_changed(c->thread->table, fd);
	add_address(c, PART_LOCAL, &socket.local, socket.local_length);
	add_address(c, PART_PEER, &socket.peer, socket.peer_length);
}

/* What the call was made on; NULL where another thread has given its number away, or is about to.
 */
static const struct held_descriptor *held_still(const struct effect_context *c)
{
	const struct held_descriptor *held = table_get(c->thread->table, call_of(c)->fd);

	return held && held->id == call_of(c)->descriptor && !held->is_being_closed &&
			       !held->is_being_ended
		       ? held
		       : NULL;
}

/* The kernel binds a socket at its first send, if it was not bound before: ip(7). */
static void add_first_addresses(struct effect_context *c)
{
	const struct held_descriptor *held = held_still(c);

	if (held && !held->socket->has_address)
		add_addresses(c, call_of(c)->fd);
}

static bool is_internet(int family)
{
	return family == AF_INET || family == AF_INET6;
}

static bool is_tcp(const struct captured_call *call)
{
	int type = (int)call_argument(call, ARGUMENT_TYPE) & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
	int protocol = (int)call_argument(call, ARGUMENT_PROTOCOL);

	return is_internet((int)call_argument(call, ARGUMENT_FAMILY)) && type == SOCK_STREAM &&
	       (protocol == 0 || protocol == IPPROTO_TCP);
}

static void create(struct effect_context *c)
{
	int fd = (int)call_of(c)->result;
	struct socket_identity *socket = socket_behind(c, fd, call_of(c)->is_from_ring);

	if (!socket)
		return;
	make(c, fd, socket);
	socket->has_address = false;
	socket->is_internet = is_internet((int)call_argument(call_of(c), ARGUMENT_FAMILY));
	socket->tcp.is_tcp = is_tcp(call_of(c));
	if ((int)call_argument(call_of(c), ARGUMENT_FAMILY) == AF_NETLINK)
		socket->netlink = (uint8_t)(1 + call_argument(call_of(c), ARGUMENT_PROTOCOL));
}

static void create_pair(struct effect_context *c)
{
	int pair_at = syscall_argument(c->row, ARGUMENT_FD_PAIR);
	int32_t pair[2];

	if (!part_copy(call_part(call_of(c), pair_at, PART_BYTES), pair, sizeof(pair)))
		return;
	for (int i = 0; i < 2; i++) {
		struct socket_identity *socket =
			pair[i] >= 0 ? socket_behind(c, pair[i], true) : NULL;
		if (!socket)
			continue;
		make(c, pair[i], socket);
		socket->has_address = true;
	}
}

static void accept_one(struct effect_context *c)
{
	int fd = (int)call_of(c)->result;
	struct socket_identity *socket = socket_behind(c, fd, call_of(c)->is_from_ring);

	const struct held_descriptor *listening = table_get(c->thread->table, call_of(c)->fd);

	if (!socket)
		return;
	socket->is_internet = listening && listening->socket->is_internet;
	socket->tcp.is_tcp = listening && listening->socket->tcp.is_tcp;
	make(c, fd, socket);
	add_addresses(c, fd);
}

/* An epoll instance that has two numbers is not followed. */
static void duplicate_epoll(struct effect_context *c)
{
	uint32_t source = (uint32_t)call_of(c)->fd;

	if (interests_find(&c->thread->table->interests, source, source) >= 0)
		waits_doubt(c->tracer);
}

static void duplicate(struct effect_context *c)
{
	int fd = (int)call_of(c)->result;
	const struct held_descriptor *source = table_get(c->thread->table, call_of(c)->fd);
	struct ring_identity *ring = ring_of_number(c->thread->table, call_of(c)->fd);

	/* dup2 of a number onto itself: dup(2). */
	if (fd == call_of(c)->fd)
		return;
	duplicate_epoll(c);
	end_number(c, fd);
	if (ring)
		ring_number_put(&c->tracer->rings, c->thread->table, fd, ring);
	if (source)
		make_instead(c, fd, source->socket, c->row->name);
	else
		end_descriptor(c, fd, c->row->name);
}

static void close_descriptor(struct effect_context *c)
{
	const struct held_descriptor *held = table_get(c->thread->table, call_of(c)->fd);
	uint64_t socket;

	if (!held)
		end_number(c, call_of(c)->fd);
	/* The number may already be another thread's new descriptor. */
	if (held && held->id == call_of(c)->descriptor) {
		table_remove(&c->tracer->sockets, c->thread->table, call_of(c)->fd, &socket);
		table_set_closed(c->thread->table, call_of(c)->fd);
	}
}

static void close_range_of_descriptors(struct effect_context *c)
{
	uint32_t first = (uint32_t)call_argument(call_of(c), ARGUMENT_FIRST_FD);
	uint32_t last = (uint32_t)call_argument(call_of(c), ARGUMENT_LAST_FD);
	uint32_t flags = (uint32_t)call_argument(call_of(c), ARGUMENT_RANGE_FLAGS);

	if (flags & CLOSE_RANGE_UNSHARE)
		inheritance_unshare(c->tracer, c->thread, "unshare");
	if (flags & CLOSE_RANGE_CLOEXEC)
		return;
	for (int fd; (fd = table_next_in(c->thread->table, first, last)) >= 0;)
		end_descriptor(c, fd, c->row->name);
	for (int fd; (fd = interests_find(&c->thread->table->interests, first, last)) >= 0;)
		end_number(c, fd);
	ring_numbers_remove(&c->tracer->rings, c->thread->table, first, last);
}

static void make_received(struct effect_context *c, int fd)
{
	uint64_t inode = fds_socket_inode(c->thread->tid, fd);

	if (inode)
		make(c, fd, socket_get(&c->tracer->sockets, inode));
}

static void pass(struct effect_context *c)
{
	make_received(c, (int)call_of(c)->result);
	if (c->made_count > 0)
		add_addresses(c, (int)call_of(c)->result);
}

/* epoll_ctl on a socket. */
static void change_interest(struct effect_context *c)
{
	const struct captured_call *call = call_of(c);
	const struct held_descriptor *held = table_get(c->thread->table, call->fd);
	struct interest *interest = interests_get(&c->thread->table->interests,
		call_fd(call, ARGUMENT_EPOLL), c->tracer->interest_doubts);
	int event_at = syscall_argument(c->row, ARGUMENT_EPOLL_EVENT);
	struct epoll_event event;

	if (interest && (int)call_argument(call, ARGUMENT_EPOLL_OPERATION) == EPOLL_CTL_DEL)
		interest_remove(interest, call->fd);
	else if (interest && held &&
		 part_copy(call_part(call, event_at, PART_BYTES), &event, sizeof(event)))
		interest_set(interest, call->fd, event.events, event.data.u64, held->id);
	else
		waits_doubt(c->tracer);
}

/* The filters cover the number, so that its close and its replacement are seen. */
static void make_epoll(struct effect_context *c)
{
	int fd = (int)call_of(c)->result;

	end_number(c, fd);
	interests_begin(&c->thread->table->interests, fd, c->tracer->interest_doubts);
	table_watch(c->thread->table, fd, true);
}

static void unshare_table(struct effect_context *c)
{
	inheritance_unshare(c->tracer, c->thread, c->row->name);
}

typedef void passed(struct effect_context *c, int fd);

static void each_passed_in(
	struct effect_context *c, const struct captured_part *control, passed *found)
{
	struct ancillary message;
	size_t at = 0;
	int fd;

	while (ancillary_next(control->bytes, control->length, &at, &message))
		for (size_t i = 0; (fd = ancillary_fd(&message, i)) >= 0; i++)
			found(c, fd);
}

/* Calls `found` for each descriptor that the call's message carries, or its messages. */
static void each_passed(struct effect_context *c, passed *found)
{
	bool is_received = call_of(c)->effect == EFFECT_RECEIVE;
	int message_at =
		syscall_argument(c->row, is_received ? ARGUMENT_MESSAGE_RESULT : ARGUMENT_MESSAGE);
	const struct captured_part *control = call_part(call_of(c), message_at, PART_CONTROL);

	if (control)
		each_passed_in(c, control, found);
	for (int at = PART_OF_MESSAGE; call_part(call_of(c), at, PART_RESULT); at++)
		if ((control = call_part(call_of(c), at, PART_CONTROL)))
			each_passed_in(c, control, found);
}

static void receive(struct effect_context *c)
{
	each_passed(c, make_received);
}

/* A socket in flight may have no descriptor, and keeps its identity: unix(7), SCM_RIGHTS. */
static void mark_in_flight(struct effect_context *c, int fd)
{
	const struct held_descriptor *held = table_get(c->thread->table, fd);

	if (held)
		held->socket->is_in_flight = true;
}

static void send_bytes(struct effect_context *c)
{
	each_passed(c, mark_in_flight);
	add_first_addresses(c);
}

static void settle_address(struct effect_context *c)
{
	if (held_still(c))
		add_addresses(c, call_of(c)->fd);
}

typedef void applier(struct effect_context *c);

static applier *const effects[EFFECT_COUNT] = {
	[EFFECT_CREATE] = create,
	[EFFECT_BIND] = settle_address,
	[EFFECT_LISTEN] = add_first_addresses,
	[EFFECT_CONNECT] = settle_address,
	[EFFECT_ACCEPT] = accept_one,
	[EFFECT_SEND] = send_bytes,
	[EFFECT_RECEIVE] = receive,
	[EFFECT_DUPLICATE] = duplicate,
	[EFFECT_PASS] = pass,
	[EFFECT_CLOSE] = close_descriptor,
};

/* The calls that differ from the others of their effect. */
static applier *const forms[FORM_COUNT] = {
	[FORM_PAIR] = create_pair,
	[FORM_RANGE] = close_range_of_descriptors,
	[FORM_UNSHARE] = unshare_table,
	[FORM_EPOLL_CREATE] = make_epoll,
	[FORM_EPOLL_CONTROL] = change_interest,
};

/* Some failures have an effect all the same. */
static bool has_effect(const struct captured_call *call)
{
	if (call->effect == EFFECT_CLOSE && call->fd >= 0)
		return call->result != -EBADF; /* the number is free even so: close(2) */
	if (call->effect == EFFECT_CONNECT && call->result == -EINPROGRESS)
		return true;
	return call->result >= 0;
}

void effect_apply(struct tracer *tracer, struct thread *thread, struct captured_call **call)
{
	struct effect_context c = {
		.tracer = tracer, .thread = thread, .call = call, .row = call_row(*call)};
	applier *apply = forms[c.row->form];

	if (!apply)
		apply = effects[(*call)->effect];
	if (!apply || !has_effect(*call))
		return;
	apply(&c);
	size_t length = c.made_count * sizeof(c.made[0]);
	if (length > 0)
		memcpy(call_add(call, PART_OF_CALL, PART_NEW, length, length), c.made, length);
}
