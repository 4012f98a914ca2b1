/* SPDX-License-Identifier: MIT */
/* Differences between two traces in words. */
#ifndef VIEWER_DIFF_WORDS_H
#define VIEWER_DIFF_WORDS_H

#include "viewer/compare/difference.h"
#include "viewer/term/text.h"

/* "failure", as JSON has it; and what stands above all of them. */
const char *diff_kind_name(enum difference_kind kind);
const char *diff_kind_title(enum difference_kind kind);

/* "client": of a peer. */
const char *diff_role_name(enum side_role role);

/* "connect"; of exchanges what they ask, or "bytes". */
const char *diff_topic_name(const struct side *side, const struct side_topic *topic);

/* Whom it is about: that of the first side, or of the one that has it; and its address, that of the
 * kernel's choosing left out where the sides have different ones. */
const struct difference_side *diff_where(const struct difference *difference, int *on);
const char *diff_address(
	const struct differences *differences, const struct difference *difference);

/* The traces record other calls, so that some differences may be of that. */
bool diff_has_other_calls(const struct differences *differences);

/* What is to be known of the comparison, a sentence each; NULL behind the last one. */
const char *diff_note(const struct differences *differences, size_t index);

/* "nginx → 127.0.0.1:80: GET /: size of the answer", as raw words. */
void diff_put_subject(struct text *text, const struct differences *differences,
	const struct difference *difference);

/* "3 peers and 5 exchanges compared" */
#define DIFF_COMPARED_SIZE 400
void diff_compared(
	char *words, size_t size, const struct differences *differences, enum language language);

#endif
