/* SPDX-License-Identifier: MIT */
#include "tracer/follow/inheritance.h"

#include "tracer/log/records.h"
#include "tracer/proc/fds.h"

/* Fills the table of a thread that inherits what another one's table held. */
struct inheritance {
	struct tracer *tracer;
	struct thread *heir;
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
	struct held_descriptor got = table_put(&i->tracer->sockets, i->heir->table, fd, socket);
	record_inherit(&i->tracer->log, i->heir, fd, got, i->reason, held ? &source : NULL);
}

static void inherit_found(void *context, int fd, uint64_t inode)
{
	inherit(context, fd, inode, NULL);
}

/*
 * The thread gets a table of its own. It is stopped, so the kernel's word is exact; it is asked
 * only where the model may be behind it, because other threads change the table meanwhile.
 */
static void fill(struct inheritance *i)
{
	i->heir->table = table_new();
	if (!i->from || i->from->users > 1) {
		fds_each_socket(i->heir->tid, inherit_found, i);
		return;
	}
	for (int fd = table_next(i->from, 0); fd >= 0; fd = table_next(i->from, fd + 1)) {
		struct socket_identity *socket = table_get(i->from, fd)->socket;
		inherit(i, fd, socket->inode, socket);
	}
}

void inheritance_take(struct tracer *tracer, struct thread *heir,
	const struct descriptor_table *from, pid_t from_pid, const char *reason)
{
	fill(&(struct inheritance){tracer, heir, from, from_pid, reason});
}

void inheritance_unshare(struct tracer *tracer, struct thread *thread, const char *reason)
{
	struct descriptor_table *shared = thread->table;

	if (shared->users == 1)
		return;
	inheritance_take(tracer, thread, shared, thread->process->pid, reason);
	table_release(shared);
}
