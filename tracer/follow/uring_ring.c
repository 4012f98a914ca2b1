/* SPDX-License-Identifier: MIT */
#include "tracer/follow/uring_ring.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/memory.h"
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

void ring_describe(struct ring *ring, pid_t tid, uint64_t params)
{
	memory_read(tid, params, &ring->params, sizeof(ring->params));
	if (ring->params.sq_entries > MAX_ENTRIES)
		ring->params.sq_entries = MAX_ENTRIES;
	if (ring->params.cq_entries > MAX_CQ_ENTRIES)
		ring->params.cq_entries = MAX_CQ_ENTRIES;
	ring->is_unreadable = ring->params.flags & ~SETUP_KNOWN;
	if (ring->is_unreadable)
		ring->params.sq_entries = ring->params.cq_entries = 0;
}

static bool is_claimed(const struct ring *rings, uint64_t address)
{
	for (const struct ring *ring = rings; ring; ring = ring->next)
		if (ring->submissions == address || ring->completions == address ||
			ring->entries == address)
			return true;
	return false;
}

/* Looks through the mappings of io_uring: /proc/TID/maps, proc(5). The offset of a mapping says
 * which part of a ring it is. */
static void claim_mappings(struct ring *ring, const struct ring *rings, pid_t tid)
{
	char path[64], line[512];
	uint64_t address, offset;

	snprintf(path, sizeof(path), "/proc/%d/maps", tid);
	FILE *file = memory_or_escape(fopen(path, "re"));
	while (file && fgets(line, sizeof(line), file)) {
		if (!strstr(line, "anon_inode:[io_uring]") ||
			sscanf(line, "%" SCNx64 "-%*x %*s %" SCNx64, &address, &offset) != 2)
			continue;
		uint64_t *member = offset == IORING_OFF_SQES      ? &ring->entries
				   : offset == IORING_OFF_CQ_RING ? &ring->completions
								  : &ring->submissions;
		if (*member == 0 && !is_claimed(rings, address))
			*member = address;
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

void ring_locate(struct ring *ring, const struct ring *rings, pid_t tid)
{
	if (ring->params.flags & SETUP_NO_MMAP) {
		/* The program's own memory: user_addr of both. */
		ring->entries = user_address(&ring->params.sq_off);
		ring->submissions = ring->completions = user_address(&ring->params.cq_off);
		return;
	}
	claim_mappings(ring, rings, tid);
	if (ring->completions == 0 && (ring->params.features & IORING_FEAT_SINGLE_MMAP))
		ring->completions = ring->submissions;
}

static bool read_word(pid_t tid, uint64_t base, uint32_t offset, uint32_t *word)
{
	return base && memory_read(tid, base + offset, word, sizeof(*word)) == sizeof(*word);
}

uint32_t ring_offered(
	const struct ring *ring, pid_t tid, struct io_uring_sqe *entries, uint32_t count)
{
	const struct io_uring_params *params = &ring->params;
	const uint64_t step = params->flags & IORING_SETUP_SQE128 ? 128 : sizeof(*entries);
	uint32_t head, tail, done = 0;

	if (params->sq_entries == 0 || ring->entries == 0 ||
		!read_word(tid, ring->submissions, params->sq_off.head, &head) ||
		!read_word(tid, ring->submissions, params->sq_off.tail, &tail))
		return 0;
	while (done < count && done < params->sq_entries && head + done != tail) {
		uint32_t index = (head + done) & (params->sq_entries - 1);
		if (!(params->flags & SETUP_NO_SQARRAY) &&
			!read_word(
				tid, ring->submissions, params->sq_off.array + index * 4, &index))
			break;
		if (index >= params->sq_entries ||
			memory_read(tid, ring->entries + index * step, &entries[done],
				sizeof(*entries)) < sizeof(*entries))
			break;
		done++;
	}
	return done;
}

bool ring_completed(struct ring *ring, pid_t tid, struct io_uring_cqe *completion, uint32_t *lost)
{
	const struct io_uring_params *params = &ring->params;
	const uint64_t step = params->flags & IORING_SETUP_CQE32 ? 32 : sizeof(*completion);
	uint32_t tail;

	if (params->cq_entries == 0 ||
		!read_word(tid, ring->completions, params->cq_off.tail, &tail) ||
		tail == ring->seen)
		return false;
	if (tail - ring->seen > params->cq_entries) {
		*lost += tail - ring->seen - params->cq_entries;
		ring->seen = tail - params->cq_entries;
	}
	uint64_t at = ring->completions + params->cq_off.cqes +
		      (ring->seen & (params->cq_entries - 1)) * step;
	ring->seen++;
	return memory_read(tid, at, completion, sizeof(*completion)) == sizeof(*completion);
}
