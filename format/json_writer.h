/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON as a stream of text into one buffer that is used again for every line.
 *
 *	json_object_begin(w, NULL);
 *	json_text(w, "type", "call");
 *	json_array_begin(w, "flags");
 *	json_text(w, NULL, "MSG_PEEK");
 *	json_array_end(w);
 *	json_object_end(w);
 *	json_line_end(w);
 *
 * `key` is NULL inside an array and for the outermost value. The calls must nest; nothing is
 * checked. jansson builds a tree and prints it: several allocations for each field of each call,
 * on the thread that has to keep up with the program. So traces are written with this and read
 * with jansson.
 */
#ifndef FORMAT_JSON_WRITER_H
#define FORMAT_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_writer {
	char *text; /* owned; not terminated */
	size_t length;
	size_t capacity;
	bool needs_comma;
};

/* Gives the buffer back. The writer starts as a struct of zeros. Where memory is out, `text` and
 * `length` are as the last whole put left them: memory.h. */
void json_writer_free(struct json_writer *w);

void json_object_begin(struct json_writer *w, const char *key);
void json_object_end(struct json_writer *w);
void json_array_begin(struct json_writer *w, const char *key);
void json_array_end(struct json_writer *w);

/* A string that is valid UTF-8; a byte that is not becomes U+FFFD, so that the line stays JSON. */
void json_text(struct json_writer *w, const char *key, const char *text);
void json_text_n(struct json_writer *w, const char *key, const void *text, size_t length);
void json_number(struct json_writer *w, const char *key, int64_t value);
/* Numbers over 2^63-1 are written as hex strings, which every JSON reader can hold. */
void json_unsigned(struct json_writer *w, const char *key, uint64_t value);
void json_bool(struct json_writer *w, const char *key, bool value);

/* A value that is JSON already. */
void json_raw(struct json_writer *w, const char *key, const char *value, size_t length);

/* {"text": …} when the bytes are valid UTF-8, and hex is not shorter, else {"hex": …}; "truncated"
 * when there was more. A character that is cut in two by the end of truncated bytes is left out. */
void json_bytes(struct json_writer *w, const char *key, const void *bytes, size_t length,
	bool is_truncated);

/* Ends the line of an outermost value. */
void json_line_end(struct json_writer *w);

/* A whole line that was written before. */
void json_line(struct json_writer *w, const char *line, size_t length);

#endif
