#include "tracer/injection.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/filter.h"
#include "tracer/registers.h"
#include "tracer/tracee.h"
#include "tracer/tracee_memory.h"

struct injection {
	pid_t tid;
	enum call_instruction how;
	struct registers saved; /* with which the thread goes on */
	struct stop *stop;      /* what became of a thread that is gone */
	bool is_gone;
	bool was_stopped;     /* SIGSTOP came, which nobody can block */
	bool was_interrupted; /* by us or a group stop: it is to be reported again */
};

/* Runs on to the exit of the call. False when the thread is gone: it has ended, or another one of
 * its process has loaded a program and taken its tid over. */
static bool run_to_exit(struct injection *i, int64_t *result)
{
	struct syscall_entry entry;

	for (;;) {
		tracee_resume(i->tid, RESUME_CALL, 0);
		struct stop stop = stop_wait_for(i->tid);
		if (stop.kind >= STOP_ENDED || stop.kind == STOP_EXEC) {
			*i->stop = stop;
			i->is_gone = true;
			return false;
		}
		if (stop.kind == STOP_CALL &&
			tracee_syscall(i->tid, &entry, result) == SYSCALL_EXIT)
			return true;
		i->was_stopped |= stop.kind == STOP_SIGNAL && stop.signal == SIGSTOP;
		i->was_interrupted |= stop.kind == STOP_GROUP || stop.kind == STOP_TRAP;
	}
}

/* Has the thread make a call. Returns its result, or -1 when it is gone. */
static int64_t call(struct injection *i, enum injected_call which, const uint64_t arguments[6])
{
	struct registers registers = i->saved;
	int64_t result;

	registers_prepare_call(&registers, i->how, which, arguments);
	if (!registers_set(i->tid, &registers) || !run_to_exit(i, &result))
		return -1;
	return result;
}

#define ROOM 65536 /* a filter has at most BPF_MAXINSNS, of 8 bytes each, and none of ours half */

/* The filter, as seccomp(2) wants it, at `address` of the thread's memory. */
static bool write_filter(
	const struct injection *i, const struct sock_fprog *filter, uint64_t address)
{
	uint64_t program = address + 16;
	size_t length = filter->len * sizeof(*filter->filter);
	struct {
		uint16_t length, padding;
		uint32_t program;
	} compat = {filter->len, 0, (uint32_t)program};
	struct sock_fprog native = {filter->len, (void *)(uintptr_t)program};
	const void *head = i->how == CALL_COMPAT ? (void *)&compat : (void *)&native;
	size_t head_length = i->how == CALL_COMPAT ? sizeof(compat) : sizeof(native);

	return 16 + length <= ROOM &&
	       memory_write(i->tid, address, head, head_length) == head_length &&
	       memory_write(i->tid, program, filter->filter, length) == length;
}

static bool install(struct injection *i, const struct sock_fprog *filter)
{
	uint64_t flags = FILTER_FLAGS | SECCOMP_FILTER_FLAG_TSYNC;
	int64_t page = call(i, INJECTED_MMAP,
		(uint64_t[6]){0, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			i->how == CALL_COMPAT ? UINT32_MAX : UINT64_MAX});
	uint64_t address = i->how == CALL_COMPAT ? (uint32_t)page : (uint64_t)page;
	bool is_good = false;

	/* The kernel's MAX_ERRNO. A result of a 32-bit call is given with its sign. */
	if (page >= -4095 && page < 0)
		return false;
	if (write_filter(i, filter, address))
		is_good = call(i, INJECTED_SECCOMP,
				  (uint64_t[6]){SECCOMP_SET_MODE_FILTER, flags, address}) == 0;
	if (!i->is_gone)
		call(i, INJECTED_MUNMAP, (uint64_t[6]){address, ROOM});
	return is_good;
}

/* What is done at the exit of a call, which is where the thread has to be led first. */
static bool install_from_entry(struct injection *i, const struct sock_fprog *filter)
{
	int64_t result;

	registers_skip_call(i->tid, 0);
	return run_to_exit(i, &result) && install(i, filter);
}

static void restore(struct injection *i, enum injection_place place, uint64_t mask)
{
	if (place == INJECTION_AT_ENTRY)
		registers_prepare_again(&i->saved);
	registers_set(i->tid, &i->saved);
	tracee_set_signal_mask(i->tid, mask);
	if (i->was_stopped)
		syscall(SYS_tkill, i->tid, SIGSTOP);
	if (i->was_interrupted)
		tracee_interrupt(i->tid);
}

enum injection_answer injection_install(
	pid_t tid, const struct sock_fprog *filter, enum injection_place place, struct stop *stop)
{
	struct injection i = {.tid = tid, .stop = stop};
	uint64_t mask;
	bool is_good;

	if (!registers_get(tid, &i.saved) || !tracee_signal_mask(tid, &mask))
		return INJECTION_NOT_HERE; /* it was killed in its stop */
	i.how = registers_call_kind(tid, &i.saved);
	if (i.how == CALL_UNKNOWN)
		return INJECTION_NOT_HERE;
	tracee_set_signal_mask(tid, UINT64_MAX);
	is_good =
		place == INJECTION_AT_ENTRY ? install_from_entry(&i, filter) : install(&i, filter);
	if (i.is_gone)
		return INJECTION_GONE;
	restore(&i, place, mask);
	return is_good ? INJECTION_DONE : INJECTION_REFUSED;
}
