/* SPDX-License-Identifier: MIT */
#include "tracer/follow/addresses.h"

#include "tracer/filter/injection.h"
#include "tracer/log/records.h"
#include "tracer/ptrace/tracee.h"

/* A filter of the program's own may kill for a call that the program does not make, and a vfork
 * child that is killed meanwhile would leave a page in its parent's memory. Another thread than the
 * one whose stop is handled, for which a ring's result may have come, has a stop that waits to be
 * handled as it is. */
static bool may_be_asked(const struct tracer *tracer, const struct thread *thread)
{
	struct syscall_entry entry;
	int64_t result;

	return !thread->process->is_sandboxed && !thread->process->is_supervised &&
	       !thread->process->shares_memory && !thread->is_strict &&
	       thread->tid == tracer->stop.tid && !tracer->coverage.has_next_stop &&
	       tracee_syscall(thread->tid, &entry, &result) == SYSCALL_EXIT;
}

static bool ask_thread(
	struct tracer *tracer, struct thread *thread, int fd, struct socket_info *info)
{
	struct process_coverage *coverage = &thread->process->coverage;

	if (!may_be_asked(tracer, thread))
		return false;
	struct injection_target target = {.stops = &tracer->stops,
		.threads = tracer->tracees.threads.count,
		.page = coverage->injection_page};
	enum injection_answer answer = injection_ask_addresses(thread->tid, fd, info, &target);
	coverage->injection_page = target.page;
	tracer->coverage.has_next_stop = target.has_next_stop;
	return answer == INJECTION_DONE;
}

void addresses_get(struct tracer *tracer, struct thread *thread, int fd, struct socket_info *info)
{
	if (socket_info_ask(thread->process->pid, thread->tid, fd, info))
		return;
	/* The memory of a process that hides itself cannot be used, either. */
	bool is_refused = socket_info_is_refused();
	/* The tables get longer with each socket. */
	if (is_refused && ask_thread(tracer, thread, fd, info))
		return;
	bool is_known = socket_table_find(&tracer->log.tables, thread->tid, fd, info);
	if (is_refused && (!is_known || info->is_partial))
		record_refused(&tracer->log, thread->process, REFUSED_SOCKETS);
}
