/* SPDX-License-Identifier: MIT */
#include "format/compression.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#define ZLIB_CONST /* what it reads is const */
#include <zlib.h>
#include <zstd.h>

#include "format/memory.h"

/* The fastest usual ones: the program that is traced waits for the writer when it is slower, and a
 * log is compressed once more when it is to be kept. */
#define ZSTD_LEVEL 1
#define GZIP_LEVEL 1

struct compressor {
	ZSTD_CCtx *zstd; /* owned; NULL: it is gzip */
	z_stream gzip;
	char *frame; /* owned */
	size_t capacity;
};

static const struct {
	const char *ending;
	enum compression compression;
} endings[] = {{".zst", COMPRESSION_ZSTD}, {".gz", COMPRESSION_GZIP}};

static bool ends_with(const char *name, size_t length, const char *ending)
{
	size_t rest = strlen(ending);

	return length > rest && strncasecmp(name + length - rest, ending, rest) == 0;
}

/* Returns the ending's row, or -1. */
static int ending_of(const char *name)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (ends_with(name, strlen(name), endings[i].ending))
			return (int)i;
	return -1;
}

enum compression compression_of_name(const char *name)
{
	int row = ending_of(name);

	return row < 0 ? COMPRESSION_PLAIN : endings[row].compression;
}

size_t compression_stem(const char *name)
{
	int row = ending_of(name);

	return strlen(name) - (row < 0 ? 0 : strlen(endings[row].ending));
}

bool compression_stem_ends(const char *name, const char *ending)
{
	return ends_with(name, compression_stem(name), ending);
}

struct compressor *compressor_new(enum compression compression)
{
	if (compression == COMPRESSION_PLAIN)
		return NULL;
	struct compressor *compressor = xcalloc(1, sizeof(*compressor));
	if (compression == COMPRESSION_ZSTD) {
		compressor->zstd = memory_or_escape(ZSTD_createCCtx());
		ZSTD_CCtx_setParameter(compressor->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
		ZSTD_CCtx_setParameter(compressor->zstd, ZSTD_c_checksumFlag, 1);
	} else if (deflateInit2(&compressor->gzip, GZIP_LEVEL, Z_DEFLATED,
			   MAX_WBITS + 16 /* with gzip's header and checksum */, 8,
			   Z_DEFAULT_STRATEGY) != Z_OK) {
		memory_or_escape(NULL);
	}
	return compressor;
}

void compressor_free(struct compressor *compressor)
{
	if (!compressor)
		return;
	if (!compressor->zstd)
		deflateEnd(&compressor->gzip);
	ZSTD_freeCCtx(compressor->zstd);
	free(compressor->frame);
	free(compressor);
}

static size_t bound(struct compressor *compressor, size_t length)
{
	return compressor->zstd ? ZSTD_compressBound(length)
				: deflateBound(&compressor->gzip, length);
}

static size_t compress_gzip(struct compressor *compressor, const char *bytes, size_t length)
{
	z_stream *gzip = &compressor->gzip;
	size_t left = length, room = compressor->capacity;

	deflateReset(gzip);
	gzip->next_in = (const Bytef *)bytes;
	gzip->next_out = (Bytef *)compressor->frame;
	/* Its lengths are no more than 32 bits. */
	do {
		gzip->avail_in = left < UINT32_MAX ? (uInt)left : UINT32_MAX;
		gzip->avail_out = room < UINT32_MAX ? (uInt)room : UINT32_MAX;
		left -= gzip->avail_in;
		room -= gzip->avail_out;
		int answer = deflate(gzip, left > 0 ? Z_NO_FLUSH : Z_FINISH);
		left += gzip->avail_in;
		room += gzip->avail_out;
		if (answer == Z_STREAM_END)
			break;
	} while (room > 0);
	return compressor->capacity - room;
}

const char *compressor_frame(struct compressor *compressor, const char *bytes, size_t *length)
{
	size_t wanted = bound(compressor, *length);

	if (wanted > compressor->capacity) {
		compressor->frame = xrealloc(compressor->frame, wanted);
		compressor->capacity = wanted;
	}
	if (!compressor->zstd) {
		*length = compress_gzip(compressor, bytes, *length);
		return compressor->frame;
	}
	*length = ZSTD_compress2(
		compressor->zstd, compressor->frame, compressor->capacity, bytes, *length);
	if (ZSTD_isError(*length)) /* all else cannot be: the room is enough */
		memory_or_escape(NULL);
	return compressor->frame;
}
