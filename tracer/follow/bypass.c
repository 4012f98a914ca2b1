/* SPDX-License-Identifier: MIT */
#include "tracer/follow/bypass.h"

#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <sys/socket.h>

#include "tracer/log/records.h"
#include "tracer/proc/fds.h"
#include "tracer/proc/socket_info.h"

static const char *const messages[] = {
	[BYPASS_AIO] =
		"the program uses io_submit(2) on sockets: what it sends and receives that way is "
		"not in the trace",
	[BYPASS_PACKET_RING] =
		"the program shares a ring of packets with the kernel (PACKET_RX_RING, "
		"PACKET_TX_RING, or those of XDP): what it sends and receives there is "
		"not in the trace",
};

bool bypass_is_said(const struct thread *thread, enum bypass way)
{
	return thread->process->bypass_warnings & 1u << way;
}

void bypass_warn(struct tracer *tracer, const struct thread *thread, enum bypass way)
{
	struct traced_process *process = thread->process;

	if (bypass_is_said(thread, way))
		return;
	process->bypass_warnings |= 1u << way;
	record_warning(&tracer->log, process, "bypass", messages[way]);
}

static bool makes_ring(int32_t level, int32_t option)
{
	return (level == SOL_PACKET && (option == PACKET_RX_RING || option == PACKET_TX_RING)) ||
	       (level == SOL_XDP && (option == XDP_RX_RING || option == XDP_TX_RING));
}

void bypass_check(
	struct tracer *tracer, const struct thread *thread, const struct captured_call *call)
{
	if (call->effect == EFFECT_OPTION && call->result >= 0 &&
		makes_ring((int32_t)call_argument(call, ARGUMENT_LEVEL),
			(int32_t)call_argument(call, ARGUMENT_OPTION)))
		bypass_warn(tracer, thread, BYPASS_PACKET_RING);
}

struct owner_search {
	struct tracer *tracer;
	const struct thread *thread;
};

/* A socket of TCP may be mapped, too: what it receives there is asked for by calls. */
static void found_mapped(void *context, uint64_t inode)
{
	const struct owner_search *search = context;
	const struct thread *thread = search->thread;
	struct socket_info socket;

	for (int fd = table_next(thread->table, 0); fd >= 0; fd = table_next(thread->table, fd + 1))
		if (table_get(thread->table, fd)->socket->inode == inode &&
			socket_info_get(&search->tracer->log.tables, thread->process->pid,
				thread->tid, fd, &socket) &&
			(socket.family == AF_PACKET || socket.family == AF_XDP))
			bypass_warn(search->tracer, thread, BYPASS_PACKET_RING);
}

void bypass_found(struct tracer *tracer, struct thread *thread)
{
	fds_each_mapped_socket(thread->tid, found_mapped, &(struct owner_search){tracer, thread});
}
