/* SPDX-License-Identifier: MIT */
/* What the line of a call says beyond what the model keeps. */
#ifndef VIEWER_DETAILS_H
#define VIEWER_DETAILS_H

#include "viewer/model/trace.h"

struct details;

/* Reads the call's line again. Good until the next call of this on the same trace; when the line is
 * not there any more, nothing in it is known but what the model knows. */
const struct record_call *call_details(const struct trace *trace, const struct call *call);

/* The beginning of what the call moved, read again: how many bytes are known. None when the line is
 * not there any more, when they were taken out of the trace, or when the call moved several
 * messages. Good until the next call of this or of call_details on the same trace. */
size_t call_payload(
	const struct trace *trace, const struct call *call, const unsigned char **bytes);

/* A shutdown of what the program sends, or receives, that worked: shutdown(2). SHUT_RD says nothing
 * to the peer. Where the line is not there any more, of both. */
bool call_shuts_sending(const struct trace *trace, const struct call *call);
bool call_shuts_receiving(const struct trace *trace, const struct call *call);

struct details *details_new(void);
void details_free(struct details *details);

/* Words about a call, as they were put into a text, for a call that belongs to many descriptors:
 * its line names all of them, and is not read again for each. */
struct call_words {
	size_t column, end; /* they began there, and had room up to there */
	bool has_color, is_ascii;
	size_t length, columns;
	char bytes[];
};

/* Those that were kept last, or NULL. */
const struct call_words *call_words_kept(const struct trace *trace, const struct call *call);

/* Keeps them: allocated, and not the caller's any more. */
void call_words_keep(const struct trace *trace, const struct call *call, struct call_words *words);

#endif
