/* SPDX-License-Identifier: MIT */
#include "tracer/follow/inheritance.h"

#include "tracer/log/records.h"
#include "tracer/proc/fds.h"

/* A thread that gets a table, filled with what another one held. */
struct inheritance {
	struct tracer *tracer;
	struct thread *child;
	const struct descriptor_table *from; /* NULL: not in the trace */
	pid_t from_pid;
	const char *reason;
};

static void inherit(struct inheritance *i, int fd, uint64_t inode, struct socket_identity *socket)
{
	const struct held_descriptor *held = i->from ? table_get(i->from, fd) : NULL;

	if (held && held->socket->inode != inode)
		held = NULL;
	if (!socket)
		socket = socket_get(&i->tracer->sockets, inode);
	struct descriptor_source source = {i->from_pid, held ? held->id : 0};
	struct held_descriptor got = table_put(&i->tracer->sockets, i->child->table, fd, socket);
	record_inherit(&i->tracer->log, i->child, fd, got, i->reason, held ? &source : NULL);
}

static void inherit_found(void *context, int fd, uint64_t inode)
{
	inherit(context, fd, inode, NULL);
}

void inheritance_take(struct tracer *tracer, struct thread *child,
	const struct descriptor_table *from, pid_t from_pid, const char *reason)
{
	struct inheritance i = {tracer, child, from, from_pid, reason};

	child->table = table_new();
	if (from)
		ring_numbers_copy(&tracer->rings, child->table, from);
	/* Other threads may have changed a shared table, and the model not know yet. The child is
	 * stopped: what the kernel says of it is exact. */
	if (!from || from->users > 1) {
		fds_each_socket(child->tid, inherit_found, &i);
		return;
	}
	for (int fd = table_next(from, 0); fd >= 0; fd = table_next(from, fd + 1)) {
		struct socket_identity *socket = table_get(from, fd)->socket;
		inherit(&i, fd, socket->inode, socket);
	}
}

void inheritance_unshare(struct tracer *tracer, struct thread *thread, const char *reason)
{
	struct descriptor_table *shared = thread->table;

	if (shared->users == 1)
		return;
	inheritance_take(tracer, thread, shared, thread->process->pid, reason);
	table_release(shared);
}
