/* SPDX-License-Identifier: MIT */
#include "tracer/filter/coverage.h"

#include "tracer/filter/injection.h"
#include "tracer/log/records.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/tracee.h"

/* A process with one thread is stepped for so many calls before a filter is installed. A socket
 * that is closed by then leaves no filter behind, so that files which get its number later do not
 * stop. Name lookups make such sockets, to ask for a name service daemon that does not run. */
#define PATIENCE 8

static uint64_t missing(const struct thread *thread)
{
	return thread->table ? thread->table->blocks & ~thread->process->coverage.covered : 0;
}

bool coverage_is_stepped(const struct thread *thread)
{
	return thread->process && (thread->process->coverage.is_stepped || missing(thread) != 0);
}

/* The process's other threads run on until their next filtered call, although they have to stop at
 * every call by now. The interruption stops each of them, and it is resumed so that it does. */
static void step_others(struct coverage *coverage, const struct thread *thread)
{
	struct thread *other;
	size_t at = 0;

	while (thread->process->threads > 1 && (other = tracees_next(coverage->tracees, &at))) {
		if (other == thread || other->process != thread->process ||
			other->state == THREAD_EXPECTED || other->is_in_group_stop)
			continue;
		other->is_interrupted = true;
		tracee_interrupt(other->tid);
	}
}

void coverage_give_up(struct coverage *coverage, struct thread *thread, const char *why)
{
	if (thread->process->coverage.is_stepped)
		return;
	thread->process->coverage.is_stepped = true;
	step_others(coverage, thread);
	record_warning(coverage->log, thread->process, "stepped", why);
}

/* The kernel gives no filter to a process without privilege and without no_new_privs: seccomp(2),
 * EACCES. Daemons that root starts, and that change their user, are such processes. */
static void refuse(struct coverage *coverage, struct thread *thread)
{
	if (!thread->process->coverage.is_refused)
		record_warning(coverage->log, thread->process, "stepped",
			"traced more slowly: it has given away the privilege that filters take (or "
			"has no memory left), so while it has sockets each of its calls stops");
	thread->process->coverage.is_refused = true;
	step_others(coverage, thread);
}

/* True when the filter is installed. */
static bool install(struct coverage *coverage, struct thread *thread,
	const struct sock_fprog *filter, enum injection_point point)
{
	struct injection_target target = {.stops = coverage->stops,
		.threads = coverage->tracees->threads.count,
		.page = thread->process->coverage.injection_page};
	enum injection_answer answer =
		filter ? injection_install(thread->tid, filter, point, &target) : INJECTION_REFUSED;

	thread->process->coverage.injection_page = target.page;
	coverage->has_next_stop = target.has_next_stop;
	thread->process->coverage.installed += answer == INJECTION_DONE;
	if (answer == INJECTION_REFUSED)
		refuse(coverage, thread);
	return answer == INJECTION_DONE;
}

bool coverage_is_alone(const struct thread *thread)
{
	return thread->process->threads == 1 && thread->table->users == 1;
}

/* The kernel says how many there are since Linux 5.9: proc(5). */
bool coverage_has_only_ours(const struct thread *thread)
{
	const struct traced_process *process = thread->process;

	return !process->is_sandboxed && !process->is_supervised &&
	       process->coverage.installed > 0 &&
	       status_number(thread->tid, "Seccomp_filters") == (long)process->coverage.installed;
}

void coverage_settle(struct coverage *coverage, struct thread *thread)
{
	struct traced_process *process = thread->process;
	uint64_t blocks = missing(thread);

	if (coverage->has_next_stop)
		return;
	if (blocks == 0 || process->coverage.is_stepped) {
		process->coverage.stepped_calls = 0;
		return;
	}
	if (++process->coverage.stepped_calls <= PATIENCE && coverage_is_alone(thread))
		return;
	/* A vfork child that is killed meanwhile would leave the injection's page in its parent's
	 * memory. */
	if (process->shares_memory)
		return;
	if (process->coverage.is_refused) {
		if (process->coverage.stepped_calls == 1)
			step_others(coverage, thread);
		return;
	}
	for (; blocks != 0; blocks &= blocks - 1) {
		int block = __builtin_ctzll(blocks);
		if (!install(coverage, thread, filter_block(&coverage->filters, block),
			    INJECTION_AT_EXIT))
			return;
		process->coverage.covered |= UINT64_C(1) << block;
		if (coverage->has_next_stop)
			return;
	}
}

void coverage_prepare_sharing(struct coverage *coverage, struct thread *thread)
{
	struct traced_process *process = thread->process;

	if (process->coverage.is_stepped || process->coverage.covered == BLOCKS_ALL)
		return;
	if (!process->coverage.is_refused &&
		install(coverage, thread, filter_all(&coverage->filters), INJECTION_AT_ENTRY))
		process->coverage.covered = BLOCKS_ALL;
	else if (!coverage->has_next_stop)
		coverage_give_up(coverage, thread,
			"processes share their descriptors, and no filter can follow those: each "
			"of their system calls is stopped for");
}

void coverage_inherit(struct thread *child, const struct thread *parent)
{
	struct process_coverage *own = &child->process->coverage;

	*own = parent->process->coverage;
	own->stepped_calls = 0;
	/* Another thread may have been given a filter after the child was made. */
	if (parent->process->threads > 1 && status_number(child->tid, "Seccomp_filters") !=
						    status_number(parent->tid, "Seccomp_filters"))
		own->covered = own->installed = 0;
}
