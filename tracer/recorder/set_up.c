/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/set_up.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tracer/proc/status.h"
#include "tracer/ptrace/tracee_memory.h"
#include "tracer/recorder/code.h"
#include "tracer/recorder/tsc.h"

#ifndef PR_GET_MDWE
#define PR_GET_MDWE 66
#endif

#define HWCAP2_FSGSBASE 2 /* asm/hwcap2.h: programs may read gs themselves */

/* Through the kernel: a filter of ours, which programs have, too, may refuse that, and so may the
 * kernel. */
static bool may_read_itself(void)
{
	char from = 0, to;
	struct iovec own = {&to, 1}, remote = {&from, 1};

	return process_vm_readv(getpid(), &own, 1, &remote, 1, 0) == 1;
}

bool set_up_is_possible(void)
{
	return (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) && tsc_is_usable() && may_read_itself();
}

/* Memory that is limited or must stay, or a stack that returns are checked by: nothing is put
 * there. */
static bool is_in_the_way(pid_t tid)
{
	struct rlimit limit;

	return prlimit(tid, RLIMIT_AS, NULL, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY ||
	       status_number(tid, "VmLck") != 0 || status_has_shadow_stack(tid);
}

static bool is_same_namespace(pid_t tid)
{
	struct stat own, other;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", tid);
	return stat("/proc/self/ns/ipc", &own) == 0 && stat(path, &other) == 0 &&
	       own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

static bool call(struct injection *i, enum injected_call which, uint64_t a, uint64_t b, uint64_t c,
	uint64_t d, int64_t *result)
{
	return injection_call(i, which, (uint64_t[6]){a, b, c, d, UINT64_MAX, 0}, result);
}

static bool has_code(pid_t tid)
{
	unsigned char there[AREA_CODE_SIZE];
	size_t length;
	const unsigned char *bytes = code_bytes(&length);

	return memory_read(tid, AREA_CODE, there, length) == length &&
	       memcmp(there, bytes, length) == 0;
}

/* A forked child has its parent's. */
static bool map_code(struct injection *i)
{
	int64_t at;
	size_t length;
	const unsigned char *bytes = code_bytes(&length);

	if (has_code(i->tid))
		return true;
	return call(i, INJECTED_MMAP, AREA_CODE, AREA_CODE_SIZE, PROT_READ | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, &at) &&
	       at == AREA_CODE && memory_force(i->tid, AREA_CODE, bytes, length) == length;
}

/*
 * Shared memory of System V has no descriptor, whose number some other thread of the program might
 * close or replace. Nobody but its owner may attach to it, and it is gone with the last who has:
 * shmctl(2), IPC_RMID.
 */
static unsigned char *make_shared(pid_t tid, int *id)
{
	struct shmid_ds state;
	long user = status_number(tid, "Uid");

	*id = shmget(IPC_PRIVATE, AREA_SHARED, IPC_CREAT | SHM_NORESERVE | 0600);
	if (*id < 0)
		return NULL;
	unsigned char *memory = shmat(*id, NULL, 0);
	if (shmctl(*id, IPC_STAT, &state) == 0 && user >= 0) {
		state.shm_perm.uid = (uid_t)user;
		shmctl(*id, IPC_SET, &state);
	}
	shmctl(*id, IPC_RMID, NULL);
	return memory == (void *)-1 ? NULL : memory;
}

/* The thread has attached to the memory that is ours, and not to another one of that number. */
static bool is_ours(pid_t tid, unsigned char *shared)
{
	uint64_t ours = tsc_now(), theirs = 0;

	memcpy(shared, &ours, sizeof(ours));
	bool is_same = memory_read(tid, AREA_WORDS, &theirs, sizeof(theirs)) == sizeof(theirs) &&
		       theirs == ours;
	memset(shared, 0, sizeof(ours));
	return is_same;
}

/* A child that is forked must not have it, and a core file need not. */
static bool keep_private(struct injection *i)
{
	int64_t forked, dumped;

	return call(i, INJECTED_MADVISE, AREA_WORDS, AREA_SHARED, MADV_DONTFORK, 0, &forked) &&
	       call(i, INJECTED_MADVISE, AREA_WORDS, AREA_SHARED, MADV_DONTDUMP, 0, &dumped) &&
	       forked == 0;
}

/* The program may ask the processor for the time, and for memory that it writes and then runs. */
static bool is_permitted(struct injection *i, const unsigned char *shared)
{
	int64_t answer, mdwe = 0;
	int tsc = 0;

	if (!call(i, INJECTED_PRCTL, PR_GET_TSC, AREA_WORDS, 0, 0, &answer) ||
		!injection_call(i, INJECTED_PRCTL, (uint64_t[6]){PR_GET_MDWE}, &mdwe))
		return false;
	memcpy(&tsc, shared, sizeof(tsc));
	return answer == 0 && tsc == PR_TSC_ENABLE && mdwe <= 0;
}

static bool map_shared(struct injection *i, struct hot_space *space)
{
	int64_t at, result;
	int id;
	unsigned char *shared = make_shared(i->tid, &id);

	if (!shared)
		return false;
	bool is_attached =
		call(i, INJECTED_SHMAT, (uint64_t)id, AREA_WORDS, 0, 0, &at) && at == AREA_WORDS;
	if (is_attached && is_ours(i->tid, shared) && keep_private(i) && is_permitted(i, shared)) {
		memset(shared, 0, sizeof(uint64_t));
		space->shared = shared;
		return true;
	}
	if (is_attached && !i->is_over)
		call(i, INJECTED_SHMDT, AREA_WORDS, 0, 0, 0, &result);
	shmdt(shared);
	return false;
}

bool set_up(struct injection *i, struct hot_space *space, const struct thread *thread)
{
	space->is_refused = is_in_the_way(thread->tid) || !is_same_namespace(thread->tid);
	if (space->is_refused)
		return false;
	bool is_good = map_code(i) && map_shared(i, space);
	space->is_refused = !is_good && !i->is_over;
	return is_good;
}

static bool unmap(struct injection *i, uint64_t address, uint64_t size)
{
	int64_t result;

	return call(i, INJECTED_MUNMAP, address, size, 0, 0, &result);
}

_Static_assert(AREA_COUNT <= 64, "a bit for each area");

bool set_up_undo(struct injection *i, uint64_t kept)
{
	bool is_good = true;

	if (kept == 0)
		return unmap(i, AREA_WORDS, AREA_SHARED);
	for (unsigned int index = 0; is_good && index < AREA_COUNT; index++)
		if (!(kept >> index & 1))
			is_good = unmap(i, AREA_FIRST + (uint64_t)index * AREA_SIZE, AREA_SIZE);
	return is_good;
}
