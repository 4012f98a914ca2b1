/* SPDX-License-Identifier: MIT */
#include "tracer/follow/uring_ring.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/memory.h"
#include "tracer/proc/fds.h"
#include "tracer/ptrace/tracee_memory.h"

/* Newer than some headers. */
#define SETUP_NO_MMAP    (1u << 14)
#define SETUP_NO_SQARRAY (1u << 16)

/* Up to IORING_SETUP_HYBRID_IOPOLL, of Linux 6.13. Later flags change the sizes of entries
 * (IORING_SETUP_CQE_MIXED, _SQE_MIXED) or where they begin (_SQ_REWIND), or are not known yet. */
#define SETUP_KNOWN ((1u << 18) - 1)

/* The last member of struct io_sqring_offsets and io_cqring_offsets, by whichever name a header has
 * it: resv2 at first, user_addr since Linux 6.5. */
#define USER_ADDRESS_OFFSET 32
_Static_assert(sizeof(struct io_sqring_offsets) == USER_ADDRESS_OFFSET + 8 &&
		       sizeof(struct io_cqring_offsets) == USER_ADDRESS_OFFSET + 8,
	"the kernel's interface does not change");

/* io_uring/io_uring.c in the kernel's sources. */
#define MAX_ENTRIES    32768u
#define MAX_CQ_ENTRIES (2 * MAX_ENTRIES)

static bool read_word(pid_t tid, uint64_t base, uint32_t offset, uint32_t *word)
{
	return base && memory_read(tid, base + offset, word, sizeof(*word)) == sizeof(*word);
}

static void clamp(struct ring *ring)
{
	if (ring->params.sq_entries > MAX_ENTRIES)
		ring->params.sq_entries = MAX_ENTRIES;
	if (ring->params.cq_entries > MAX_CQ_ENTRIES)
		ring->params.cq_entries = MAX_CQ_ENTRIES;
	ring->is_unreadable = ring->params.flags & ~SETUP_KNOWN;
	if (ring->is_unreadable)
		ring->params.sq_entries = ring->params.cq_entries = 0;
}

void ring_describe(struct ring *ring, pid_t tid, uint64_t params)
{
	memory_read(tid, params, &ring->params, sizeof(ring->params));
	clamp(ring);
}

void ring_describe_again(struct ring *ring, pid_t tid, uint64_t params)
{
	uint32_t flags = ring->params.flags;

	memory_read(tid, params, &ring->params, sizeof(ring->params));
	ring->params.flags = flags;
	clamp(ring);
	ring->pid = 0;
}

static void forget_addresses(struct ring *ring)
{
	ring->submissions = ring->completions = ring->entries = 0;
}

/* Looks through the mappings of the ring's file: /proc/TID/maps, proc(5). The offset of a mapping
 * says which part of the ring it is. */
static void find_mappings(struct ring *ring, pid_t tid)
{
	char path[64], line[512];
	uint64_t address, offset, inode;

	snprintf(path, sizeof(path), "/proc/%d/maps", tid);
	FILE *file = memory_or_escape(fopen(path, "re"));
	while (file && fgets(line, sizeof(line), file)) {
		if (!strstr(line, "anon_inode:[io_uring]") ||
			sscanf(line, "%" SCNx64 "-%*x %*s %" SCNx64 " %*s %" SCNu64, &address,
				&offset, &inode) != 3 ||
			inode != ring->inode)
			continue;
		if (offset == IORING_OFF_SQES)
			ring->entries = address;
		else if (offset == IORING_OFF_CQ_RING)
			ring->completions = address;
		else if (offset == IORING_OFF_SQ_RING)
			ring->submissions = address;
	}
	if (file)
		fclose(file);
}

static uint64_t user_address(const void *offsets)
{
	uint64_t address;

	memcpy(&address, (const char *)offsets + USER_ADDRESS_OFFSET, sizeof(address));
	return address;
}

/* Since Linux 5.4 both rings are one mapping, which may be made under either offset. */
static void share_mapping(struct ring *ring)
{
	if (!(ring->params.features & IORING_FEAT_SINGLE_MMAP))
		return;
	if (ring->completions == 0)
		ring->completions = ring->submissions;
	if (ring->submissions == 0)
		ring->submissions = ring->completions;
}

bool ring_is_there(const struct ring *ring, pid_t tid)
{
	uint32_t word;

	return ring->entries && ring->submissions &&
	       read_word(tid, ring->submissions, ring->params.sq_off.head, &word) &&
	       read_word(tid, ring->completions, ring->params.cq_off.tail, &word);
}

void ring_locate(struct ring *ring, pid_t pid, pid_t tid)
{
	if (ring->pid == pid && ring_is_there(ring, tid))
		return;
	forget_addresses(ring);
	ring->pid = pid;
	if (ring->params.flags & SETUP_NO_MMAP) {
		/* The program's own memory: user_addr of both. */
		ring->entries = user_address(&ring->params.sq_off);
		ring->submissions = ring->completions = user_address(&ring->params.cq_off);
		return;
	}
	find_mappings(ring, tid);
	share_mapping(ring);
}

static uint64_t completion_size(const struct ring *ring)
{
	return ring->params.flags & IORING_SETUP_CQE32 ? 2 * sizeof(struct io_uring_cqe)
						       : sizeof(struct io_uring_cqe);
}

static size_t mapping_size(const struct ring *ring)
{
	return ring->params.cq_off.cqes + ring->params.cq_entries * completion_size(ring);
}

/* Another thread may have put something else under the number since. To map that may do harm, as to
 * a device. Files of anonymous inodes have no type: anon_inode_getattr in fs/anon_inodes.c. */
static bool is_ring(int fd, const struct ring *ring)
{
	struct stat file;

	return fstat(fd, &file) == 0 && (file.st_mode & S_IFMT) == 0 && file.st_ino == ring->inode;
}

bool ring_map(const struct ring *ring, pid_t pid, pid_t tid, int fd, struct ring *mapped)
{
	void *memory = MAP_FAILED;
	int copy;

	if (ring->params.cq_entries == 0 || (ring->params.flags & SETUP_NO_MMAP) ||
		ring->params.cq_off.tail > mapping_size(ring) - sizeof(uint32_t) ||
		(copy = fds_copy(pid, tid, fd)) < 0)
		return false;
	if (is_ring(copy, ring))
		memory = mmap(NULL, mapping_size(ring), PROT_READ, MAP_SHARED, copy,
			(off_t)IORING_OFF_CQ_RING);
	close(copy);
	*mapped = *ring;
	mapped->completions = memory == MAP_FAILED ? 0 : (uintptr_t)memory;
	return memory != MAP_FAILED;
}

void ring_unmap(const struct ring *mapped)
{
	munmap((void *)(uintptr_t)mapped->completions, mapping_size(mapped));
}

/* Where the entries begin that no thread is submitting. Several threads may have said that they
 * submit, and the kernel not have taken any of theirs. */
static uint32_t first_unclaimed(const struct ring *ring, uint32_t head)
{
	uint32_t ahead = ring->claimed - head;

	return ring->submitting > 0 && ahead <= ring->params.sq_entries ? ring->claimed : head;
}

/* Looked at together. */
#define BATCH 64

static uint32_t at_most(uint32_t count, uint32_t limit)
{
	return count < limit ? count : limit;
}

/* The slots of up to `count` entries, from number `first` on and up to the end of the array;
 * returns how many. */
static uint32_t read_slots(
	const struct ring *ring, pid_t tid, uint32_t first, uint32_t slots[BATCH], uint32_t count)
{
	const struct io_uring_params *params = &ring->params;
	uint32_t index = first & (params->sq_entries - 1);

	count = at_most(at_most(count, BATCH), params->sq_entries - index);
	if (!(params->flags & SETUP_NO_SQARRAY))
		return (uint32_t)(memory_read(tid,
					  ring->submissions + params->sq_off.array +
						  index * sizeof(*slots),
					  slots, count * sizeof(*slots)) /
				  sizeof(*slots));
	for (uint32_t i = 0; i < count; i++)
		slots[i] = index + i;
	return count;
}

/* Reads the entries of the first of these slots, as many as stand one behind the other; returns how
 * many. */
static uint32_t read_run(const struct ring *ring, pid_t tid, const uint32_t *slots, uint32_t count,
	struct io_uring_sqe *entries)
{
	const bool is_wide = ring->params.flags & IORING_SETUP_SQE128;
	const uint64_t step = is_wide ? 2 * sizeof(*entries) : sizeof(*entries);
	uint32_t run = 1;

	if (slots[0] >= ring->params.sq_entries)
		return 0;
	while (!is_wide && run < count && slots[run] == slots[0] + run &&
		slots[run] < ring->params.sq_entries)
		run++;
	return (uint32_t)(memory_read(tid, ring->entries + slots[0] * step, entries,
				  run * sizeof(*entries)) /
			  sizeof(*entries));
}

uint32_t ring_offered(struct ring *ring, pid_t tid, struct io_uring_sqe *entries, uint32_t count)
{
	const struct io_uring_params *params = &ring->params;
	uint32_t head, tail, done = 0, slots[BATCH];

	if (params->sq_entries == 0 || ring->entries == 0 ||
		!read_word(tid, ring->submissions, params->sq_off.head, &head) ||
		!read_word(tid, ring->submissions, params->sq_off.tail, &tail))
		return 0;
	uint32_t first = first_unclaimed(ring, head);
	count = at_most(at_most(count, params->sq_entries), tail - first);
	while (done < count) {
		uint32_t known = read_slots(ring, tid, first + done, slots, count - done), read = 1;
		for (uint32_t i = 0; i < known && read > 0; i += read) {
			read = read_run(ring, tid, slots + i, known - i, entries + done);
			done += read;
		}
		if (known == 0 || read == 0)
			break;
	}
	ring->claimed = first + done;
	return done;
}

uint32_t ring_completed(struct ring *ring, pid_t tid, struct io_uring_cqe *completions,
	uint32_t count, uint32_t *lost)
{
	const struct io_uring_params *params = &ring->params;
	unsigned char bytes[2 * sizeof(*completions) * BATCH];
	const uint64_t step = completion_size(ring);
	uint32_t tail;

	if (params->cq_entries == 0 ||
		!read_word(tid, ring->completions, params->cq_off.tail, &tail) ||
		tail == ring->seen)
		return 0;
	if (tail - ring->seen > params->cq_entries) {
		*lost += tail - ring->seen - params->cq_entries;
		ring->seen = tail - params->cq_entries;
	}
	uint32_t index = ring->seen & (params->cq_entries - 1);
	count = at_most(
		at_most(count, BATCH), at_most(tail - ring->seen, params->cq_entries - index));
	count = (uint32_t)(memory_read(tid, ring->completions + params->cq_off.cqes + index * step,
				   bytes, count * step) /
			   step);
	for (uint32_t i = 0; i < count; i++)
		memcpy(&completions[i], bytes + i * step, sizeof(*completions));
	ring->seen += count;
	return count;
}
