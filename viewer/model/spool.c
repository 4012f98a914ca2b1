/* SPDX-License-Identifier: MIT */
#include "viewer/model/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "format/memory.h"

/* So much is compressed at once, and decompressed to read any of it. */
#define BLOCK_BYTES ((size_t)64 << 10)
/* Faster than a file is written, and still a sixth of a log's size. */
#define LEVEL 1

/* A block that is full and compressed. */
struct spool_block {
	uint64_t at; /* in the file */
	uint32_t length;
};

struct spool {
	int fd;
	bool is_in_memory;
	bool is_packed;
	uint64_t written; /* to the file */
	/* When it is packed: */
	ZSTD_CCtx *compressor;
	struct spool_block *blocks; /* owned; all hold BLOCK_BYTES */
	size_t block_count, block_capacity;
	char *tail, *packed; /* owned: the block that is not full yet; room to compress it */
	size_t tail_length;
};

/* Where nothing can be kept in files, it is kept in memory. */
static int open_in_memory(void)
{
	return memfd_create("sockview", MFD_CLOEXEC);
}

static int open_temporary(void)
{
	const char *directory = getenv("TMPDIR");
	char path[PATH_MAX];

	if (!directory || !*directory)
		directory = "/tmp";
	snprintf(path, sizeof(path), "%s/sockview.XXXXXX", directory);
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return open_in_memory();
	unlink(path);
	return fd;
}

struct spool *spool_new(void)
{
	struct spool *spool = xcalloc(1, sizeof(*spool));

	spool->fd = open_temporary();
	return spool;
}

void spool_free(struct spool *spool)
{
	if (!spool)
		return;
	if (spool->fd >= 0)
		close(spool->fd);
	ZSTD_freeCCtx(spool->compressor);
	free(spool->blocks);
	free(spool->tail);
	free(spool->packed);
	free(spool);
}

void spool_pack(struct spool *spool)
{
	if (spool->is_packed)
		return;
	spool->is_packed = true;
	spool->compressor = ZSTD_createCCtx();
	if (!spool->compressor)
		memory_or_escape(NULL);
	spool->tail = xrealloc(NULL, BLOCK_BYTES);
	spool->packed = xrealloc(NULL, ZSTD_compressBound(BLOCK_BYTES));
}

/* False with errno when not all of it could be written. */
static bool write_at(int fd, const char *bytes, size_t length, uint64_t offset)
{
	while (length > 0) {
		ssize_t written = pwrite(fd, bytes, length, (off_t)offset);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		offset += (uint64_t)written;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

/* The disk is full: what was kept goes to memory, once. */
static bool move_to_memory(struct spool *spool)
{
	int memory = spool->is_in_memory ? -1 : open_in_memory();
	char bytes[65536];
	uint64_t at = 0;
	ssize_t length;

	while (memory >= 0 && at < spool->written) {
		size_t wanted =
			spool->written - at < sizeof(bytes) ? spool->written - at : sizeof(bytes);
		length = pread(spool->fd, bytes, wanted, (off_t)at);
		if (length <= 0 || !write_at(memory, bytes, (size_t)length, at)) {
			close(memory);
			return false;
		}
		at += (uint64_t)length;
	}
	if (memory < 0)
		return false;
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = memory;
	spool->is_in_memory = true;
	return true;
}

static bool append(struct spool *spool, const char *bytes, size_t length)
{
	while (!write_at(spool->fd, bytes, length, spool->written))
		if (!move_to_memory(spool))
			return false;
	spool->written += length;
	return true;
}

static bool pack_tail(struct spool *spool)
{
	size_t length = ZSTD_compressCCtx(spool->compressor, spool->packed,
		ZSTD_compressBound(BLOCK_BYTES), spool->tail, BLOCK_BYTES, LEVEL);

	if (ZSTD_isError(length))
		memory_or_escape(NULL); /* nothing else can go wrong: zstd.h */
	if (spool->block_count == spool->block_capacity)
		spool->blocks = array_grow(spool->blocks, spool->block_capacity,
			&spool->block_capacity, sizeof(*spool->blocks));
	spool->blocks[spool->block_count++] =
		(struct spool_block){.at = spool->written, .length = (uint32_t)length};
	spool->tail_length = 0;
	return append(spool, spool->packed, length);
}

bool spool_add(struct spool *spool, const char *bytes, size_t length)
{
	if (!spool->is_packed)
		return append(spool, bytes, length);
	while (length > 0) {
		size_t room = BLOCK_BYTES - spool->tail_length;
		size_t part = length < room ? length : room;
		memcpy(spool->tail + spool->tail_length, bytes, part);
		spool->tail_length += part;
		bytes += part;
		length -= part;
		if (spool->tail_length == BLOCK_BYTES && !pack_tail(spool))
			return false;
	}
	return true;
}

/* `room` is of BLOCK_BYTES. */
static bool unpack(const struct spool *spool, const struct spool_block *block, char *room)
{
	char *packed = xrealloc(NULL, block->length);
	bool is_good = pread(spool->fd, packed, block->length, (off_t)block->at) == block->length &&
		       ZSTD_decompress(room, BLOCK_BYTES, packed, block->length) == BLOCK_BYTES;

	free(packed);
	return is_good;
}

/* As spool_part, within one block. */
static ssize_t part_of_block(const struct spool *spool, uint64_t offset, char *bytes, size_t size)
{
	size_t block = offset / BLOCK_BYTES, at = offset % BLOCK_BYTES;
	bool is_tail = block >= spool->block_count;
	size_t end = is_tail ? spool->tail_length : BLOCK_BYTES;
	char room[BLOCK_BYTES];

	if (block > spool->block_count || at >= end)
		return 0;
	if (size > end - at)
		size = end - at;
	/* Of a whole one nothing has to be moved. */
	char *whole = size == BLOCK_BYTES ? bytes : room;
	if (!is_tail && !unpack(spool, &spool->blocks[block], whole)) {
		errno = EIO;
		return -1;
	}
	if (is_tail || whole != bytes)
		memcpy(bytes, (is_tail ? spool->tail : whole) + at, size);
	return (ssize_t)size;
}

ssize_t spool_part(const struct spool *spool, uint64_t offset, char *bytes, size_t size)
{
	size_t done = 0;
	ssize_t length = 0;

	if (!spool->is_packed)
		return pread(spool->fd, bytes, size, (off_t)offset);
	while (done < size &&
		(length = part_of_block(spool, offset + done, bytes + done, size - done)) > 0)
		done += (size_t)length;
	return done == 0 ? length : (ssize_t)done;
}
