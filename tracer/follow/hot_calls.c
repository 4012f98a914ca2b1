/* SPDX-License-Identifier: MIT */
#include "tracer/follow/hot_calls.h"

#include <linux/kcmp.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/filter/injection.h"
#include "tracer/follow/drain.h"
#include "tracer/log/records.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/tracee_memory.h"
#include "tracer/recorder/code.h"
#include "tracer/recorder/finish.h"
#include "tracer/recorder/patch_plan.h"
#include "tracer/recorder/patcher.h"
#include "tracer/recorder/set_up.h"
#include "tracer/recorder/tsc.h"
#include "tracer/recorder/unwind.h"

/* A process is hot after so many stops for calls that its recorder could have recorded, and then a
 * site after so many. A recorder costs as much as some thirty stops. */
#define HOT_STOPS      24
#define HOT_SITE_STOPS 4

/* More sites than programs have; of a program that makes them up not all are counted. */
#define SITES_MAX 1024

#define INSTRUCTION 2 /* bytes of a `syscall` */

#define TRAP_FLAG 0x100 /* of the flags: a trap behind each instruction */

static const char *const hot_names[] = {"read", "write", "readv", "writev", "sendto", "recvfrom",
	"sendmsg", "sendfile", "epoll_wait", "epoll_pwait", "epoll_ctl", "poll"};

void hot_calls_begin(struct tracer *tracer)
{
	const struct payload_limits *limits = &tracer->settings.payload;
	struct recorder *recorder = &tracer->recorder;
	size_t payload = limits->bytes > limits->first_bytes ? limits->bytes : limits->first_bytes;

	recorder->is_used = tracer->settings.has_recorder && !tracer->settings.is_unfiltered &&
			    payload <= AREA_PAYLOAD_MAX && set_up_is_possible();
	if (!recorder->is_used)
		return;
	recorder->payload = (uint32_t)payload;
	for (size_t i = 0; i < sizeof(hot_names) / sizeof(hot_names[0]); i++)
		recorder->is_hot[syscall_named(hot_names[i])] = true;
	tracer->coverage.filters.passed_address = code_labels()->allowed_return;
}

/* NULL when the process has no site that was patched. */
static const struct hot_space *patched_space(const struct thread *thread)
{
	const struct hot_space *space = thread->process ? thread->process->hot : NULL;

	return space && space->plan_count > 0 ? space : NULL;
}

bool hot_calls_is_own(const struct thread *thread, const struct syscall_entry *entry)
{
	return thread->hot && entry->instruction_pointer == code_labels()->allowed_return;
}

void hot_calls_place(const struct thread *thread, struct syscall_entry *entry)
{
	const struct hot_space *space = patched_space(thread);

	if (space)
		entry->instruction_pointer = unwind_address(
			entry->instruction_pointer, NULL, space->plans, space->plan_count);
}

/* The recorder could have recorded the call that the thread has just made. */
static bool is_recordable(const struct tracer *tracer, const struct thread *thread)
{
	const struct captured_call *call = thread->call;

	if (!tracer->recorder.is_hot[call->row] || !call->is_recorded || call->is_compat)
		return false;
	switch (call_row(call)->form) {
	case FORM_POLL:
		return call->arguments[1] <= AREA_POLL_MAX;
	case FORM_EPOLL_WAIT:
		return true;
	case FORM_EPOLL_CONTROL:
		return call->socket != 0 && !thread->table->was_shared;
	default:
		break;
	}
	return call->netlink == 0 &&
	       (call_row(call)->arguments[4].kind != ARGUMENT_ADDRESS_RESULT ||
		       call->arguments[4] == 0);
}

/* Nothing is known of the thread or its process that a recorder would miss. */
static bool is_fit(const struct thread *thread)
{
	const struct traced_process *process = thread->process;

	return process->has_started && !process->is_suppressed && !process->is_sandboxed &&
	       !process->is_supervised && !process->shares_memory && !thread->is_strict &&
	       !coverage_is_stepped(thread) && thread->table->rings.count == 0;
}

/* Has the thread put a recorder there, or have the site jump to it. */
static void inject(struct tracer *tracer, struct thread *thread, struct hot_space *space,
	struct hot_site *site)
{
	struct injection_target target = {
		.stops = &tracer->stops, .threads = tracer->tracees.threads.count};
	bool is_alone = space->processes == 1 && thread->process->threads == 1;
	struct injection injection;
	uint64_t gs;

	if (!space->shared && (!registers_gs(thread->tid, &gs) || gs != 0)) {
		space->is_refused = true;
		return;
	}
	if (!injection_begin(&injection, thread->tid, &target))
		return;
	bool is_good = space->shared || set_up(&injection, space, thread);
	if (is_good && space->words.table == NULL)
		words_begin(&space->words, thread->table, &tracer->interest_doubts,
			(volatile uint64_t *)space->shared, AREA_WORD_COUNT);
	if (is_good && !site->is_patched && !site->is_refused)
		patcher_patch(&injection, space, site, is_alone);
	injection_end(&injection);
	tracer->coverage.has_next_stop = target.has_next_stop;
}

/* Another library may lie there now. */
static void check_site(const struct thread *thread, struct hot_site *site)
{
	static const unsigned char call[INSTRUCTION] = {0x0f, 0x05};
	unsigned char there[INSTRUCTION];

	if (site->is_patched && site->stops % HOT_STOPS == 0 &&
		memory_read(thread->tid, site->address, there, sizeof(there)) == sizeof(there) &&
		memcmp(there, call, sizeof(call)) == 0) {
		site->is_patched = false;
		site->stops = 0;
	}
}

static void end_thread(struct tracer *tracer, struct thread *thread)
{
	drain_end(tracer, thread);
	hot_thread_end(&tracer->recorder, thread);
}

void hot_calls_reveal(struct tracer *tracer, struct thread *thread)
{
	if (thread->hot)
		end_thread(tracer, thread);
}

void hot_calls_settle(struct tracer *tracer, struct thread *thread)
{
	const struct captured_call *call = thread->call;

	if (!tracer->recorder.is_used || tracer->coverage.has_next_stop)
		return;
	/* It has a table of its own now. */
	if (thread->hot && thread->hot->space->words.table != thread->table)
		end_thread(tracer, thread);
	if (!is_recordable(tracer, thread) || !is_fit(thread))
		return;
	struct hot_space *space = hot_space_get(thread->process);
	if (space->is_refused || space->owner != thread->process->pid ||
		space->sites.count > SITES_MAX)
		return;
	struct hot_site *site = hot_site_get(space, call->instruction_pointer - INSTRUCTION);
	space->stops++;
	site->stops++;
	check_site(thread, site);
	if (space->stops < HOT_STOPS)
		return;
	bool wants_patch = !site->is_patched && !site->is_refused && site->stops >= HOT_SITE_STOPS;
	if (!space->shared || wants_patch)
		inject(tracer, thread, space, site);
	if (!tracer->coverage.has_next_stop)
		hot_thread_begin(&tracer->recorder, thread);
}

/* A filter of the program's own has refused the call, which was not made. */
static bool is_of_filter(pid_t tid, int signal)
{
	siginfo_t info;

	return signal == SIGSYS && tracee_signal_info(tid, &info) && info.si_code > 0;
}

bool hot_calls_meet(struct tracer *tracer, struct thread *thread, int signal, int64_t *result)
{
	struct registers registers;
	struct area *area = thread->hot ? thread->hot->ring.area : NULL;

	if (!area || thread->state != THREAD_RUNNING || area->state != AREA_IN_CALL ||
		area->kind == AREA_NONE || !registers_get(thread->tid, &registers) ||
		registers.all.rip != code_labels()->allowed_return ||
		!registers_has_result(&registers, result) || is_of_filter(thread->tid, signal))
		return false;
	bool is_taken = drain_pending(tracer, thread);
	/* The recorder does not write it down: it finds a call that is nobody's business. */
	area->kind = AREA_NONE;
	area->state = AREA_OUTSIDE;
	if (is_taken)
		thread->state = THREAD_IN_CALL;
	return is_taken;
}

/* The kernel has sent the signal for what the thread does where it stands. */
static bool is_of_instruction(pid_t tid, int signal, struct registers *registers)
{
	siginfo_t info;

	return (signal == SIGSEGV || signal == SIGBUS || signal == SIGTRAP) &&
	       registers_get(tid, registers) && tracee_signal_info(tid, &info) && info.si_code > 0;
}

bool hot_calls_is_copying(pid_t tid, int signal)
{
	struct registers registers;

	return is_of_instruction(tid, signal, &registers) && unwind_fault(&registers) &&
	       registers_set(tid, &registers);
}

/* Its sites are as they were, and the threads that have areas stop at their next calls. What is
 * mapped stays, for threads may be there. */
static void withdraw(struct tracer *tracer, const struct thread *thread)
{
	struct hot_space *space = thread->process->hot;

	space->is_refused = true;
	for (struct hot_thread *hot = tracer->recorder.first; hot; hot = hot->next)
		if (hot->space == space)
			hot->ring.area->permit = 0;
	patcher_withdraw(thread->tid, space);
}

void hot_calls_withdraw(struct tracer *tracer, const struct thread *thread)
{
	if (!tracer->recorder.is_used)
		return;
	hot_space_get(thread->process);
	withdraw(tracer, thread);
}

/*
 * A thread that is in the recorder meets a fault where its area was, and is led out of it. That
 * fault would end the program's handling of the signal where the signal is blocked or ignored:
 * kernel/signal.c, force_sig_info_to_task. What epoll_pwait(2) blocks meanwhile is not what is
 * blocked when it has returned.
 */
static bool needs_area(const struct hot_thread *hot)
{
	const uint64_t faults = UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGBUS - 1);
	struct status_signals signals;

	return !status_signals(hot->thread->tid, &signals) ||
	       (signals.blocked | signals.ignored) & faults ||
	       hot->ring.area->number == SYS_epoll_pwait;
}

static uint64_t needed_areas(const struct tracer *tracer, const struct hot_space *space)
{
	uint64_t needed = 0;

	for (const struct hot_thread *hot = tracer->recorder.first; hot; hot = hot->next)
		if (hot->space == space && needs_area(hot))
			needed |= UINT64_C(1) << hot->index;
	return needed;
}

void hot_calls_unmap(struct tracer *tracer, struct thread *thread)
{
	struct hot_space *space = thread->process->hot;
	struct injection_target target = {
		.stops = &tracer->stops, .threads = tracer->tracees.threads.count};
	struct injection injection;

	if (!space || !space->shared || space->is_unmapped)
		return;
	withdraw(tracer, thread);
	hot_calls_reveal(tracer, thread);
	if (!injection_begin(&injection, thread->tid, &target))
		return;
	space->is_unmapped = injection_leave_entry(&injection) &&
			     set_up_undo(&injection, needed_areas(tracer, space));
	injection_end_anew(&injection);
	tracer->coverage.has_next_stop = target.has_next_stop;
}

/* Another library lies where the jump of a hole was. */
static bool is_elsewhere(pid_t tid, const struct hot_space *space, uint64_t address)
{
	const struct patch_plan *plan = patch_plan_find(space->plans, space->plan_count, address);
	unsigned char there[PATCH_HOLE];

	for (int i = 0; plan && i < plan->jump_count; i++) {
		const struct patch_jump *jump = &plan->jumps[i];
		if (address == jump->address + jump->begin)
			return memory_read(tid, jump->address, there, jump->length) !=
				       jump->length ||
			       memcmp(there, jump->bytes, jump->length) != 0;
	}
	return false;
}

/* It has met the int3 that stands at a site for a moment while that becomes what it was. */
static bool is_back_at_site(const struct hot_space *space, int signal, struct registers *registers)
{
	struct user_regs_struct *r = &registers->all;

	if (signal != SIGTRAP || !space->is_refused || !hot_site_find(space, r->rip - 1))
		return false;
	r->rip--;
	return true;
}

/* What the thread has met in the recorder, or on its way to it, because something is not there that
 * was mapped; or the program has forbidden itself to ask for the time: prctl(2), PR_SET_TSC; or it
 * has the processor stop at each instruction, and is to see none of ours. */
static bool is_lost(
	pid_t tid, const struct hot_space *space, int signal, struct registers *registers)
{
	struct user_regs_struct *r = &registers->all;

	if (signal == SIGTRAP && !(r->eflags & TRAP_FLAG))
		return false;
	/* The word that trampolines jump through is 0. */
	if (r->rip == 0 && patch_plan_find(space->plans, space->plan_count, r->rcx))
		r->rip = r->rcx;
	return (r->rip >= AREA_CODE && r->rip < AREA_CODE + AREA_CODE_SIZE) ||
	       (patch_plan_find(space->plans, space->plan_count, r->rip) &&
		       !is_elsewhere(tid, space, r->rip));
}

bool hot_calls_is_fault(struct tracer *tracer, struct thread *thread, int signal)
{
	const struct hot_space *space = patched_space(thread);
	struct registers registers;

	if (!space || !is_of_instruction(thread->tid, signal, &registers))
		return false;
	if (thread->hot && signal != SIGTRAP && hot_calls_is_copying(thread->tid, signal))
		return true;
	bool is_back = is_back_at_site(space, signal, &registers);
	if (!is_back && !is_lost(thread->tid, space, signal, &registers))
		return false;
	registers_set(thread->tid, &registers);
	if (is_back)
		return true;
	withdraw(tracer, thread);
	hot_calls_leave(thread, 0);
	if (thread->hot)
		end_thread(tracer, thread);
	return true;
}

static size_t read_tracee(const struct finish *f, void *to, const void *from, size_t length)
{
	return memory_read(f->tid, (uint64_t)(uintptr_t)from, to, length);
}

/* The call has returned, and its record is not published. */
static void finish_for(const struct thread *thread, struct area *copy)
{
	struct area *area = thread->hot->ring.area;
	struct finish finish = {
		.area = copy,
		.ring = (unsigned char *)area + AREA_RING,
		.words = (const uint64_t *)thread->hot->space->shared,
		.copy = read_tracee,
		.tid = thread->tid,
	};

	if (copy->exit < copy->entry)
		copy->exit = tsc_now();
	__atomic_store_n(&area->head, finish_record(&finish), __ATOMIC_RELEASE);
}

/* si_call_addr is where the program sees that it made the call: sigaction(2), SIGSYS. */
static void set_call_address(pid_t tid, uint64_t from, uint64_t to)
{
	siginfo_t info;

	if (!tracee_signal_info(tid, &info) || (uint64_t)(uintptr_t)info.si_call_addr != from)
		return;
	info.si_call_addr = (void *)(uintptr_t)to;
	tracee_set_signal_info(tid, &info);
}

void hot_calls_leave(struct thread *thread, int signal)
{
	const struct hot_space *space = patched_space(thread);
	struct registers registers;
	struct area copy;

	if (!space || thread->rest.is_under_way || !registers_get(thread->tid, &registers) ||
		is_elsewhere(thread->tid, space, registers.all.rip))
		return;
	uint64_t before = registers.all.rip;
	if (thread->hot)
		hot_area_copy(thread->hot, &copy);
	enum unwound how =
		unwind(&registers, thread->hot ? &copy : NULL, space->plans, space->plan_count);
	if (how == UNWOUND_OUTSIDE)
		return;
	if (how == UNWOUND_RETURNED && thread->hot &&
		(copy.state == AREA_IN_CALL || copy.state == AREA_WRITING) &&
		copy.kind != AREA_NONE && copy.head == copy.began)
		finish_for(thread, &copy);
	if (thread->hot)
		thread->hot->ring.area->state = AREA_OUTSIDE;
	registers_set(thread->tid, &registers);
	if (signal == SIGSYS)
		set_call_address(thread->tid, before, registers.all.rip);
}

static bool has_permit(const struct thread *thread)
{
	return thread->state == THREAD_RUNNING && !thread->rest.is_under_way &&
	       thread->limit.deadline_ns == 0 && !thread->hot->space->is_refused &&
	       !thread->hot->space->is_paused;
}

void hot_calls_resume(const struct thread *thread)
{
	if (thread->hot)
		thread->hot->ring.area->permit = has_permit(thread) ? AREA_PERMITTED : 0;
}

void hot_calls_follow(struct tracer *tracer, const struct thread *thread)
{
	struct hot_space *space = thread->process->hot;

	if (!space || !space->shared || space->owner != thread->process->pid ||
		space->is_paused == !is_fit(thread))
		return;
	space->is_paused = !space->is_paused;
	for (struct hot_thread *hot = tracer->recorder.first; hot; hot = hot->next)
		if (hot->space == space)
			hot_calls_resume(hot->thread);
}

void hot_calls_check(struct tracer *tracer)
{
	if (!tracer->recorder.has_broken)
		return;
	tracer->recorder.has_broken = false;
	for (struct hot_thread *hot = tracer->recorder.first; hot; hot = hot->next) {
		if (!hot->is_broken || hot->space->is_refused)
			continue;
		withdraw(tracer, hot->thread);
		record_warning(&tracer->log, hot->thread->process, "recorder",
			"the program has overwritten what it had recorded of its calls: some of "
			"them are not in the trace, and each stops from now on");
	}
}

void hot_calls_born(struct tracer *tracer, struct thread *thread)
{
	if (!tracer->recorder.is_used)
		return;
	hot_thread_born(thread->tid);
	if (thread->process->hot && is_fit(thread))
		hot_thread_begin(&tracer->recorder, thread);
}

void hot_calls_forked(struct tracer *tracer, const struct thread *child, const struct thread *maker)
{
	if (!tracer->recorder.is_used)
		return;
	if (syscall(SYS_kcmp, child->tid, maker->tid, KCMP_VM, 0, 0) == 0) {
		hot_space_get(maker->process); /* one for both, also when nothing is hot yet */
		hot_space_share(child->process, maker->process);
	} else {
		hot_space_copy(child->process, maker->process);
	}
}

void hot_calls_end(struct tracer *tracer, struct thread *thread)
{
	if (thread->hot)
		end_thread(tracer, thread);
}
