/* SPDX-License-Identifier: MIT */
#include "viewer/model/decompression.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "format/memory.h"

/* RFC 8878, RFC 1952. */
#define MAGIC_BYTES ((size_t)4)
#define GZIP_MAGIC  "\x1f\x8b"

struct decompression {
	enum { BETWEEN_FRAMES, IN_ZSTD, IN_GZIP } place;
	ZSTD_DStream *zstd; /* owned; NULL: not needed yet */
	z_stream gzip;
	bool has_gzip; /* it is set up */
	size_t at, length;
	unsigned char bytes[MAGIC_BYTES + DECOMPRESSION_BYTES]; /* to decompress, from `at` on */
	char problem[200];                                      /* empty: none */
};

static bool is_zstd(const unsigned char *bytes)
{
	uint32_t magic = (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 |
			 (uint32_t)bytes[1] << 8 | bytes[0];

	return magic == ZSTD_MAGICNUMBER ||
	       (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

static bool is_gzip(const unsigned char *bytes)
{
	return memcmp(bytes, GZIP_MAGIC, sizeof(GZIP_MAGIC) - 1) == 0;
}

enum compression_guess compression_guess(const void *bytes, size_t length)
{
	unsigned char first = length > 0 ? *(const unsigned char *)bytes : 0;

	if (length >= MAGIC_BYTES)
		return is_zstd(bytes) || is_gzip(bytes) ? COMPRESSION_SURE : COMPRESSION_NONE;
	/* Of all these first bytes none begins a line of JSON. */
	return first == 0x1f || first == 0x28 || (first & 0xf0) == 0x50 ? COMPRESSION_UNSURE
									: COMPRESSION_NONE;
}

struct decompression *decompression_new(void)
{
	return xcalloc(1, sizeof(struct decompression));
}

void decompression_free(struct decompression *of)
{
	if (!of)
		return;
	ZSTD_freeDStream(of->zstd);
	if (of->has_gzip)
		inflateEnd(&of->gzip);
	free(of);
}

void decompression_reset(struct decompression *of)
{
	of->place = BETWEEN_FRAMES;
	of->at = of->length = 0;
	of->problem[0] = '\0';
}

void decompression_put(struct decompression *of, const void *bytes, size_t length)
{
	/* What is left is shorter than a magic number. */
	memmove(of->bytes, of->bytes + of->at, of->length - of->at);
	of->length -= of->at;
	of->at = 0;
	memcpy(of->bytes + of->length, bytes, length);
	of->length += length;
}

const char *decompression_problem(const struct decompression *of)
{
	return of->problem;
}

static void set_problem(struct decompression *of, const char *which, const char *what)
{
	snprintf(of->problem, sizeof(of->problem),
		"the compressed data is damaged (%s%s): what is before that is shown", which, what);
}

static void begin_zstd(struct decompression *of)
{
	if (!of->zstd)
		of->zstd = memory_or_escape(ZSTD_createDStream());
	ZSTD_DCtx_reset(of->zstd, ZSTD_reset_session_only);
	of->place = IN_ZSTD;
}

static void begin_gzip(struct decompression *of)
{
	/* 16: with the header and the checksum of gzip. */
	if (of->has_gzip)
		inflateReset(&of->gzip);
	else if (inflateInit2(&of->gzip, MAX_WBITS + 16) != Z_OK)
		memory_or_escape(NULL);
	of->has_gzip = true;
	of->place = IN_GZIP;
}

/* False when there is not enough to tell what begins. Zeros are what gzip(1), too, passes over: a
 * tape's, or a hole's. */
static bool begin(struct decompression *of)
{
	while (of->at < of->length && of->bytes[of->at] == '\0')
		of->at++;
	if (of->length - of->at < MAGIC_BYTES)
		return false;
	if (is_zstd(of->bytes + of->at))
		begin_zstd(of);
	else if (is_gzip(of->bytes + of->at))
		begin_gzip(of);
	else
		set_problem(of, "", "something else follows it");
	return of->problem[0] == '\0';
}

static size_t take_zstd(struct decompression *of, void *bytes, size_t size)
{
	ZSTD_inBuffer in = {of->bytes, of->length, of->at};
	ZSTD_outBuffer out = {bytes, size, 0};
	size_t answer = ZSTD_decompressStream(of->zstd, &out, &in);

	of->at = in.pos;
	if (answer == 0)
		of->place = BETWEEN_FRAMES;
	else if (ZSTD_getErrorCode(answer) == ZSTD_error_frameParameter_windowTooLarge)
		snprintf(of->problem, sizeof(of->problem),
			"compressed with a window of more than 128 MB; try: zstd -dc --long=31 "
			"FILE | sockview");
	else if (ZSTD_isError(answer))
		set_problem(of, "zstd: ", ZSTD_getErrorName(answer));
	return out.pos;
}

static size_t take_gzip(struct decompression *of, void *bytes, size_t size)
{
	z_stream *gzip = &of->gzip;

	gzip->next_in = of->bytes + of->at;
	gzip->avail_in = (uInt)(of->length - of->at);
	gzip->next_out = bytes;
	gzip->avail_out = size < UINT_MAX ? (uInt)size : UINT_MAX;
	uInt room = gzip->avail_out;
	int answer = inflate(gzip, Z_NO_FLUSH);

	of->at = of->length - gzip->avail_in;
	if (answer == Z_STREAM_END)
		of->place = BETWEEN_FRAMES;
	else if (answer == Z_MEM_ERROR)
		memory_or_escape(NULL);
	else if (answer != Z_OK && answer != Z_BUF_ERROR) /* the latter: more has to be put */
		set_problem(of, "gzip: ", gzip->msg ? gzip->msg : "it needs a dictionary");
	return room - gzip->avail_out;
}

ssize_t decompression_take(struct decompression *of, void *bytes, size_t size)
{
	size_t taken = 0, before;

	while (of->problem[0] == '\0' && (of->place != BETWEEN_FRAMES || begin(of))) {
		before = of->at;
		taken = of->place == IN_ZSTD ? take_zstd(of, bytes, size)
					     : take_gzip(of, bytes, size);
		if (taken > 0)
			return (ssize_t)taken;
		if (of->place != BETWEEN_FRAMES && of->at == before)
			break;
	}
	return of->problem[0] ? -1 : 0;
}

bool decompression_finish(struct decompression *of)
{
	if (of->problem[0] == '\0' && of->place == BETWEEN_FRAMES && of->at == of->length)
		return true;
	if (of->problem[0] == '\0')
		snprintf(of->problem, sizeof(of->problem),
			"the compressed data is cut short: what is before that is shown");
	return false;
}
