/* SPDX-License-Identifier: MIT */
/* Compresses what is written to files whose names end as those of zstd(1) or gzip(1) do. */
#ifndef FORMAT_COMPRESSION_H
#define FORMAT_COMPRESSION_H

#include <stdbool.h>
#include <stddef.h>

enum compression { COMPRESSION_PLAIN, COMPRESSION_ZSTD, COMPRESSION_GZIP };

/* By the ending: .zst, .gz, or neither. */
enum compression compression_of_name(const char *name);

/* The length of the name without that ending. */
size_t compression_stem(const char *name);

/* Whether the name without that ending ends with `ending`, in whatever case, and is longer. */
bool compression_stem_ends(const char *name, const char *ending);

struct compressor;

/* NULL for COMPRESSION_PLAIN. */
struct compressor *compressor_new(enum compression compression);
void compressor_free(struct compressor *compressor);

/* Compresses the bytes as a whole frame (RFC 8878) or member (RFC 1952), which can be read whatever
 * becomes of the next one. `*length` is then that of what is returned: good until the next call. */
const char *compressor_frame(struct compressor *compressor, const char *bytes, size_t *length);

/* So many bytes make a good frame: of fewer, they come out longer. */
#define COMPRESSION_FRAME_BYTES ((size_t)1 << 20)

#endif
