/* SPDX-License-Identifier: MIT */
/* The name of a message, put together of bytes that anybody may have chosen: valid UTF-8 without
 * control characters. What is too long ends in an ellipsis. */
#ifndef VIEWER_PROTOCOL_NAME_H
#define VIEWER_PROTOCOL_NAME_H

#include <stddef.h>

/* Begun with name_begin(); `text` is a zero-terminated string at any time. */
struct name {
	char *text; /* MESSAGE_NAME_SIZE bytes */
	size_t length;
	int is_full;
};

struct name name_begin(char *text);

/* Goes on behind what the text says already. */
struct name name_go_on(char *text);

/* Bytes as they are, but for those that are no text: \xNN. */
void name_bytes(struct name *name, const void *bytes, size_t count);

/* The same, each run of white space as one space. */
void name_words(struct name *name, const void *bytes, size_t count);

/* What printf(3) makes of it. */
void name_format(struct name *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What would follow is not known. */
void name_cut(struct name *name);

#endif
